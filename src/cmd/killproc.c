#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/out.h"
#include "base/str.h"
#include "os/sig.h"
#include "svc/launch_stop.h"
#include "svc/lsb.h"

static const struct opt opts[] = {
	{ 'v', NULL, NULL, "say what is done" },
	{ 'q', NULL, NULL, "print nothing" },
	{ 'g', NULL, NULL, "signal the whole process group" },
	{ 'G', NULL, NULL, "signal the whole session" },
	{ 'l', NULL, NULL, "list the signals" },
	{ 't', NULL, "SECONDS", "how long to wait for the end (default 5)" },
	{ 'L', NULL, NULL, "follow a symbolic link to the program (always done)" },
	{ 'N', NULL, NULL, "know the program by its path alone, do not look at the file" },
	{ 'n', NULL, NULL, "match by process name alone, kernel threads too" },
	{ 'p', NULL, "FILE|PID...", "use this pidfile, or these pids (default /var/run/NAME.pid)" },
	{ 'i', NULL, "FILE", "leave out the session of the process in that pidfile" },
	{ 'c', NULL, "DIR", "program and pidfile are below this directory" },
	{ 0 }
};

struct killing {
	struct lsb target;
	enum launch_reach reach;
	int signal;		/* 0: none was given: TERM, then KILL */
	uint64_t wait;
	bool list, verbose, quiet;
	struct vec pids;	/* given instead of a pidfile */
};

/* "-HUP", "-15": take it out of the arguments, before they are read as options. */
static void
take_signal(struct killing *k, int *argc, char *argv[])
{
	for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0; i++) {
		const char *s = argv[i] + 1;
		int signal;

		if (argv[i][0] != '-' || !((*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z' && s[1] >= 'A' && s[1] <= 'Z')))
			continue;
		signal = sig_number(s);
		if (signal < 0)
			continue;
		k->signal = signal;
		memmove(argv + i, argv + i + 1, (size_t)(*argc - i) * sizeof *argv);
		--*argc;
		return;
	}
}

static const char *
take_option(struct killing *k, int c, const char *arg)
{
	switch (c) {
	case 'v':
		k->verbose = true;
		break;
	case 'q':
		k->quiet = true;
		break;
	case 'g':
		k->reach = LAUNCH_REACH_GROUP;
		break;
	case 'G':
		k->reach = LAUNCH_REACH_SESSION;
		break;
	case 'l':
		k->list = true;
		break;
	case 't':
		return schedule_time(arg, strlen(arg), &k->wait) == 0 ? NULL : "the time to wait is no time";
	case 'L':
		break;
	case 'N':
		k->target.by_text = true;
		break;
	case 'n':
		k->target.name_only = true;
		break;
	case 'p':
		if (arg[strspn(arg, "0123456789 \t")] == '\0')
			str_split(&k->pids, arg, " \t");
		else
			k->target.pidfile = arg;
		break;
	case 'i':
		vec_add(&k->target.ignore, arg);
		break;
	case 'c':
		k->target.root = arg;
		break;
	default:
		return "";
	}
	return NULL;
}

static void
read_options(struct killing *k, int argc, char *argv[])
{
	struct optscan scan;
	const char *why;
	int c;

	take_signal(k, &argc, argv);
	opt_begin(&scan, opts, OPT_MIX);
	while ((c = opt_next(&scan, argc, argv)) != -1) {
		why = take_option(k, c, optarg);
		if (why)
			usage_die(LSB_USAGE, "%s", *why ? why : "unable to go on");
	}
	if (k->list)
		return;
	if (optind + 1 < argc && !k->signal && (k->signal = sig_number(argv[optind + 1])) < 0)
		usage_die(LSB_USAGE, "unable to send %s: no such signal", argv[optind + 1]);
	if (optind >= argc || argc - optind > 2)
		usage_die(LSB_USAGE, "one program is needed");
	k->target.path = argv[optind];
}

static int
list_signals(void)
{
	for (int i = 1; i <= SIGRTMAX; i++)
		if (*sig_name(i) != '?')
			out_fmt("%d %s\n", i, sig_name(i));
	if (out_flush() != 0)
		die_errno(LSB_FAILED, "unable to write standard output");
	return 0;
}

static void
hear(void *arg, const struct launch_told *t)
{
	const struct killing *k = arg;

	if (t->event == LAUNCH_NOT_SIGNALLED && !k->quiet)
		warn("unable to send SIG%s to %ld: %s", sig_name(t->signal), (long)t->pid, strerror(t->err));
	for (size_t i = 0; t->event == LAUNCH_SIGNALLED && k->verbose && i < t->n; i++)
		warn("sent SIG%s to %ld", sig_name(t->signal), (long)t->pids[i]);
}

static bool
ends(int signal)
{
	return signal == 0 || signal == SIGTERM || signal == SIGKILL || signal == SIGINT || signal == SIGQUIT || signal == SIGABRT;
}

/* What is sent, and how long is waited: a stopped process has to go on before it can end. */
static void
set_schedule(const struct killing *k, struct schedule *out, struct launch *l)
{
	const unsigned long long ms = k->wait / 1000;
	char *text;

	l->signal = k->signal;
	if (!ends(k->signal))
		return;
	if (k->signal)
		text = mem_fmt("-%d/CONT/%llums", k->signal, ms);
	else
		text = mem_fmt("TERM/CONT/%llums/KILL/%llums", ms, ms);
	if (schedule_parse(out, text, SIGTERM, 0) != NULL)
		BUG("a schedule that is none");
	free(text);
	l->schedule = out;
	l->cleanup = true;
}

/* The exit code for one target. */
static int
kill_one(struct killing *k, struct launch *l)
{
	struct schedule schedule = SCHEDULE_INIT;
	struct launch_stopped out;

	l->reach = k->reach;
	set_schedule(k, &schedule, l);
	switch (launch_stop(l, &out, hear, k)) {
	case LAUNCH_STOPPED:
		return out.failed ? LSB_DENIED : LSB_OK;
	case LAUNCH_NONE:
		if (out.failed)
			return LSB_DENIED;
		if (!lsb_installed(l))
			return LSB_NOT_INSTALLED;
		return k->signal ? LSB_NOT_RUNNING : LSB_OK;
	case LAUNCH_SURVIVED:
		if (!k->quiet)
			warn("unable to end %s: %zu of its processes live on", k->target.path, out.left);
		return LSB_FAILED;
	default:
		if (out.found.state == LAUNCH_REFUSED)
			warn("unable to believe %s: others than root may write it", l->pidfile);
		else
			warn("unable to read %s: %s", l->pidfile, strerror(out.found.err));
		return lsb_error(out.found.state == LAUNCH_REFUSED ? EPERM : out.found.err);
	}
}

static int
killproc_main(int argc, char *argv[])
{
	struct killing k = { .wait = UINT64_C(5000000) };
	struct launch l = { .pid = 0 };
	int worst = LSB_OK;
	char *why;

	read_options(&k, argc, argv);
	if (k.list)
		return list_signals();
	why = lsb_launch(&k.target, &l);
	if (why)
		die(LSB_FAILED, "%s", why);
	if (!k.pids.n)
		return kill_one(&k, &l);
	l.fall_back = false;
	for (size_t i = 0; i < k.pids.n; i++) {
		int code;

		if (num_pid(k.pids.v[i], &l.pid) != 0)
			usage_die(LSB_USAGE, "unable to signal %s: no pid", k.pids.v[i]);
		code = kill_one(&k, &l);
		worst = code != LSB_OK ? code : worst;
	}
	return worst;
}

const struct applet killproc_applet = {
	.name = "killproc", .synopsis = "[OPTION...] [-SIGNAL] PROGRAM", .summary = "end or signal a daemon by its program",
	.opts = opts, .main = killproc_main,
};
