#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/out.h"
#include "boot/install.h"

enum { FAILED = 1, OPT_ROOT = OPT_LONG, OPT_SCHEME, OPT_JSON };

static const struct opt opts[] = {
	{ 'f', NULL, NULL, "link scripts that depend on one another in a loop, too" },
	{ 'n', NULL, NULL, "only show what would be done" },
	{ 'r', NULL, "DIR", "as --root" },
	{ OPT_ROOT, "root", "DIR", "change the tree below DIR (DPKG_ROOT)" },
	{ OPT_SCHEME, "scheme", "NAME", "debian or rhel, whatever the tree looks like" },
	{ OPT_JSON, "json", NULL, "with -n: as JSON" },
	{ 'h', NULL, NULL, "print the usage" },
	{ 0 }
};

/* What a call with explicit runlevels and numbers asks for: "start 20 2 3 . stop 80 0 6 .", "defaults 20 80". */
struct legacy {
	bool given;
	unsigned start, stop;
	int number[2];
};

struct config {
	struct install_options tree;
	bool force, dry, json;
	const char *name, *action;
	int argc;
	char **argv;		/* what follows the action */
	struct legacy legacy;
};

static _Noreturn void
usage(const char *text)
{
	if (text)
		warn("error: %s", text);
	out_err("%s", "usage: update-rc.d [-fn] [--root DIR] <basename> remove\n"
	    "       update-rc.d [-fn] [--root DIR] <basename> defaults [NN | SS KK]\n"
	    "       update-rc.d [-fn] [--root DIR] <basename> defaults-disabled\n"
	    "       update-rc.d [-fn] [--root DIR] <basename> start|stop NN runlvl [runlvl] [...] .\n"
	    "       update-rc.d [-fn] [--root DIR] <basename> disable|enable [S|2|3|4|5]\n"
	    "\t\t-f: force\n\t\t-n: not really\n");
	exit(FAILED);
}

static void
read_options(struct config *c, int argc, char *argv[])
{
	struct optscan s;
	int o, scheme;

	c->tree.root = getenv("DPKG_ROOT");
	opt_begin(&s, opts, OPT_STOP);
	while ((o = opt_next(&s, argc, argv)) != -1)
		switch (o) {
		case 'f':
			c->force = true;
			break;
		case 'n':
			c->dry = true;
			break;
		case 'r':
		case OPT_ROOT:
			c->tree.root = optarg;
			break;
		case OPT_SCHEME:
			scheme = rcdir_scheme_of(optarg);
			if (scheme < 0)
				die(FAILED, "error: no such scheme: %s", optarg);
			c->tree.scheme = (enum rcdir_scheme)scheme;
			break;
		case OPT_JSON:
			c->json = true;
			break;
		default:
			usage(NULL);
		}
	if (argc - optind < 2)
		usage("not enough arguments");
	c->name = argv[optind];
	c->action = argv[optind + 1];
	c->argc = argc - optind - 2;
	c->argv = argv + optind + 2;
}

static int
two_digits(const char *word)
{
	uint64_t n;

	return strlen(word) <= 2 && num_u64(word, 0, 99, &n) == 0 ? (int)n : -1;
}

/* "20 2 3 4 5 . stop 80 0 1 6 ." behind the first start or stop; levels 0 and 6 always stop. */
static void
read_lists(struct config *c)
{
	bool stop = strcmp(c->action, "stop") == 0, fresh = true;

	c->legacy.given = true;
	for (int i = 0; i < c->argc; i++) {
		const char *word = c->argv[i];

		if (strcmp(word, ".") == 0)
			continue;
		if (strcmp(word, "start") == 0 || strcmp(word, "stop") == 0) {
			stop = word[2] == 'o';
			fresh = true;
		} else if (fresh) {
			c->legacy.number[stop] = two_digits(word);
			if (c->legacy.number[stop] < 0)
				usage("expected a number of two digits behind start or stop");
			fresh = false;
		} else {
			unsigned level = word[1] ? 0 : level_set(word);

			if (!level)
				usage("expected a runlevel [0-6S] or . behind the number");
			if (stop || (level & (LEVEL_BIT(0) | LEVEL_BIT(6))))
				c->legacy.stop |= level;
			else
				c->legacy.start |= level;
		}
	}
	if (fresh)
		usage("not enough arguments");
}

static void
read_defaults(struct config *c)
{
	if (c->argc > 2)
		usage("too many arguments");
	for (int i = 0; i < c->argc; i++) {
		c->legacy.number[i] = two_digits(c->argv[i]);
		if (c->legacy.number[i] < 0)
			usage("the numbers for defaults have at most two digits");
		if (i == 0)
			c->legacy.number[1] = c->legacy.number[0];
	}
	c->legacy.start = LEVEL_USER;
	c->legacy.stop = LEVEL_BIT(0) | LEVEL_BIT(1) | LEVEL_BIT(6);
}

static void
warn_mismatch(const struct install *in, int script, const char *word, unsigned given, unsigned header)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	level_print(&a, given, " ");
	level_print(&b, header, " ");
	if (given != header)
		warn("warning: %s runlevel arguments (%s) do not match %s Default-%s values (%s)", word, given ? a.s : "none",
		    in->scripts.v[script].name, word[2] == 'a' ? "Start" : "Stop", header ? b.s : "none");
	buf_free(&a);
	buf_free(&b);
}

static void
warn_of(const struct install *in, const char *name)
{
	for (size_t i = 0; i < in->diag.n; i++)
		if (install_concerns(in, &in->diag.v[i], name))
			diag_warn(&in->diag, i, 1, DIAG_WARN);
}

/* Runlevels are the header's, where it has any; the numbers are where the order starts from. */
static void
link_default(struct config *c, struct install *in, int script)
{
	struct script *s = &in->scripts.v[script];

	for (int i = 0; i < 2; i++)
		s->hint[i] = c->legacy.number[i];
	if (install_default(in, script) == INSTALL_OK) {
		if (c->legacy.given) {
			warn("warning: start and stop actions are no longer supported; falling back to defaults");
			warn_mismatch(in, script, "start", c->legacy.start, s->header.start);
			warn_mismatch(in, script, "stop", c->legacy.stop, s->header.stop);
		}
		return;
	}
	if (s->header.broken) {
		warn_of(in, s->name);
		die(FAILED, "error: script %s is broken", s->name);
	}
	warn("warning: script '%s' missing LSB tags", s->name);
	for (int i = 0; i < 2; i++)
		if (s->hint[i] < 0)
			s->hint[i] = 20;
	if (!scripts_levels(s->now, 0))
		install_set(in, script, c->legacy.start, c->legacy.stop);
}

static void
disable_new(struct install *in, int script)
{
	struct script *s = &in->scripts.v[script];

	if (!scripts_levels(s->now, 0))
		install_set(in, script, 0, scripts_levels(s->want, 0));
}

static unsigned
read_levels(const struct config *c, const struct install *in, int script)
{
	unsigned levels = 0, start, stop;

	for (int i = 0; i < c->argc; i++) {
		unsigned one = c->argv[i][1] ? 0 : level_set(c->argv[i]);

		if (!(one & (LEVEL_USER | LEVEL_BIT(LEVEL_S))))
			warn("warning: %s action will have no effect on runlevel %s", c->action, c->argv[i]);
		else
			levels |= one;
	}
	if (c->argc > 0)
		return levels;
	if (!install_levels(in, script, &start, &stop))
		start = LEVEL_USER & scripts_levels(in->scripts.v[script].now, 0);
	if (!start)
		die(FAILED, "error: %s Default-Start contains no runlevels, aborting.", c->name);
	return start & (LEVEL_USER | LEVEL_BIT(LEVEL_S));
}

static void
toggle(const struct config *c, struct install *in, int script)
{
	char kind = c->action[0] == 'd' ? 'K' : 'S';

	if (install_toggle(in, script, read_levels(c, in, script), kind) != INSTALL_OK)
		die(FAILED, "error: no runlevel symlinks to modify, aborting!");
}

/* What is wanted; false when there is nothing to do at all. */
static bool
decide(struct config *c, struct install *in)
{
	int script = scripts_find(&in->scripts, c->name);
	bool here = script >= 0 && in->scripts.v[script].here;

	if (strcmp(c->action, "remove") == 0) {
		if (script >= 0)
			install_remove(in, script);
		return script >= 0;
	}
	if (!here && (c->action[0] == 'd' || c->action[0] == 's') && strcmp(c->action, "disable") != 0)
		die(FAILED, "error: initscript does not exist: %s/%s", in->dir.init_path, c->name);
	if (!here)
		die(FAILED, "error: cannot find a LSB script for %s", c->name);
	if (strcmp(c->action, "disable") == 0 || strcmp(c->action, "enable") == 0) {
		toggle(c, in, script);
	} else {
		link_default(c, in, script);
		if (strcmp(c->action, "defaults-disabled") == 0)
			disable_new(in, script);
	}
	return true;
}

/* A script in a loop that no Should- dependency can break is not linked, unless -f. */
static void
judge(const struct config *c, const struct install *in, int script)
{
	struct buf text = BUF_INIT;
	size_t hard = install_loops(in, script, &text);
	bool refuse = hard > 0 && !c->force;

	if (text.len > 0)
		warn("%s: %.*s", refuse ? "error" : "warning", (int)text.len - 1, text.s);
	if (refuse)
		die(FAILED, "error: insserv rejected the script header");
	buf_free(&text);
}

static void
show(const struct config *c, const struct install *in)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "");
	if (c->json)
		plan_json(&text, &in->plan);
	else
		plan_text(&text, &in->plan);
	out_add(text.s, text.len);
	if (out_flush() != 0)
		die_errno(FAILED, "error: unable to write standard output");
	buf_free(&text);
}

static int
run(struct config *c)
{
	struct install in;
	int r;

	c->tree.write = !c->dry;
	r = install_open(&in, &c->tree);
	/* a package may go from a system that has no init scripts at all */
	if (r == INSTALL_NO_TREE && strcmp(c->action, "remove") == 0) {
		install_close(&in);
		return 0;
	}
	if (r == INSTALL_OK && decide(c, &in)) {
		r = install_order(&in);
		if (r == INSTALL_OK)
			judge(c, &in, scripts_find(&in.scripts, c->name));
		if (r == INSTALL_OK && c->dry)
			show(c, &in);
		else if (r == INSTALL_OK)
			r = install_apply(&in);
	}
	warn_of(&in, c->name);
	diag_warn(&in.why, 0, in.why.n, DIAG_WARN);
	install_close(&in);
	return r == INSTALL_OK ? 0 : FAILED;
}

static int
update_rc_d_main(int argc, char *argv[])
{
	struct config c = { .legacy = { .number = { -1, -1 } } };

	read_options(&c, argc, argv);
	if (strcmp(c.action, "start") == 0 || strcmp(c.action, "stop") == 0)
		read_lists(&c);
	else if (strcmp(c.action, "defaults") == 0 || strcmp(c.action, "defaults-disabled") == 0)
		read_defaults(&c);
	else if (strcmp(c.action, "remove") != 0 && strcmp(c.action, "enable") != 0 && strcmp(c.action, "disable") != 0)
		usage(NULL);
	return run(&c);
}

const struct applet update_rc_d_applet = {
	.name = "update-rc.d",
	.synopsis = "[-fn] [--root DIR] NAME remove\n[-fn] [--root DIR] NAME defaults [NN | SS KK]\n"
	    "[-fn] [--root DIR] NAME defaults-disabled\n[-fn] [--root DIR] NAME start|stop NN LEVEL... . [start|stop ...]\n"
	    "[-fn] [--root DIR] NAME disable|enable [S|2|3|4|5]",
	.summary = "install and remove System-V style init script links",
	.opts = opts, .main = update_rc_d_main,
};
