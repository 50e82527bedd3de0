#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/buf.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/out.h"
#include "base/str.h"
#include "os/clock.h"
#include "os/fd.h"
#include "svc/client.h"
#include "svc/condition.h"
#include "svc/keeper.h"
#include "svc/keeper_start.h"
#include "svc/peer.h"
#include "svc/record.h"
#include "svc/relation.h"
#include "svc/report.h"
#include "svc/subsys.h"
#include "svc/ties.h"
#include "svc/unit.h"

/* Exit codes of the LSB, "Init Script Actions". */
enum { LSB_OK, LSB_FAILED, LSB_USAGE, LSB_UNIMPLEMENTED, LSB_PRIVILEGE, LSB_NOT_INSTALLED, LSB_NOT_CONFIGURED, LSB_NOT_RUNNING };
enum { START_WAIT = 90000000 };	/* microseconds that a start waits for another command's */
enum { STATUS_RUNNING = 0, STATUS_DEAD_PIDFILE = 1, STATUS_STOPPED = 3, STATUS_UNKNOWN = 4 };

struct svrun {
	const char *root;	/* NULL: / */
	const char *script;
	char name[256];
	char *dir;		/* run directory */
	int argc;
	char **argv;
	bool quiet, more;
	struct sockets sockets;	/* those of the keeper that a restart ends, at first */
};

static const struct opt opts[] = {
	{ 'l', "long", NULL, "let status tell all that is known" },
	{ 'n', "name", "NAME", "the service's name, where it is not the script's" },
	{ 'q', "quiet", NULL, "print errors only" },
	{ 'r', "root", "DIR", "take settings from below DIR, and keep state there" },
	{ 0 }
};

static const char actions[] = "start|stop|restart|try-restart|reload|force-reload|status|foreground|explain";

/* --- asking --- */

static void
look(const struct svrun *o, struct client_state *s)
{
	if (client_look(o->dir, s) != 0)
		die_errno(STATUS_UNKNOWN, "unable to read the record of %s", o->name);
}

static int
status_of_record(const struct svrun *o, const struct client_state *s)
{
	struct buf b = BUF_INIT;

	report_line(&b, o->name, s);
	if (o->more)
		report_more(&b, o->dir, s);
	if (!o->quiet && fd_write_all(STDOUT_FILENO, b.s, b.len) != 0)
		die_errno(STATUS_UNKNOWN, "unable to write standard output");
	buf_free(&b);
	return client_runs(s) ? STATUS_RUNNING : client_is_up(s) ? STATUS_STOPPED : STATUS_DEAD_PIDFILE;
}

static void read_service(const struct svrun *, struct service *);

static int
status_without_record(const struct svrun *o)
{
	struct buf b = BUF_INIT;
	struct service svc;
	enum report_found found;

	read_service(o, &svc);
	found = report_unrecorded(&b, o->name, svc.pid_file);
	if ((!o->quiet || found != REPORT_NOTHING) && fd_write_all(STDOUT_FILENO, b.s, b.len) != 0)
		die_errno(STATUS_UNKNOWN, "unable to write standard output");
	buf_free(&b);
	service_free(&svc);
	return found == REPORT_NOTHING ? STATUS_STOPPED : found == REPORT_DEAD ? STATUS_DEAD_PIDFILE : STATUS_UNKNOWN;
}

static int
do_status(struct svrun *o)
{
	struct client_state s;

	look(o, &s);
	return s.recorded ? status_of_record(o, &s) : status_without_record(o);
}

/* --- reading the description --- */

static void
read_service(const struct svrun *o, struct service *svc)
{
	struct diag d = DIAG_INIT;

	if (unit_read(svc, o->script, o->name, o->root, &d) != 0) {
		const struct diag_item *first = diag_first_error(&d);
		char *text = first ? diag_text(first) : mem_fmt("%s: %s", o->script, strerror(errno));
		if (d.errors > 1)
			die(LSB_NOT_CONFIGURED, "unable to read %s: %s (and %zu more)", o->name, text, d.errors - 1);
		die(LSB_NOT_CONFIGURED, "unable to read %s: %s", o->name, text);
	}
	diag_free(&d);
}

static void
check_program(const struct svrun *o, const struct service *svc)
{
	const struct service_command *cmd = context_missing(svc);

	if (cmd)
		die_errno(errno == ENOENT || errno == ENOTDIR ? LSB_NOT_INSTALLED : LSB_PRIVILEGE,
		    "unable to start %s: unable to execute %s", o->name, cmd->path);
}

static void
warn_ignored(const struct svrun *o, const struct service *svc)
{
	size_t protective = report_ignored(NULL, svc);

	if (protective && !o->quiet)
		warn("warning: %s runs without %zu protections that its unit asks for; '%s explain' lists them", o->name, protective,
		    o->script);
}

/* --- starting --- */

/* what its keeper says, and the sockets that it gives away */
static int
ask(struct svrun *o, enum control_request request, char *text)
{
	char *path = mem_fmt("%s/control", o->dir);
	int code = control_ask_with(path, request, text, o->sockets.held, &o->sockets.n_held), saved = errno;

	free(path);
	errno = saved;
	return code;
}

/* text: what there is to say instead */
static int
say_up(const struct svrun *o, const char *how, const char *text)
{
	struct client_state s;

	if (o->quiet)
		return LSB_OK;
	if (*text)
		out_fmt("%s: %s\n", o->name, text);
	else if (client_look(o->dir, &s) == 0 && s.rec.main)
		out_fmt("%s %s, pid %ld\n", o->name, how, (long)s.rec.main);
	else
		out_fmt("%s %s\n", o->name, how);
	return out_flush() == 0 ? LSB_OK : LSB_FAILED;
}

/* another start is under way: its end is ours */
static int
join_start(struct svrun *o)
{
	char text[CONTROL_TEXT] = "";
	int code = ask(o, CONTROL_WAIT, text);

	if (code > 0)
		warn("unable to start %s: %s", o->name, text);
	return code == 0 ? say_up(o, "started", text) : code;
}

static int
record_for_start(const struct svrun *o)
{
	int fd = record_create(o->dir);

	if (fd >= 0 || errno == EAGAIN)
		return fd;
	die_errno(errno == EACCES || errno == EPERM ? LSB_PRIVILEGE : LSB_FAILED, "unable to start %s: unable to make %s/record", o->name,
	    o->dir);
}

static int
fail_start(const struct svrun *o, int record_fd, int code, const char *reason)
{
	warn("unable to start %s: %s", o->name, reason);
	record_remove(o->dir);
	close(record_fd);
	return code;
}

/* what it needs beside its description: NULL, or what is wrong, with *code */
static char *
prepare(struct svrun *o, const struct service *svc, struct context *ctx, int *code)
{
	char *bad = context_init(ctx, svc, o->root, code);

	for (size_t i = 0; i < ctx->sandbox.remarks.n && !o->quiet; i++)
		warn("warning: %s: %s", o->name, ctx->sandbox.remarks.v[i]);
	if (bad)
		return bad;
	*code = LSB_NOT_CONFIGURED;
	return sockets_read(&o->sockets, svc, o->script, o->root);
}

static int
start_kept(struct svrun *o, const struct service *svc, int record_fd)
{
	struct keeper_place place = { o->root, o->dir, record_fd, o->argc, o->argv, &o->sockets };
	char text[CONTROL_TEXT], *bad;
	struct context ctx;
	int code;

	bad = prepare(o, svc, &ctx, &code);
	if (bad)
		return fail_start(o, record_fd, code, bad);
	code = keeper_start(svc, &ctx, &place, text);
	context_free(&ctx);
	if (code == 0)
		return say_up(o, "started", text);
	warn("unable to start %s: %s", o->name, text);
	return code;
}

/* may the start go on?  If not, *code is the exit status */
static bool
conditions_hold(const struct svrun *o, const struct service *svc, int *code)
{
	const struct service_condition *c;
	enum condition_result r = condition_check(svc, o->root, &c);

	if (r == CONDITION_MET)
		return true;
	*code = r == CONDITION_FAIL ? LSB_NOT_CONFIGURED : LSB_OK;
	if (r == CONDITION_FAIL)
		warn("unable to start %s: %s:%d: Assert%s=%s%s does not hold", o->name, c->file, c->line, c->test, c->negate ? "!" : "",
		    c->value);
	else if (!o->quiet)
		out_fmt("%s not started: Condition%s=%s%s does not hold\n", o->name, c->test, c->negate ? "!" : "", c->value);
	return false;
}

/* a service below another root stands alone */
static bool
related_ones_agree(const struct svrun *o, const struct service *svc)
{
	char *bad = o->root ? NULL : relation_before_start(svc);

	if (bad)
		warn("unable to start %s: %s", o->name, bad);
	free(bad);
	return !bad;
}

static int
start_anew(struct svrun *o, const struct service *svc)
{
	int fd, code;

	if (!conditions_hold(o, svc, &code))
		return code;
	check_program(o, svc);
	if (!related_ones_agree(o, svc))
		return LSB_FAILED;
	fd = record_for_start(o);
	if (fd < 0)
		return -1;
	if (!o->root && ties_write(svc, o->dir) != 0)
		warn_errno("warning: unable to write %s/ties", o->dir);
	warn_ignored(o, svc);
	code = start_kept(o, svc, fd);
	if (code == LSB_OK && !o->root)
		relation_start_wanted(svc);
	return code;
}

static int
do_start(struct svrun *o)
{
	uint64_t deadline = clock_after(START_WAIT);
	struct client_state s;
	struct service svc;
	int code;

	read_service(o, &svc);
	do {
		look(o, &s);
		if (client_is_started(&s))
			return say_up(o, "is already running", "");
		/* somebody is at it: starting, and then its end is ours; or stopping, and then we come after it */
		code = s.kept ? join_start(o) : start_anew(o, &svc);
		if (code >= 0)
			return code;
		client_await(o->dir, deadline);
	} while (clock_now() < deadline);
	die(LSB_FAILED, "unable to start %s: another start or stop of it does not come to an end", o->name);
}

/* --- stopping --- */

static int
stop_orphans(const struct svrun *o, const struct record *rec)
{
	struct service svc;
	int r;

	read_service(o, &svc);
	r = client_end_orphans(&svc, o->dir, rec);
	service_free(&svc);
	if (r != 0)
		warn("unable to stop %s: %s", o->name, errno == EBUSY ? "some of its processes did not end" : strerror(errno));
	return r == 0 ? LSB_OK : errno == EACCES || errno == EPERM ? LSB_PRIVILEGE : LSB_FAILED;
}

static int
stop_kept(struct svrun *o, const struct client_state *s, enum control_request request)
{
	char text[CONTROL_TEXT] = "";
	int code = ask(o, request, text);

	if (code < 0 && (errno == EACCES || errno == EPERM))
		die_errno(LSB_PRIVILEGE, "unable to stop %s", o->name);
	if (code < 0) {
		if (client_end_keeper(&s->rec) != 0)
			die_errno(errno == EPERM ? LSB_PRIVILEGE : LSB_FAILED, "unable to stop %s", o->name);
		return LSB_OK;
	}
	if (code != 0)
		warn("unable to stop %s: %s", o->name, text);
	else if (*text)
		warn("warning: %s: %s", o->name, text);
	return code;
}

static int
stop_it(struct svrun *o, enum control_request request)
{
	struct client_state s;
	int code = LSB_OK;

	look(o, &s);
	if (s.kept)
		code = stop_kept(o, &s, request);
	else if (s.recorded)
		code = stop_orphans(o, &s.rec);
	if (code == LSB_OK && !o->quiet)
		out_fmt(client_is_up(&s) ? "%s stopped\n" : "%s is not running\n", o->name);
	return code == LSB_OK && out_flush() != 0 ? LSB_FAILED : code;
}

/* those that are to stop with it do so before */
static void
stop_followers(const struct svrun *o, const struct service *svc, struct vec *followers)
{
	if (o->root)
		return;
	relation_followers(followers, svc);
	relation_call(svc, followers, "stop");
}

static int
do_stop(struct svrun *o)
{
	struct vec followers = VEC_INIT;
	struct diag d = DIAG_INIT;
	struct service svc;

	/* what cannot be read can be stopped all the same */
	if (unit_read(&svc, o->script, o->name, o->root, &d) == 0)
		stop_followers(o, &svc, &followers);
	diag_free(&d);
	vec_free(&followers);
	service_free(&svc);
	return stop_it(o, CONTROL_STOP);
}

static int
do_restart(struct svrun *o)
{
	struct vec followers = VEC_INIT;
	struct service svc;
	int code;

	/* a description that cannot be started again must not cost us the running service */
	read_service(o, &svc);
	check_program(o, &svc);
	stop_followers(o, &svc, &followers);
	code = stop_it(o, CONTROL_RESTART);
	if (code == LSB_OK)
		code = do_start(o);
	if (code == LSB_OK)
		relation_call(&svc, &followers, "start");
	vec_free(&followers);
	service_free(&svc);
	return code;
}

static int
do_try_restart(struct svrun *o)
{
	struct client_state s;

	look(o, &s);
	return client_is_up(&s) ? do_restart(o) : LSB_OK;
}

/* --- reloading --- */

static int
reload_kept(struct svrun *o, const struct service *svc)
{
	char text[CONTROL_TEXT] = "";
	int code = ask(o, CONTROL_RELOAD, text);
	struct vec with_it = VEC_INIT;

	if (code < 0)
		die_errno(errno == EACCES || errno == EPERM ? LSB_PRIVILEGE : LSB_FAILED, "unable to reload %s", o->name);
	if (code > 0)
		die(code, "unable to reload %s: %s", o->name, text);
	if (!o->quiet)
		out_fmt("%s reloaded\n", o->name);
	code = out_flush() == 0 ? LSB_OK : LSB_FAILED;
	if (!o->root)
		relation_reloaders(&with_it, svc);
	relation_call(svc, &with_it, "reload");
	vec_free(&with_it);
	return code;
}

static int
reload_it(struct svrun *o, bool or_restart)
{
	struct service svc;
	struct client_state s;
	bool can;
	int code;

	read_service(o, &svc);
	can = svc.cmd[SERVICE_RELOAD].n > 0;
	if (!can && !or_restart)
		die(LSB_UNIMPLEMENTED, "unable to reload %s: its unit has no ExecReload=", o->name);
	look(o, &s);
	if (!client_runs(&s))
		die(LSB_NOT_RUNNING, "unable to reload %s: it is not running", o->name);
	if (!can || !s.kept)
		return do_restart(o);
	code = reload_kept(o, &svc);
	service_free(&svc);
	return code;
}

static int do_reload(struct svrun *o) { return reload_it(o, false); }
static int do_force_reload(struct svrun *o) { return reload_it(o, true); }

/* --- looking inside --- */

static int
do_foreground(struct svrun *o)
{
	struct keeper_place place = { o->root, o->dir, -1, o->argc, o->argv, &o->sockets };
	char text[CONTROL_TEXT], *bad;
	struct context ctx;
	struct service svc;
	int code;

	read_service(o, &svc);
	if (!conditions_hold(o, &svc, &code))
		return code;
	check_program(o, &svc);
	place.record_fd = record_for_start(o);
	if (place.record_fd < 0)
		die(LSB_FAILED, "unable to start %s: it is already running", o->name);
	warn_ignored(o, &svc);
	bad = prepare(o, &svc, &ctx, &code);
	if (bad)
		return fail_start(o, place.record_fd, code, bad);
	code = keeper_run(&svc, &ctx, &place, -1, text);
	if (code != 0 && *text)
		warn("%s: %s", o->name, text);
	return code;
}

static int
do_explain(struct svrun *o)
{
	struct buf b = BUF_INIT;
	struct context ctx;
	struct service svc;
	char *bad;
	int code;

	read_service(o, &svc);
	bad = prepare(o, &svc, &ctx, &code);
	if (bad)
		die(code, "unable to explain %s: %s", o->name, bad);
	context_explain(&ctx, &b);
	sockets_explain(&o->sockets, &b);
	report_ignored(&b, &svc);
	if (fd_write_all(STDOUT_FILENO, b.s, b.len) != 0)
		die_errno(LSB_FAILED, "unable to write standard output");
	return LSB_OK;
}

/* --- the command line --- */

/* the keeper's own directory is /, so a relative name would not do */
static const char *
real_root(const char *dir)
{
	char *real = realpath(dir, NULL);

	if (!real)
		die_errno(LSB_USAGE, "unable to use %s as root", dir);
	return strcmp(real, "/") == 0 ? NULL : real;
}

/* For Red Hat's rc: what is started has a lock file.  Nobody's start fails for want of it. */
static int
mark(const struct svrun *o, int code, bool runs)
{
	if (code == LSB_OK && subsys_mark(o->root, o->name, runs) != 0)
		warn_errno("unable to %s the lock of subsystem %s", runs ? "make" : "remove", o->name);
	return code;
}

static int
run_action(struct svrun *o, const char *action)
{
	static const struct {
		const char *name;
		int (*run)(struct svrun *);
		char then;	/* '+': it runs then, '-': it does not */
	} table[] = {
		{ "start", do_start, '+' }, { "stop", do_stop, '-' }, { "restart", do_restart, '+' }, { "try-restart", do_try_restart, 0 },
		{ "condrestart", do_try_restart, 0 }, { "reload", do_reload, 0 }, { "force-reload", do_force_reload, 0 },
		{ "status", do_status, 0 }, { "foreground", do_foreground, 0 }, { "explain", do_explain, 0 },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].name, action) == 0)
			return table[i].then ? mark(o, table[i].run(o), table[i].then == '+') : table[i].run(o);
	die(LSB_USAGE, "usage: %s {%s}", o->script, actions);
}

static int
svrun_main(int argc, char *argv[])
{
	struct svrun o = { .argc = argc, .argv = argv };
	struct optscan s;
	int c;

	opt_begin(&s, opts, OPT_STOP);
	while ((c = opt_next(&s, argc, argv)) != -1)
		switch (c) {
		case 'l': o.more = true; break;
		case 'n': fmt_to(o.name, sizeof o.name, "%s", optarg); break;
		case 'q': o.quiet = true; break;
		case 'r': o.root = real_root(optarg); break;
		default:
			return LSB_USAGE;
		}
	if (optind >= argc)
		usage_die(LSB_USAGE, "a script and an action are needed");
	o.script = mem_str(argv[optind]);
	if (argc - optind != 2)
		die(LSB_USAGE, "usage: %s {%s}", o.script, actions);
	if (!*o.name)
		peer_name_of_script(o.script, o.name, sizeof o.name);
	if (!record_name_ok(o.name))
		die(LSB_USAGE, "unable to run %s: not a name for a service", o.name);
	if (str_ends(o.name, "@"))
		die(LSB_NOT_CONFIGURED, "unable to run %s: it is a template, and needs an instance", o.name);
	o.dir = record_dir(o.root, o.name);
	if (fd_fill_stdio() != 0)
		die_errno(LSB_FAILED, "unable to open /dev/null");
	return run_action(&o, argv[optind + 1]);
}

const struct applet svrun_applet = {
	.name = "svrun",
	.synopsis = "[-lq] [-n NAME] [-r DIR] SCRIPT ACTION",
	.summary = "run the service that a native script describes",
	.opts = opts,
	.main = svrun_main,
};
