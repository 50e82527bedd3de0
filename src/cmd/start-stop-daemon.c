#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "applet.h"
#include "base/buf.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/fd.h"
#include "svc/launch_plan.h"
#include "svc/launch_stop.h"

extern const struct applet start_stop_daemon_applet;

static bool
asks(const struct launch_plan *s)
{
	return s->action == LAUNCH_ACTION_STATUS || s->action == LAUNCH_ACTION_PIDOF;
}

enum { UNKNOWN = 4 };

static int
trouble(const struct launch_plan *s)
{
	return asks(s) ? UNKNOWN : s->d->fatal;
}

static bool
speaks(const struct launch_plan *s, enum launch_speech speech)
{
	return s->d->speech == speech;
}

/* Say a line of the dialect, if this is the time for it. */
static void
say(const struct launch_plan *s, enum launch_text which, const struct launch_words *w)
{
	const struct launch_line *line = &s->d->lines[which];
	char *text;

	if ((line->when == 'n' && s->quiet) || (line->when == 'v' && (!s->verbose || s->quiet)))
		return;
	text = launch_dialect_text(s->d, which, w);
	if (!text)
		return;
	if (line->where == 'e') {
		warn("%s", text);
	} else {
		char *whole = mem_fmt("%s\n", text);

		/* nothing to do about a stdout that is closed or full: the work counts */
		(void)fd_write_all(STDOUT_FILENO, whole, strlen(whole));
		free(whole);
	}
	free(text);
}

static _Noreturn void
fatal(const struct launch_plan *s, enum launch_text which, const char *what, int err)
{
	die(trouble(s), "%s", launch_dialect_text(s->d, which, &(struct launch_words){ .what = what, .reason = strerror(err) }));
}

static void
info(const struct launch_plan *s, const char *text)
{
	if (!s->quiet)
		(void)fd_write_all(STDOUT_FILENO, text, strlen(text));
}

static void
reset_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGQUIT };

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		signal(signals[i], SIG_DFL);
}

static const char try_help[] = "Try 'start-stop-daemon --help' for more information.\n";

/* The options of the dialect, as --help prints them. */
static int
help(const struct launch_plan *s, int fd)
{
	struct applet own = start_stop_daemon_applet;

	own.opts = s->d->rows;
	return applet_help(fd, &own);
}

static int
version(void)
{
	static const char text[] = "start-stop-daemon (initwright) " VERSION "\n";

	return fd_write_all(STDOUT_FILENO, text, strlen(text));
}

/* Wrong usage, after what was wrong has been said (why NULL), or saying it. */
static int
usage(const struct launch_plan *s, const char *why)
{
	if (why)
		warn("%s", why);
	if (speaks(s, LAUNCH_DPKG))
		(void)fd_write_all(STDERR_FILENO, try_help, strlen(try_help));
	else
		(void)help(s, STDERR_FILENO);
	return asks(s) ? UNKNOWN : s->d->usage;
}

static int
report(const struct launch_plan *s)
{
	const struct launch_problem *p = &s->problem;

	if (p->kind == LAUNCH_USAGE)
		return usage(s, p->why);
	if (p->kind == LAUNCH_PLAIN)
		die(trouble(s), "%s", p->why);
	fatal(s, p->text, p->what, p->err);
}

/* Why nothing could be found out about the process. */
static int
not_found_out(const struct launch_plan *s, const struct launch_found *f)
{
	if (f->state == LAUNCH_FAILED && f->file_state != PIDFILE_UNREADABLE && f->err == ENOENT)
		die(trouble(s), "nothing in /proc - not mounted?");
	if (f->state == LAUNCH_FAILED)
		fatal(s, f->file_state == PIDFILE_UNREADABLE ? LAUNCH_TEXT_BAD_PIDFILE : LAUNCH_TEXT_NO_STEP,
		    f->file_state == PIDFILE_UNREADABLE ? s->pidfile : "read /proc", f->err);
	if (f->file.risk & PIDFILE_RISK_WORLD)
		die(trouble(s), "matching on world-writable pidfile %s is insecure", s->pidfile);
	die(trouble(s), "matching only on non-root pidfile %s is insecure", s->pidfile);
}

static int
no_child(const struct launch_plan *s, const struct child_error *e)
{
	switch (e->step) {
	case CHILD_PREPARE:
		fatal(s, LAUNCH_TEXT_NO_PIDFILE, s->pidfile, e->err);
	case CHILD_EXEC:
		/* the kernel says "no such file" of a script's interpreter, too */
		fatal(s, e->err == ENOENT && !speaks(s, LAUNCH_DPKG) && access(s->program, F_OK) != 0 ? LAUNCH_TEXT_NO_FILE :
		    LAUNCH_TEXT_NO_EXEC, s->program, e->err);
	case CHILD_CHROOT:
		fatal(s, LAUNCH_TEXT_NO_CHROOT, s->chroot, e->err);
	case CHILD_GROUP:
		fatal(s, LAUNCH_TEXT_NO_GID, mem_fmt("%u", (unsigned)s->cred.gid), e->err);
	case CHILD_USER:
		fatal(s, LAUNCH_TEXT_NO_UID, s->cred.user, e->err);
	case CHILD_ENTER:
		fatal(s, LAUNCH_TEXT_NO_CHDIR, s->launch.child.chdir, e->err);
	default:
		fatal(s, LAUNCH_TEXT_NO_STEP, child_step_text(e->step), e->err);
	}
}

static int
complete(const struct launch_plan *s)
{
	if (s->verbose && speaks(s, LAUNCH_DPKG))
		info(s, "Detaching complete...\n");
	return 0;
}

static int
await_ready(struct launch_plan *s, struct launch_started *st)
{
	enum launch_ready_end end;
	int detail = 0;

	if (s->verbose && speaks(s, LAUNCH_DPKG))
		info(s, mem_fmt("Waiting for notifications... (timeout %llusec %llunsec)\n", (unsigned long long)s->ready.timeout / 1000000,
		    (unsigned long long)s->ready.timeout % 1000000 * 1000));
	/* it can be found now: others need not wait with us */
	if (st->lock >= 0)
		close(st->lock);
	end = launch_ready_wait(&s->ready, &st->ref, &detail);
	if (end == LAUNCH_READY_YES)
		return complete(s);
	if (end == LAUNCH_READY_TIMEOUT)
		die(s->d->fatal, "timed out waiting for a notification");
	if (s->make_pidfile && end == LAUNCH_READY_DIED)
		pidfile_remove(s->pidfile, st->ref.pid);
	if (end == LAUNCH_READY_ERRNO)
		die(s->d->fatal, "program failed to initialize (%s)", strerror(detail));
	if (WIFSIGNALED(detail))
		die(s->d->fatal, "program failed to initialize (killed by signal %d)", WTERMSIG(detail));
	die(s->d->fatal, "program failed to initialize (exit status %d)", WEXITSTATUS(detail));
}

static void
starting(void *arg)
{
	const struct launch_plan *s = arg;
	char *text;

	if (!s->verbose || s->quiet || !speaks(s, LAUNCH_DPKG))
		return;
	text = mem_fmt(s->background ? "Starting %s...\nDetaching to start %s...\n" : "Starting %s...\n", s->program, s->program);
	info(s, text);
	free(text);
}

/* What --test says, in dpkg's words. */
static int
would_start(struct launch_plan *s)
{
	const struct child_spec *c = &s->launch.child;
	struct buf b = BUF_INIT;

	buf_fmt(&b, "Would start %s ", s->program);
	for (char *const *a = s->args; *a; a++)
		buf_fmt(&b, "%s ", *a);
	if (s->run_as) {
		const char *colon = strchr(s->run_as, ':');

		buf_fmt(&b, " (as user %s[%u], and group %s[%u])", s->cred.user, (unsigned)s->cred.uid,
		    s->group ? s->group : colon ? colon + 1 : "", (unsigned)s->cred.gid);
	}
	if (s->chroot)
		buf_fmt(&b, " in directory %s", s->chroot);
	if (s->nice)
		buf_fmt(&b, ", and add %s to the priority", s->nice);
	if (c->set_sched)
		buf_fmt(&b, ", with scheduling policy %.*s with priority %d", (int)strcspn(s->procsched, ":"), s->procsched, c->sched_priority);
	if (c->set_ioprio)
		buf_fmt(&b, ", with IO scheduling class %.*s with priority %d", (int)strcspn(s->iosched, ":"), s->iosched, c->ioprio & 7);
	buf_str(&b, ".\n");
	info(s, b.s);
	buf_free(&b);
	return 0;
}

static int
already(const struct launch_plan *s)
{
	say(s, LAUNCH_TEXT_ALREADY, &(struct launch_words){ .what = s->exec ? s->exec : "process" });
	return s->oknodo ? s->d->already_oknodo : s->d->already;
}

static int
test_start(struct launch_plan *s)
{
	struct launch_found found;

	switch (launch_find(&s->launch, &found, 1)) {
	case LAUNCH_RUNNING:
		return already(s);
	case LAUNCH_REFUSED:
	case LAUNCH_FAILED:
		return not_found_out(s, &found);
	default:
		return would_start(s);
	}
}

static int
do_start(struct launch_plan *s)
{
	struct launch_started st;

	if (s->test)
		return test_start(s);
	if (!launch_plan_open(s))
		return report(s);
	if (s->d->reset_signals)
		reset_signals();
	s->launch.watch = s->wants_ready;
	s->launch.starting = starting;
	s->launch.starting_arg = s;
	switch (launch_start(&s->launch, &st)) {
	case LAUNCH_STARTED:
		return s->wants_ready ? await_ready(s, &st) : complete(s);
	case LAUNCH_ELSEWHERE:
		return st.status;
	case LAUNCH_ALREADY:
		return already(s);
	case LAUNCH_NOT_FOUND_OUT:
		return not_found_out(s, &st.found);
	case LAUNCH_LOCKED:
		die(s->d->fatal, "another start of %s does not end", s->program);
	default:
		return no_child(s, &st.error);
	}
}

static void
hear(void *arg, const struct launch_told *t)
{
	static const enum launch_text texts[] = {
		[LAUNCH_WOULD_SIGNAL] = LAUNCH_TEXT_WOULD, [LAUNCH_SIGNALLED] = LAUNCH_TEXT_STOPPED,
		[LAUNCH_NOT_SIGNALLED] = LAUNCH_TEXT_NOT_KILLED,
	};
	struct launch_words w = { .pids = t->pids, .n_pids = t->n, .pid = t->pid, .number = t->signal, .reason = strerror(t->err) };
	const struct launch_plan *s = arg;

	w.what = s->what;
	w.signal = t->signal;
	if (t->event == LAUNCH_WAITS) {
		info(s, ".");
		return;
	}
	if (t->event == LAUNCH_SIGNALLED && t->round > 0)
		w.number = t->round;
	say(s, t->event == LAUNCH_SIGNALLED && t->round > 0 ? LAUNCH_TEXT_RETRIED : texts[t->event], &w);
}

/* Nobody was signalled.  By a bare pid or pidfile, dpkg and busybox find that out by trying. */
static int
stopped_none(const struct launch_plan *s, const struct launch_stopped *st)
{
	struct launch_words w = { .what = s->what, .reason = strerror(ESRCH), .pid = s->launch.match.pid, .number = (long)st->failed };
	const bool stale = s->d->stale_warns && launch_is_sole(&s->launch) && w.pid && !st->failed && !s->test;

	if (s->exec && !s->launch.match.exec_there && speaks(s, LAUNCH_DPKG))
		fatal(s, LAUNCH_TEXT_NO_FILE, s->launch.match.exec, ENOENT);
	if (stale) {
		w.number = 1;
		say(s, LAUNCH_TEXT_NOT_KILLED, &w);
	}
	if (w.number)
		say(s, LAUNCH_TEXT_FAILED, &w);
	say(s, s->pidfile && !s->exec && !s->name ? LAUNCH_TEXT_NONE_FILE : LAUNCH_TEXT_NONE, &w);
	return s->oknodo ? s->d->none_oknodo : s->d->none;
}

static int
do_stop(struct launch_plan *s)
{
	struct launch_stopped st;
	struct launch_words w = { .what = s->what };

	s->launch.test = s->test;
	s->launch.reach = s->stop_group ? LAUNCH_REACH_GROUP : LAUNCH_REACH_SELF;
	s->launch.progress = s->progress;
	s->launch.cleanup = s->pidfile && (s->remove_pidfile || s->d->always_cleanup);
	if (s->test && s->retry && speaks(s, LAUNCH_DPKG))
		info(s, "Ignoring --retry in test mode\n");
	switch (launch_stop(&s->launch, &st, hear, s)) {
	case LAUNCH_STOPPED:
		w.number = (long)st.failed;
		if (st.failed)
			say(s, LAUNCH_TEXT_FAILED, &w);
		return 0;
	case LAUNCH_NONE:
		return stopped_none(s, &st);
	case LAUNCH_SURVIVED:
		w.number = (long)st.left;
		say(s, st.left == 1 ? LAUNCH_TEXT_SURVIVED_ONE : LAUNCH_TEXT_SURVIVED, &w);
		return s->d->survived;
	default:
		return not_found_out(s, &st.found);
	}
}

static int
do_status(struct launch_plan *s)
{
	static const int codes[] = { [LAUNCH_RUNNING] = 0, [LAUNCH_DEAD_PIDFILE] = 1, [LAUNCH_DEAD] = 3, [LAUNCH_UNKNOWN] = UNKNOWN };
	struct launch_found found;
	struct buf b = BUF_INIT;

	launch_find(&s->launch, &found, s->action == LAUNCH_ACTION_PIDOF ? SIZE_MAX : 1);
	if (found.state == LAUNCH_REFUSED || found.state == LAUNCH_FAILED)
		return not_found_out(s, &found);
	if (found.state != LAUNCH_RUNNING && s->exec && !s->launch.match.exec_there)
		fatal(s, LAUNCH_TEXT_NO_FILE, s->launch.match.exec, ENOENT);
	if (s->action == LAUNCH_ACTION_PIDOF && found.pids.n) {
		for (size_t i = 0; i < found.pids.n; i++)
			buf_fmt(&b, "%s%ld", i ? " " : "", (long)found.pids.v[i]);
		buf_ch(&b, '\n');
		(void)fd_write_all(STDOUT_FILENO, b.s, b.len);
		buf_free(&b);
	}
	launch_found_free(&found);
	return codes[found.state];
}

/* The dialect: by an option that comes first, by the name we are called by, or what was built in. */
static const struct launch_dialect *
choose_dialect(int argc, char *argv[])
{
	/* arrays of their own: literals lie with those of all other commands, on a page more */
	static const char option[] = "--dialect", built_in[] = DIALECT, named[][8] = { "dpkg", "openrc", "busybox" };
	const char *name = str_base(argv[0]), *given = argc > 1 && str_starts(argv[1], option) ? argv[1] + strlen(option) : NULL;

	if (given && !*given && argc > 2)
		return launch_dialect_find(argv[2]);
	if (given && *given == '=')
		return launch_dialect_find(given + 1);
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (str_starts(name, named[i]))
			return launch_dialect_find(named[i]);
	return launch_dialect_find(built_in);
}

/* Read the options: -1, or the exit status when that was all. */
static int
read_options(struct launch_plan *s, int argc, char *argv[])
{
	struct optscan scan;
	int c;

	opt_begin(&scan, s->d->rows, OPT_MIX);
	while ((c = opt_next(&scan, argc, argv)) != -1) {
		c = launch_dialect_id(s->d, c);
		if (launch_plan_store(s, c, optarg))
			continue;
		switch (c) {
		case LAUNCH_ID_ENV:
			vec_add(&s->env, optarg);
			break;
		case LAUNCH_ID_DIALECT:
			if (launch_dialect_find(optarg) != s->d)
				return usage(s, "--dialect must come first");
			break;
		case 'H':
			return help(s, STDOUT_FILENO) == 0 ? 0 : trouble(s);
		case 'V':
			return version() == 0 ? 0 : trouble(s);
		default:
			return usage(s, NULL);
		}
	}
	s->args = argv + optind;
	return -1;
}

static int
ssd_main(int argc, char *argv[])
{
	static int (*const run[])(struct launch_plan *) = {
		[LAUNCH_ACTION_START] = do_start, [LAUNCH_ACTION_STOP] = do_stop, [LAUNCH_ACTION_STATUS] = do_status,
		[LAUNCH_ACTION_PIDOF] = do_status,
	};
	struct launch_plan s = { .d = choose_dialect(argc, argv) };
	int status;

	if (!s.d)
		usage_die(3, "unable to speak that dialect: not dpkg, openrc or busybox");
	progname = s.d->progname;
	status = read_options(&s, argc, argv);
	if (status >= 0)
		return status;
	return launch_plan_make(&s) ? run[s.action](&s) : report(&s);
}

static const char *const aliases[] = { "dpkg-start-stop-daemon", "openrc-start-stop-daemon", "busybox-start-stop-daemon", NULL };

const struct applet start_stop_daemon_applet = {
	.name = "start-stop-daemon", .aliases = aliases, .synopsis = "[OPTION...] COMMAND [-- ARGUMENT...]",
	.summary = "start and stop daemons that nobody keeps", .opts = launch_dialect_rows, .main = ssd_main,
};
