#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "applet.h"
#include "base/die.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/out.h"
#include "base/str.h"
#include "base/timespan.h"
#include "boot/action.h"
#include "boot/install.h"
#include "os/clock.h"

enum { FAILED = 1, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };
enum { OPT_ALL = OPT_LONG, OPT_ROOT, OPT_JSON, OPT_TIMEOUT };

static const struct opt opts[] = {
	{ OPT_ALL, "status-all", NULL, "ask every service for its status" },
	{ OPT_ROOT, "root", "DIR", "services of the tree below DIR: native scripts only" },
	{ OPT_JSON, "json", NULL, "with --status-all: as JSON" },
	{ OPT_TIMEOUT, "timeout", "TIME", "with --status-all: how long one status may take (10s)" },
	{ 'h', NULL, NULL, "print the usage" },
	{ 'V', NULL, NULL, "print the version" },
	{ 0 }
};

struct config {
	const char *root;
	bool all, json;
	uint64_t timeout;	/* microseconds */
	struct vec env;
};

static void
usage(void)
{
	out_err("Usage: %s < option > | --status-all | [ service_name [ command | --full-restart ] ]\n", progname);
}

static void
read_options(struct config *c, int argc, char *argv[])
{
	struct optscan s;
	int o;

	opt_begin(&s, opts, OPT_STOP);
	while ((o = opt_next(&s, argc, argv)) != -1)
		switch (o) {
		case OPT_ALL:
			c->all = true;
			break;
		case OPT_ROOT:
			c->root = optarg;
			break;
		case OPT_JSON:
			c->json = true;
			break;
		case OPT_TIMEOUT:
			if (timespan_parse(optarg, &c->timeout) != 0)
				die(FAILED, "unable to use the timeout %s: not a time", optarg);
			break;
		case 'h':
			usage();
			exit(0);
		case 'V':
			out_err("%s ver. %s (initwright)\n", progname, VERSION);
			exit(0);
		default:
			usage();
			exit(FAILED);
		}
}

static bool
is_skipped(const char *name)
{
	static const char *const names[] = {
		"skeleton", "README", "rc", "rcS", "single", "reboot", "bootclean.sh", "functions", "halt", "killall",
		"linuxconf", "kudzu",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return str_ends(name, ".dpkg-dist") || str_ends(name, ".dpkg-old");
}

static const char *
state_of(int code)
{
	static const char *const states[] = { "running", "dead, with pid file", "dead, with lock file", "not running" };

	return code >= 0 && code < 4 ? states[code] : "unknown";
}

/* Does it say how it is used, instead of what was asked?  That is how service(8) has always told those without a status. */
static bool
is_usage(const char *text)
{
	for (; *text; text++)
		if (strncasecmp(text, "usage:", 6) == 0)
			return true;
	return false;
}

static bool
is_blank(const char *text)
{
	return text[strspn(text, "\n")] == '\0';
}

struct answer {
	int code;		/* LSB status code, -1: none */
	struct buf text;
};

static void
print_json(const char *name, const struct answer *a, bool first)
{
	struct buf line = BUF_INIT;

	buf_fmt(&line, "%s{\"service\":", first ? "[" : ",\n ");
	json_string(&line, name);
	buf_fmt(&line, ",\"code\":%d", a->code);
	json_field(&line, "state", state_of(a->code));
	json_field(&line, "output", a->text.s);
	buf_ch(&line, '}');
	out_str(line.s);
	buf_free(&line);
}

static void
print_mark(const char *name, const struct answer *a)
{
	out_flush();
	if (a->code < 0 || is_usage(a->text.s))
		out_err(" [ ? ]  %s\n", name);
	else
		out_fmt(" [ %c ]  %s\n", a->code == 0 && !is_blank(a->text.s) ? '+' : '-', name);
}

static struct answer
ask(const struct config *c, const struct action *a)
{
	struct answer r = { -1, BUF_INIT };
	char *args[] = { (char[]){ "status" }, NULL };

	if (!action_can_run(a)) {
		buf_str(&r.text, "");
		return r;
	}
	r.code = action_run(a, args, c->env.v, clock_after(c->timeout), &r.text);
	return r;
}

static int
status_all(const struct config *c)
{
	struct install_options tree = { .root = c->root };
	struct install in;
	bool first = true;

	if (install_open_links(&in, &tree) != INSTALL_OK) {
		diag_warn(&in.why, 0, in.why.n, DIAG_WARN);
		return FAILED;
	}
	for (size_t i = 0; i < in.scripts.n; i++) {
		const char *name = in.scripts.v[i].name;
		struct action a;
		struct answer r;

		if (!in.scripts.v[i].here || is_skipped(name) || action_find(&a, c->root, name) != 0)
			continue;
		if (a.executable) {
			r = ask(c, &a);
			if (c->json)
				print_json(name, &r, first);
			else if (in.dir.scheme == RCDIR_RHEL && r.code >= 0)
				out_str(r.text.s);
			else
				print_mark(name, &r);
			first = false;
			buf_free(&r.text);
		}
		action_free(&a);
	}
	if (c->json)
		out_str(first ? "[]\n" : "]\n");
	install_close(&in);
	if (out_flush() != 0)
		die_errno(FAILED, "unable to write standard output");
	return 0;
}

static int
run(const struct config *c, const char *name, char *args[])
{
	char *restart[] = { (char[]){ "stop" }, NULL };
	struct action a;

	if (action_find(&a, c->root, name) != 0 || !a.executable) {
		out_err("%s: unrecognized service\n", name);
		return FAILED;
	}
	if (!action_can_run(&a))
		die(FAILED, "unable to run %s: not a native script, and its root is not /", a.path);
	a.more = true;
	if (args[0] && strcmp(args[0], "--full-restart") == 0 && !args[1]) {
		if (action_run(&a, restart, c->env.v, CLOCK_FOREVER, NULL) < 0)
			die_errno(FAILED, "unable to run %s", a.path);
		args[0] = (char[]){ "start" };
		action_exec(&a, args, c->env.v);
	} else {
		action_exec(&a, args, c->env.v);
	}
	die_errno(errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE, "unable to run %s", a.path);
}

static int
service_main(int argc, char *argv[])
{
	struct config c = { .timeout = 10000000, .env = VEC_INIT };

	read_options(&c, argc, argv);
	if (!c.all && optind >= argc) {
		usage();
		return FAILED;
	}
	action_env(&c.env);
	return c.all ? status_all(&c) : run(&c, argv[optind], argv + optind + 1);
}

const struct applet service_applet = {
	.name = "service",
	.synopsis = "[--root DIR] NAME [ACTION [ARGUMENT...] | --full-restart]\n[--root DIR] --status-all [--json] [--timeout TIME]",
	.summary = "run an init script, or ask all of them for their status",
	.opts = opts, .main = service_main,
};
