#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/out.h"
#include "base/str.h"
#include "boot/install.h"
#include "boot/runlevel.h"
#include "boot/xinetd.h"

enum { FAILED = 1 };

enum {
	OPT_LIST = OPT_LONG, OPT_ADD, OPT_DEL, OPT_OVERRIDE, OPT_LEVEL, OPT_LEVELS, OPT_TYPE, OPT_ROOT, OPT_SCHEME, OPT_REDIRECT,
};

static const struct opt opts[] = {
	{ OPT_LIST, "list", NULL, "list one service or all of them" },
	{ OPT_ADD, "add", NULL, "link the service in each runlevel as its header says" },
	{ OPT_DEL, "del", NULL, "remove all links of the service" },
	{ OPT_OVERRIDE, "override", NULL, "apply what /etc/chkconfig.d says, unless the links were changed by hand" },
	{ OPT_LEVEL, "level", "LEVELS", "the runlevels meant: 345, say" },
	{ OPT_LEVELS, "levels", "LEVELS", "as --level" },
	{ OPT_TYPE, "type", "TYPE", "sysv or xinetd services only" },
	{ OPT_ROOT, "root", "DIR", "change the tree below DIR" },
	{ OPT_SCHEME, "scheme", "NAME", "debian or rhel, whatever the tree looks like" },
	{ OPT_REDIRECT, "no-redirect", NULL, "never ask systemctl, which this program does not do anyway" },
	{ 'h', NULL, NULL, "print the usage" },
	{ 'v', NULL, NULL, "print the version" },
	{ 0 }
};

enum { SYSV = 1, XINETD = 2 };

struct config {
	struct install_options tree;
	int mode;		/* one of OPT_LIST .. OPT_OVERRIDE, or 0 */
	unsigned levels;	/* 0: not given */
	int types;
	const char *name, *action;
};

static const char usage_text[] =
	"usage:   chkconfig [--list] [--type <type>] [name]\n"
	"         chkconfig --add <name>\n"
	"         chkconfig --del <name>\n"
	"         chkconfig --override <name>\n"
	"         chkconfig [--level <levels>] [--type <type>] <name> <on|off|reset|resetpriorities>\n";

static _Noreturn void
usage(void)
{
	out_err("%s", usage_text);
	exit(FAILED);
}

/* Messages that programs look for come without our name before them, as they always did. */
static void __attribute__((format(printf, 1, 2)))
say(const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	fmt_va(line, sizeof line, fmt, ap);
	va_end(ap);
	out_err("%s\n", line);
}

static void
set_mode(struct config *c, int mode)
{
	if (c->mode && c->mode != mode) {
		say("only one of --list, --add, --del, or --override may be specified");
		exit(FAILED);
	}
	c->mode = mode;
}

static void
set_type(struct config *c, const char *word)
{
	if (strcmp(word, "sysv") == 0)
		c->types = SYSV;
	else if (strcmp(word, "xinetd") == 0)
		c->types = XINETD;
	else {
		say("--type must be 'sysv' or 'xinetd'");
		exit(FAILED);
	}
}

static void
read_option(struct config *c, int o)
{
	int scheme;

	switch (o) {
	case OPT_LEVEL:
	case OPT_LEVELS:
		c->levels = level_set(optarg);
		if (!c->levels || (c->levels & LEVEL_BIT(LEVEL_S)))
			usage();
		break;
	case OPT_TYPE:
		set_type(c, optarg);
		break;
	case OPT_ROOT:
		c->tree.root = optarg;
		break;
	case OPT_SCHEME:
		scheme = rcdir_scheme_of(optarg);
		if (scheme < 0)
			die(FAILED, "no such scheme: %s", optarg);
		c->tree.scheme = (enum rcdir_scheme)scheme;
		break;
	case OPT_REDIRECT:
		break;
	case 'v':
		out_fmt("chkconfig version %s (initwright)\n", VERSION);
		exit(out_flush() == 0 ? 0 : FAILED);
	case OPT_LIST: case OPT_ADD: case OPT_DEL: case OPT_OVERRIDE:
		set_mode(c, o);
		break;
	default:
		usage();
	}
}

static void
read_options(struct config *c, int argc, char *argv[])
{
	struct optscan s;
	int o;

	opt_begin(&s, opts, OPT_MIX);
	while ((o = opt_next(&s, argc, argv)) != -1)
		read_option(c, o);
	argv += optind;
	argc -= optind;
	if (argc > 2 || (argc > 1 && c->mode) || (argc < 1 && c->mode && c->mode != OPT_LIST))
		usage();
	c->name = argv[0];
	c->action = argc > 1 ? argv[1] : NULL;
	if (!c->name && !c->mode)
		c->mode = OPT_LIST;
}

static int
unlinked(const char *name)
{
	say("service %s supports chkconfig, but is not referenced in any runlevel (run 'chkconfig --add %s')", name, name);
	return FAILED;
}

static void
print_line(const struct script *s)
{
	out_fmt("%-15s", s->name);
	for (int l = 0; l < LEVEL_S; l++)
		out_fmt("\t%c:%s", level_letter(l), s->now[l].kind == 'S' ? "on" : "off");
	out_str("\n");
}

static bool
is_supported(const struct install *in, int script)
{
	unsigned start, stop;

	return in->scripts.v[script].here && install_levels(in, script, &start, &stop);
}

static int
list_xinetd(const struct install *in)
{
	struct vec names = VEC_INIT;

	if (xinetd_list(in->dir.root, &names) != 0)
		die_errno(FAILED, "unable to read /etc/xinetd.d");
	if (names.n > 0)
		out_str("\nxinetd based services:\n");
	for (size_t i = 0; i < names.n; i++) {
		int on = xinetd_is_on(in->dir.root, names.v[i]);
		char *label;

		if (on < 0)
			continue;
		label = mem_fmt("%s:", names.v[i]);
		out_fmt("\t%-15s\t%s\n", label, on ? "on" : "off");
		free(label);
	}
	vec_free(&names);
	return 0;
}

static int
list_all(const struct config *c, const struct install *in)
{
	for (size_t i = 0; i < in->scripts.n && (c->types & SYSV); i++)
		if (is_supported(in, (int)i) && (scripts_levels(in->scripts.v[i].now, 0) & LEVEL_DIGITS))
			print_line(&in->scripts.v[i]);
	return c->types & XINETD ? list_xinetd(in) : 0;
}

/* The index of the service, or -1 after a message. */
static int
find(const struct install *in, const char *name)
{
	int script = scripts_find(&in->scripts, name);

	if (script < 0 || !in->scripts.v[script].here) {
		say("error reading information on service %s: No such file or directory", name);
		return -1;
	}
	if (!is_supported(in, script)) {
		say("service %s does not support chkconfig", name);
		return -1;
	}
	return script;
}

static int
list_one(const struct config *c, const struct install *in)
{
	int script, on;

	if ((c->types & XINETD) && (on = xinetd_is_on(in->dir.root, c->name)) >= 0 &&
	    (c->types == XINETD || scripts_find(&in->scripts, c->name) < 0)) {
		out_fmt("%-15s\t%s\n", c->name, on ? "on" : "off");
		return 0;
	}
	script = find(in, c->name);
	if (script < 0)
		return FAILED;
	if (!(scripts_levels(in->scripts.v[script].now, 0) & LEVEL_DIGITS))
		return unlinked(c->name);
	print_line(&in->scripts.v[script]);
	return 0;
}

/* Is it on, in the level asked for or in the one we are in? */
static int
query(const struct config *c, const struct install *in)
{
	int script, on = -1;
	unsigned level = c->levels;
	char previous, now;

	if (level & (level - 1)) {
		say("only one runlevel may be specified for a chkconfig query");
		return FAILED;
	}
	script = scripts_find(&in->scripts, c->name);
	if ((c->types & XINETD) && (c->types == XINETD || script < 0))
		on = xinetd_is_on(in->dir.root, c->name);
	if (on >= 0)
		return on ? 0 : FAILED;
	if (script < 0 || !in->scripts.v[script].here || !is_supported(in, script))
		return FAILED;
	if (!level) {
		now = runlevel_now(c->tree.root, &previous);
		if (!now)
			die(FAILED, "cannot determine current run level");
		level = LEVEL_BIT(level_of(now));
	}
	return scripts_levels(in->scripts.v[script].now, 'S') & level ? 0 : FAILED;
}

static int
finish(const struct config *c, struct install *in)
{
	struct buf text = BUF_INIT;
	int r = install_order(in);
	size_t hard = r == INSTALL_OK ? install_loops(in, scripts_find(&in->scripts, c->name), &text) : 0;

	if (text.len > 0)
		warn("%s: %.*s", c->name, (int)text.len - 1, text.s);
	buf_free(&text);
	if (hard > 0)
		return FAILED;
	if (r == INSTALL_OK)
		r = install_apply(in);
	return r == INSTALL_OK ? 0 : FAILED;
}

static int
add(const struct config *c, struct install *in)
{
	int script = find(in, c->name);

	if (script < 0)
		return FAILED;
	install_default(in, script);
	if (in->dir.scheme == RCDIR_RHEL)
		install_fill(in, script);
	return finish(c, in);
}

static int
del(const struct config *c, struct install *in)
{
	int script = find(in, c->name);

	if (script < 0)
		return FAILED;
	install_remove(in, script);
	return finish(c, in);
}

/* What the header says without and with /etc/chkconfig.d: the new holds if the links are still the old. */
static int
override(const struct config *c, struct install *in)
{
	struct install_options plain = c->tree;
	unsigned start, stop;
	int script = find(in, c->name), old;
	struct install before;

	if (script < 0)
		return FAILED;
	plain.plain = true;
	plain.write = false;
	if (install_open(&before, &plain) != INSTALL_OK || (old = scripts_find(&before.scripts, c->name)) < 0 ||
	    !install_levels(&before, old, &start, &stop))
		die(FAILED, "unable to read %s without its override", c->name);
	if (scripts_levels(in->scripts.v[script].now, 'S') == start && scripts_levels(in->scripts.v[script].now, 'K') == stop &&
	    install_levels(in, script, &start, &stop)) {
		install_set(in, script, start, stop);
		in->scripts.v[script].renumber = true;
	}
	install_close(&before);
	return finish(c, in);
}

static int
turn(const struct config *c, struct install *in)
{
	int script = find(in, c->name);
	bool on = strcmp(c->action, "on") == 0, off = strcmp(c->action, "off") == 0;
	bool reset = strcmp(c->action, "reset") == 0, numbers = strcmp(c->action, "resetpriorities") == 0;
	unsigned levels = c->levels ? c->levels : on || off ? LEVEL_USER : LEVEL_DIGITS, start, stop;

	if (script < 0)
		return FAILED;
	if (!on && !off && !reset && !numbers)
		usage();
	if (on || off)
		install_turn(in, script, levels, on ? 'S' : 'K');
	if (!scripts_levels(in->scripts.v[script].now, 0))
		install_fill(in, script);
	if (reset && install_levels(in, script, &start, &stop)) {
		install_turn(in, script, levels & ~(start | stop), 0);
		install_turn(in, script, start & levels, 'S');
		install_turn(in, script, stop & levels, 'K');
	}
	in->scripts.v[script].renumber = numbers;
	if (in->dir.scheme == RCDIR_RHEL)
		install_fill(in, script);
	return finish(c, in);
}

static int
turn_xinetd(const struct config *c, const struct install *in)
{
	bool on = strcmp(c->action, "on") == 0;

	if (!on && strcmp(c->action, "off") != 0 && strcmp(c->action, "reset") != 0)
		usage();
	if (xinetd_switch(in->dir.root, c->name, on) == 0)
		return 0;
	warn_errno("unable to change %s", c->name);
	return FAILED;
}

static bool
is_xinetd(const struct config *c, const struct install *in)
{
	if (!(c->types & XINETD) || (c->types != XINETD && scripts_find(&in->scripts, c->name) >= 0))
		return false;
	return xinetd_is_on(in->dir.root, c->name) >= 0;
}

static int
run(const struct config *c, struct install *in)
{
	if (c->mode == OPT_LIST)
		return c->name ? list_one(c, in) : list_all(c, in);
	if (c->mode == OPT_ADD)
		return add(c, in);
	if (c->mode == OPT_DEL)
		return del(c, in);
	if (c->mode == OPT_OVERRIDE)
		return override(c, in);
	if (!c->action)
		return query(c, in);
	return is_xinetd(c, in) ? turn_xinetd(c, in) : turn(c, in);
}

/* systemctl calls us as "systemd-sysv-install [--root=DIR] enable|disable|is-enabled NAME". */
static void
translate(struct config *c)
{
	if (!c->name || !c->action)
		usage();
	if (strcmp(c->name, "enable") == 0 || strcmp(c->name, "disable") == 0) {
		const char *word = *c->name == 'e' ? "on" : "off";

		c->name = c->action;
		c->action = word;
	} else if (strcmp(c->name, "is-enabled") == 0) {
		c->name = c->action;
		c->action = NULL;
		c->levels = LEVEL_BIT(5);
	} else {
		usage();
	}
}

/* Why it failed; of missing rights in the words that are looked for. */
static void
tell_why(const struct install *in)
{
	for (size_t i = 0; i < in->why.n; i++)
		if (strcmp(in->why.v[i].text, strerror(EACCES)) == 0) {
			say("You do not have enough privileges to perform this operation.");
			return;
		}
	diag_warn(&in->why, 0, in->why.n, DIAG_WARN);
}

static int
chkconfig_main(int argc, char *argv[])
{
	struct config c = { .types = SYSV | XINETD };
	struct install in;
	int r;

	read_options(&c, argc, argv);
	if (strcmp(str_base(argv[0]), "systemd-sysv-install") == 0)
		translate(&c);
	c.tree.write = c.mode ? c.mode != OPT_LIST : c.action != NULL;
	r = install_open(&in, &c.tree) == INSTALL_OK ? run(&c, &in) : FAILED;
	for (size_t i = 0; c.tree.write && i < in.diag.n; i++)
		if (c.name && install_concerns(&in, &in.diag.v[i], c.name))
			diag_warn(&in.diag, i, 1, DIAG_WARN);
	tell_why(&in);
	install_close(&in);
	if (out_flush() != 0)
		die_errno(FAILED, "unable to write standard output");
	return r;
}

static const char *const names[] = { "systemd-sysv-install", NULL };

const struct applet chkconfig_applet = {
	.name = "chkconfig", .aliases = names,
	.synopsis = "[--list] [--type TYPE] [NAME]\n--add NAME\n--del NAME\n--override NAME\n"
	    "[--level LEVELS] [--type TYPE] NAME [on|off|reset|resetpriorities]",
	.summary = "show and change the runlevels that services start in",
	.opts = opts, .main = chkconfig_main,
};
