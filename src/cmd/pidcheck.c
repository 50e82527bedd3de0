#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/watch.h"
#include "svc/launch_check.h"
#include "svc/lsb.h"

enum { ALL_NAMESPACES = OPT_LONG, NO_AGE, JSON, EXPLAIN, WAIT_GONE, WAIT_READY, TIMED_OUT = 1 };

static const struct opt opts[] = {
	{ 'x', "exec", "PROGRAM", "it must run this program, or script" },
	{ 'n', "name", "NAME", "it must have this name" },
	{ 'u', "user", "USER", "it must run as this user, who may own the pidfile" },
	{ 'l', "lock", NULL, "it must hold a lock on the pidfile" },
	{ NO_AGE, "no-age", NULL, "it may have begun after the pidfile was written" },
	{ ALL_NAMESPACES, "all-namespaces", NULL, "it may live in another pid namespace" },
	{ JSON, "json", NULL, "print the answer and its reasons as JSON" },
	{ EXPLAIN, "explain", NULL, "print which rule says what" },
	{ WAIT_GONE, "wait-gone", NULL, "wait until it is gone" },
	{ WAIT_READY, "wait-ready", NULL, "wait until the file names a process that is the one" },
	{ 't', "timeout", "SECONDS", "how long to wait (default 60)" },
	{ 0 }
};

struct checking {
	struct launch l;
	struct launch_check check;
	const char *user;
	int wait_for;		/* WAIT_GONE, WAIT_READY, or 0 */
	uint64_t deadline;
	bool json, explain;
};

static void
read_options(struct checking *k, int argc, char *argv[])
{
	uint64_t wait = UINT64_C(60000000);
	struct optscan scan;
	int c;

	opt_begin(&scan, opts, OPT_MIX);
	while ((c = opt_next(&scan, argc, argv)) != -1)
		switch (c) {
		case 'x':
			k->l.match.exec = optarg;
			break;
		case 'n':
			k->l.match.name = optarg;
			break;
		case 'u':
			k->user = optarg;
			break;
		case 'l':
			k->check.lock = true;
			break;
		case NO_AGE:
			k->check.age = false;
			break;
		case ALL_NAMESPACES:
			k->l.match.any_namespace = true;
			break;
		case JSON:
			k->json = true;
			break;
		case EXPLAIN:
			k->explain = true;
			break;
		case WAIT_GONE:
		case WAIT_READY:
			k->wait_for = c;
			break;
		case 't':
			if (schedule_time(optarg, strlen(optarg), &wait) != 0)
				usage_die(LSB_USAGE, "unable to wait %s: no time", optarg);
			break;
		default:
			usage_die(LSB_USAGE, "unable to go on");
		}
	if (optind != argc - 1)
		usage_die(LSB_USAGE, "one pidfile is needed");
	k->l.pidfile = argv[optind];
	k->deadline = clock_after(wait);
}

static int
tell(struct checking *k)
{
	struct buf out = BUF_INIT;

	if (k->json)
		launch_check_json(&k->check, &out);
	else if (k->explain)
		launch_check_explain(&k->check, &out);
	if (out.len && fd_write_all(STDOUT_FILENO, out.s, out.len) != 0)
		die_errno(LSB_UNKNOWN, "unable to write standard output");
	buf_free(&out);
	if (k->check.state == LAUNCH_REFUSED && !k->json && !k->explain)
		warn("unable to believe %s: others than root may write it; --explain says more", k->l.pidfile);
	return lsb_status(k->check.state);
}

/* The process is held first, so that its pid cannot come to mean another one. */
static int
wait_gone(struct checking *k)
{
	struct procref ref;

	if (launch_check_run(&k->check) != LAUNCH_RUNNING)
		return tell(k) == LSB_UNKNOWN ? LSB_UNKNOWN : 0;
	if (procref_open(&ref, k->check.pid, k->check.start) == 0 && procref_wait(&ref, k->deadline) != 0) {
		warn("unable to see %ld gone: %s", (long)k->check.pid, strerror(errno));
		procref_close(&ref);
		return TIMED_OUT;
	}
	launch_check_run(&k->check);
	tell(k);
	return 0;
}

static int
wait_ready(struct checking *k)
{
	int fd, r;

	for (;;) {
		fd = watch_open(k->l.pidfile);
		if (fd < 0)
			die_errno(LSB_UNKNOWN, "unable to watch %s", k->l.pidfile);
		if (launch_check_run(&k->check) == LAUNCH_RUNNING) {
			close(fd);
			return tell(k);
		}
		r = watch_wait(fd, -1, k->deadline);
		close(fd);
		if (r < 0)
			die_errno(LSB_UNKNOWN, "unable to watch %s", k->l.pidfile);
		if (r == 0) {
			warn("unable to see %s ready: it %s", k->l.pidfile, pidfile_state_text(k->check.file_state));
			return tell(k);
		}
	}
}

static int
pidcheck_main(int argc, char *argv[])
{
	struct checking k = { .check = { .age = true }, .l = { .trust = LAUNCH_TRUST_OWNER } };

	read_options(&k, argc, argv);
	k.check.launch = &k.l;
	if (k.user) {
		if (cred_uid(k.user, &k.l.match.uid) != 0)
			die(LSB_UNKNOWN, "unable to find user %s", k.user);
		k.l.match.by_user = true;
	}
	if (match_prepare(&k.l.match) != 0)
		die_errno(LSB_UNKNOWN, "unable to look at %s", k.l.match.exec);
	if (k.wait_for)
		return k.wait_for == WAIT_GONE ? wait_gone(&k) : wait_ready(&k);
	launch_check_run(&k.check);
	return tell(&k);
}

const struct applet pidcheck_applet = {
	.name = "pidcheck", .synopsis = "[OPTION...] PIDFILE", .summary = "is the process that a pidfile names really the one",
	.opts = opts, .main = pidcheck_main,
};
