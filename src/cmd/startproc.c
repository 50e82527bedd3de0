#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/clock.h"
#include "os/watch.h"
#include "svc/launch_io.h"
#include "svc/launch_ready.h"
#include "svc/launch_value.h"
#include "svc/lsb.h"

static const struct opt opts[] = {
	{ 'f', NULL, NULL, "start it although one runs" },
	{ 'n', NULL, "N", "add to the nice level; also as +N or -N" },
	{ 'o', NULL, "CLASS[:PRIORITY]", "I/O scheduling, the class by number or name" },
	{ 's', NULL, NULL, "give it a session of its own" },
	{ 't', NULL, "SECONDS", "see whether it still runs then (default 0.2)" },
	{ 'T', NULL, "SECONDS", "as -t" },
	{ 'w', NULL, NULL, "wait until the process that was started ends, however long" },
	{ 'W', NULL, "FILE[:FILE...]", "wait until these files exist" },
	{ 'u', NULL, "USER", "run as this user" },
	{ 'g', NULL, "GROUP", "run as this group" },
	{ 'e', NULL, NULL, "give it a minimal environment" },
	{ 'l', NULL, "FILE", "append standard output and error to a file" },
	{ 'q', NULL, NULL, "standard output and error to /dev/null" },
	{ 'd', NULL, NULL, "leave it the terminal, to ask for a passphrase; wait 15 seconds" },
	{ 'v', NULL, NULL, "say what is done" },
	{ 'L', NULL, NULL, "follow a symbolic link to the program (always done)" },
	{ 'N', NULL, NULL, "know the program by its path alone, do not look at the file" },
	{ 'x', NULL, NULL, "match by process name too" },
	{ 'p', NULL, "FILE", "use this pidfile (default /var/run/NAME.pid)" },
	{ 'i', NULL, "FILE", "leave out the session of the process in that pidfile" },
	{ 'c', NULL, "DIR", "change the root directory before the start" },
	{ 0 }
};

struct starting {
	struct lsb target;
	struct launch l;
	struct cred cred;
	const char *user, *group, *files, *log;
	uint64_t wait;
	bool force, session, own_env, quiet, dialog, verbose, in_place, waits_parent;
	char *const *args;
};

/* "+5" or "-5" in front of the program is -n's value. */
static void
take_nice(struct starting *s, int *argc, char *argv[])
{
	for (int i = 1; i < *argc && strchr("+-", argv[i][0]) && argv[i][0]; i++) {
		const char *digits = argv[i] + 1;

		if (!*digits || digits[strspn(digits, "0123456789")] || strcmp(argv[i - 1], "-n") == 0)
			continue;
		if (launch_value_nice(&s->l.child, argv[i], false) != NULL)
			usage_die(LSB_USAGE, "unable to add %s to the nice level", argv[i]);
		memmove(argv + i, argv + i + 1, (size_t)(*argc - i) * sizeof *argv);
		--*argc;
		i--;
	}
}

static void
set_wait(struct starting *s, const char *text)
{
	if (schedule_time(text, strlen(text), &s->wait) != 0)
		usage_die(LSB_USAGE, "unable to wait %s: no time", text);
}

static bool
take_flag(struct starting *s, int c)
{
	const struct {
		int letter;
		bool *flag;
	} flags[] = {
		{ 'f', &s->force }, { 's', &s->session }, { 'w', &s->waits_parent }, { 'e', &s->own_env }, { 'q', &s->quiet },
		{ 'd', &s->dialog }, { 'v', &s->verbose }, { 'N', &s->target.by_text }, { 'x', &s->target.by_name },
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i].letter == c)
			return *flags[i].flag = true;
	return c == 'L';
}

static void
take_value(struct starting *s, int c, const char *arg)
{
	const char *why = NULL;
	bool fatal;

	switch (c) {
	case 'n':
		why = launch_value_nice(&s->l.child, arg, false);
		break;
	case 'o':
		why = launch_value_iosched(&s->l.child, arg, true, &fatal);
		break;
	case 't':
	case 'T':
		set_wait(s, arg);
		break;
	case 'W':
		s->files = arg;
		break;
	case 'u':
		s->user = arg;
		break;
	case 'g':
		s->group = arg;
		break;
	case 'l':
		s->log = arg;
		break;
	case 'p':
		s->target.pidfile = arg;
		break;
	case 'i':
		vec_add(&s->target.ignore, arg);
		break;
	case 'c':
		s->target.root = arg;
		break;
	default:
		why = "unable to go on";
	}
	if (why)
		usage_die(LSB_USAGE, "%s", why);
}

static void
read_options(struct starting *s, int argc, char *argv[])
{
	struct optscan scan;
	int c;

	take_nice(s, &argc, argv);
	opt_begin(&scan, opts, OPT_STOP);
	while ((c = opt_next(&scan, argc, argv)) != -1) {
		if (s->in_place && strchr("stTwW", c))
			usage_die(LSB_USAGE, "unable to take -%c: start_daemon becomes the program and waits for nothing", c);
		if (!take_flag(s, c))
			take_value(s, c, optarg);
	}
	if (optind >= argc)
		usage_die(LSB_USAGE, "a program is needed");
	s->target.path = argv[optind];
	s->args = argv + optind;
	if (s->dialog && !s->wait)
		s->wait = UINT64_C(15000000);
}

static char *const *
minimal_env(const struct starting *s)
{
	struct vec env = VEC_INIT;

	vec_add(&env, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	vec_setenv(&env, "HOME", s->cred.home ? s->cred.home : "/");
	vec_setenv(&env, "USER", s->cred.user ? s->cred.user : "root");
	vec_setenv(&env, "SHELL", "/bin/sh");
	return vec_argv(&env);
}

/* Standard output stays what the caller has, but for a terminal, which would tie the daemon to it. */
static int
stream(const struct starting *s, int fd)
{
	if (s->dialog || s->in_place)
		return CHILD_FD_KEEP;
	if (s->quiet || fd == STDIN_FILENO || isatty(fd))
		return CHILD_FD_NULL;
	return CHILD_FD_KEEP;
}

static void
set_child(struct starting *s)
{
	struct child_spec *c = &s->l.child;
	char *bad;

	if (s->user || s->group) {
		bad = cred_lookup(&s->cred, s->user, s->group, NULL);
		if (bad)
			die(LSB_FAILED, "%s", bad);
		c->cred = &s->cred;
	}
	c->path = s->target.path;
	c->search = getenv("PATH");
	c->argv = s->args;
	c->envp = s->own_env ? minimal_env(s) : environ;
	c->chroot = s->target.root;
	c->chdir = "/";
	c->chdir_first = true;
	c->keep_fds = s->in_place;
	for (int fd = 0; fd < 3; fd++)
		c->stdio[fd] = stream(s, fd);
	if (s->log && (c->stdio[1] = c->stdio[2] = launch_io_file(s->log, false)) < 0)
		die_errno(lsb_error(errno), "unable to open %s", s->log);
}

/* The process that was started has ended: as the parent of a daemon does, or because it failed. */
static int
ended(struct starting *s, int status)
{
	struct launch_found found;

	if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0) {
		int code = WIFSIGNALED(status) ? LSB_NOT_RUNNING : WEXITSTATUS(status);

		/* two blanks, as SUSE's says it */
		warn(" exit status of parent of %s: %d", s->target.path, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : code);
		return code;
	}
	return launch_find(&s->l, &found, 1) == LAUNCH_RUNNING ? LSB_OK : LSB_NOT_RUNNING;
}

static int
await(struct starting *s, struct launch_started *st)
{
	struct launch_ready r = { .kind = LAUNCH_READY_ALIVE, .fd = -1, .timeout = s->wait ? s->wait : UINT64_C(200000) };
	int status;
	char *names, *one, *rest;

	if (s->waits_parent)
		r.timeout = CLOCK_FOREVER;
	if (s->verbose)
		warn("started %s, pid %ld", s->target.path, (long)st->ref.pid);
	for (names = rest = s->files ? mem_str(s->files) : NULL; names && (one = strsep(&rest, ":"));)
		if (*one && watch_exists(one, clock_after(s->wait ? s->wait : UINT64_C(60000000))) != 0)
			die_errno(LSB_FAILED, "unable to wait for %s", one);
	return launch_ready_wait(&r, &st->ref, &status) == LAUNCH_READY_DIED ? ended(s, status) : LSB_OK;
}

static int
failed(const struct starting *s, const struct launch_started *st)
{
	const enum launch_state state = st->found.state;

	switch (st->result) {
	case LAUNCH_NOT_FOUND_OUT:
		warn("unable to read %s: %s", s->l.pidfile, state == LAUNCH_REFUSED ? "others than root may write it" : strerror(st->found.err));
		return state == LAUNCH_REFUSED ? LSB_DENIED : lsb_error(st->found.err);
	case LAUNCH_LOCKED:
		warn("unable to start %s: another start of it does not end", s->target.path);
		return LSB_FAILED;
	default:
		warn("unable to start %s: unable to %s: %s", s->target.path, child_step_text(st->error.step), strerror(st->error.err));
		return lsb_error(st->error.err);
	}
}

static int
startproc_main(int argc, char *argv[])
{
	struct starting s = { .l = { .child = CHILD_SPEC_INIT, .watch = true }, .in_place = strcmp(str_base(argv[0]), "start_daemon") == 0 };
	struct launch_started st;
	char *why;

	read_options(&s, argc, argv);
	why = lsb_launch(&s.target, &s.l);
	if (why)
		die(LSB_FAILED, "%s", why);
	if (s.l.match.exec && !s.target.by_text && !s.l.match.exec_there)
		die(LSB_NOT_INSTALLED, "unable to start %s: it is not installed", s.target.path);
	set_child(&s);
	s.l.background = !s.in_place;
	s.l.session = s.session ? LAUNCH_SESSION_LEADER : LAUNCH_SESSION_CALLERS;
	s.l.force = s.force;
	switch (launch_start(&s.l, &st)) {
	case LAUNCH_STARTED:
		return await(&s, &st);
	case LAUNCH_ALREADY:
		if (s.verbose)
			warn("%s runs already, pid %ld", s.target.path, (long)st.found.pids.v[0]);
		return LSB_OK;
	default:
		return failed(&s, &st);
	}
}

static const char *const aliases[] = { "start_daemon", NULL };

const struct applet startproc_applet = {
	.name = "startproc", .aliases = aliases, .synopsis = "[OPTION...] PROGRAM [ARGUMENT...]",
	.summary = "start a daemon by its program, unless it runs", .opts = opts, .main = startproc_main,
};
