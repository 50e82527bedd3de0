#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/str.h"
#include "boot/action.h"
#include "boot/install.h"
#include "boot/runlevel.h"
#include "os/capture.h"
#include "os/clock.h"
#include "os/file.h"

/* What a policy layer answers, and what --query says: README.policy-rc.d of init-system-helpers. */
enum {
	POLICY_UNSET = 0, POLICY_DENY = 101, POLICY_ERROR = 102, SYNTAX_ERROR = 103, POLICY_ALLOW = 104, POLICY_UNSURE = 105,
	POLICY_FALLBACK = 106,
};
enum { STATUS_UNKNOWN = 4, MOST_OUTPUT = 4096 };

enum {
	OPT_QUIET = OPT_LONG, OPT_FORCE, OPT_TRY, OPT_DISCLOSE, OPT_QUERY, OPT_NO_FALLBACK, OPT_SKIP,
};

static const struct opt opts[] = {
	{ OPT_QUIET, "quiet", NULL, "print no errors" },
	{ OPT_FORCE, "force", NULL, "run the script whatever policy and links say" },
	{ OPT_TRY, "try-anyway", NULL, "go on after errors that are not fatal" },
	{ OPT_DISCLOSE, "disclose-deny", NULL, "status 101 instead of 0 when the action is denied" },
	{ OPT_QUERY, "query", NULL, "run nothing, answer with a status of 100 to 106" },
	{ OPT_NO_FALLBACK, "no-fallback", NULL, "no other actions in place of the one asked for" },
	{ OPT_SKIP, "skip-systemd-native", NULL, "for calls that have it: there is no systemd here" },
	{ 0 }
};

struct config {
	const char *root;
	bool quiet, force, retry, disclose, query, no_fallback;
	const char *name;
	char **extra;		/* what follows the action */
	struct vec actions;	/* to be tried in turn until one succeeds */
	char level[2];		/* "" when unknown */
	bool policy;		/* ask it */
};

static void __attribute__((format(printf, 2, 3)))
say(const struct config *c, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	fmt_va(text, sizeof text, fmt, ap);
	va_end(ap);
	warn("%s", text);
}

static void
set_option(struct config *c, int o)
{
	switch (o) {
	case OPT_QUIET: c->quiet = true; break;
	case OPT_FORCE: c->force = c->retry = true; break;
	case OPT_TRY: c->retry = true; break;
	case OPT_DISCLOSE: c->disclose = true; break;
	case OPT_QUERY: c->query = c->disclose = true; break;
	case OPT_NO_FALLBACK: c->no_fallback = true; break;
	case OPT_SKIP: break;
	default: exit(SYNTAX_ERROR);
	}
}

static const char *
checked(const char *word)
{
	if (*word == '\0')
		die(SYNTAX_ERROR, "syntax error: invalid empty parameter");
	if (strpbrk(word, STR_BLANK))
		die(SYNTAX_ERROR, "syntax error: embedded blanks are not allowed in \"%s\"", word);
	return word;
}

/* Options may stand before, between and behind the first of the two words, not behind the action: that is the script's. */
static void
read_options(struct config *c, int argc, char *argv[])
{
	struct optscan s;
	int o, at = 0;

	if (argc < 2) {
		warn("syntax error: missing required parameter, --help assumed");
		(void)applet_help(STDOUT_FILENO, applet_find("invoke-rc.d"));
		exit(SYNTAX_ERROR);
	}
	for (int words = 0; words < 2; words++) {
		opt_begin(&s, opts, OPT_STOP);
		argv += at;
		argc -= at;
		while ((o = opt_next(&s, argc, argv)) != -1)
			set_option(c, o);
		if (optind >= argc)
			die(SYNTAX_ERROR, "syntax error: missing required parameter");
		at = optind;
		if (words == 0)
			c->name = checked(argv[at]);
		else
			vec_add(&c->actions, checked(argv[at]));
	}
	c->extra = argv + at + 1;
}

/* At boot, utmp still says how the machine went down. */
static bool
is_booting(void)
{
	struct buf text = BUF_INIT;
	bool yes = false;

	if (file_read(AT_FDCWD, "/proc/1/cmdline", 0, MOST_OUTPUT, &text, NULL) == 0 && text.len > 0) {
		for (size_t i = 0; i + 1 < text.len; i++)
			if (text.s[i] == '\0')
				text.s[i] = ' ';
		yes = str_find(text.s, "init boot") != NULL;
	}
	buf_free(&text);
	return yes;
}

static void
find_level(struct config *c)
{
	char previous;

	c->level[0] = runlevel_now(c->root, &previous);
	if (!c->level[0])
		say(c, "could not determine current runlevel");
	if ((c->level[0] == '0' || c->level[0] == '6') && is_booting())
		c->level[0] = 'S';
	if (c->level[0] != '0' && c->level[0] != '6')
		return;
	c->force = c->retry = true;
	c->policy = c->quiet = false;
	say(c, "-----------------------------------------------------");
	say(c, "WARNING: 'invoke-rc.d %s %s' called", c->name, c->actions.v[0]);
	say(c, "during shutdown sequence.");
	say(c, "enabling safe mode: initscript policy layer disabled");
	say(c, "-----------------------------------------------------");
}

struct links {
	bool start, stop, boot;	/* there is such a link in this level (boot: in S), and what it leads to can be run */
	bool bad;
};

/* Is the link one, does it lead anywhere, and can that be run? */
static bool
check_link(const struct config *c, const struct rcdir *d, int level, struct scripts_link l, bool *bad)
{
	char *entry = mem_fmt("%c%02d%s", l.kind, l.number, c->name), where[8];
	struct stat st;
	bool usable;

	if (fstatat(d->level[level], entry, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISLNK(st.st_mode)) {
		say(c, "not a symlink: /etc/%s/%s", rcdir_name(level, where), entry);
		*bad = true;
	}
	if (fstatat(d->level[level], entry, &st, 0) != 0 || !S_ISREG(st.st_mode)) {
		say(c, "dangling symlink: /etc/%s/%s", rcdir_name(level, where), entry);
		*bad = true;
	}
	usable = faccessat(d->level[level], entry, X_OK, 0) == 0;
	free(entry);
	return usable;
}

static void
note_link(const struct config *c, const struct install *in, int level, struct scripts_link l, struct links *out)
{
	bool now = level_letter(level) == c->level[0], usable;

	if (!l.kind || (!now && (level != LEVEL_S || l.kind != 'S')))
		return;
	usable = check_link(c, &in->dir, level, l, &out->bad);
	if (now && l.kind == 'S')
		out->start = out->start || usable;
	else if (now)
		out->stop = out->stop || usable;
	if (level == LEVEL_S && l.kind == 'S')
		out->boot = out->boot || usable;
}

/* The script's links in the current level and in S; none when the level is unknown. */
static struct links
find_links(const struct config *c)
{
	struct install_options tree = { .root = c->root };
	struct links out = { false, false, false, false };
	struct install in;
	int script;

	if (install_open_links(&in, &tree) == INSTALL_OK && c->level[0] && (script = scripts_find(&in.scripts, c->name)) >= 0) {
		for (int l = 0; l < LEVELS; l++)
			note_link(c, &in, l, in.scripts.v[script].now[l], &out);
		for (size_t i = 0; i < in.scripts.n_extra; i++)
			if (in.scripts.extra[i].script == script)
				note_link(c, &in, in.scripts.extra[i].level, in.scripts.extra[i].link, &out);
	}
	install_close(&in);
	return out;
}

static bool
is_starting(const char *action)
{
	return strcmp(action, "start") == 0 || strcmp(action, "restart") == 0 || strcmp(action, "try-restart") == 0;
}

/* What the links say of a start: allowed only where the runlevel starts the service. */
static int
judge_links(const struct config *c)
{
	struct links l = find_links(c);

	if (l.bad && !c->retry)
		exit(POLICY_ERROR);
	if (!is_starting(c->actions.v[0]))
		return POLICY_UNSET;
	if (l.start)
		return POLICY_ALLOW;
	return !l.stop && l.boot ? POLICY_ALLOW : POLICY_DENY;
}

static bool
exists(const char *root, const char *path, int mode)
{
	char *at = file_under(root, path);
	bool yes = access(at, mode) == 0;

	free(at);
	return yes;
}

/* "start, restart" */
static char *
list_of(const struct vec *actions)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < actions->n; i++)
		buf_fmt(&text, "%s%s", i ? ", " : "", actions->v[i]);
	return buf_take(&text);
}

/* Call policy-rc.d.  Its status, and what it offers instead in out. */
static int
call_policy(const struct config *c, const char *action, struct vec *instead)
{
	char *path = file_under(c->root, "/usr/sbin/policy-rc.d");
	struct vec argv = VEC_INIT;
	struct buf text = BUF_INIT;
	int status, r;

	vec_add(&argv, path);
	if (c->quiet)
		vec_add(&argv, "--quiet");
	vec_add(&argv, c->name);
	vec_add(&argv, action);
	if (c->level[0])
		vec_add(&argv, c->level);
	r = capture_run(path, vec_argv(&argv), environ, NULL, CLOCK_FOREVER, MOST_OUTPUT, CAPTURE_OUTPUT, &text, &status);
	if (r == 0 && text.s) {
		text.s[strcspn(text.s, "\n")] = '\0';
		str_split(instead, text.s, STR_BLANK);
	}
	free(path);
	vec_free(&argv);
	buf_free(&text);
	return r == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : r == 0 ? 128 + WTERMSIG(status) : 126;
}

/* The policy offers other actions. */
static int
take_fallback(struct config *c, struct vec *instead)
{
	char *list = list_of(instead);
	int code = POLICY_ALLOW;

	if (c->force || c->no_fallback) {
		say(c, "ignoring policy-rc.d fallback request: %s.", list);
		code = c->force ? POLICY_ALLOW : POLICY_DENY;
	} else {
		struct vec old = c->actions;

		say(c, "executing %s \"%s\" instead due to policy-rc.d request.", instead->n == 1 ? "action" : "actions", list);
		c->actions = *instead;
		*instead = old;
	}
	free(list);
	return code;
}

static int
no_policy(const struct config *c, int code)
{
	if (!exists(c->root, "/sbin/init", F_OK)) {
		if (!c->force) {
			say(c, "WARNING: No init system and policy-rc.d missing! Defaulting to block.");
			return POLICY_DENY;
		}
		say(c, "WARNING: No init system and policy-rc.d missing, but force specified so proceeding.");
	}
	return code == POLICY_UNSET ? POLICY_ALLOW : code;
}

static int
ask_policy(struct config *c, int code)
{
	struct vec instead = VEC_INIT;
	char *action;
	int r;

	if (!c->policy || !exists(c->root, "/usr/sbin/policy-rc.d", X_OK))
		return no_policy(c, code);
	action = code == POLICY_DENY ? mem_fmt("(%s)", c->actions.v[0]) : mem_str(c->actions.v[0]);
	r = call_policy(c, action, &instead);
	free(action);
	r = r == 0 ? POLICY_ALLOW : r == 1 ? POLICY_UNSURE : r;
	if (r == POLICY_DENY && c->force) {
		say(c, "Overriding policy-rc.d denied execution of %s.", c->actions.v[0]);
		r = POLICY_ALLOW;
	} else if (r == POLICY_DENY) {
		say(c, "policy-rc.d denied execution of %s.", c->actions.v[0]);
	} else if (r == POLICY_UNSURE && !c->query) {
		say(c, "policy-rc.d query returned \"behaviour undefined\",");
		say(c, "assuming \"%s\" is allowed.", c->actions.v[0]);
		r = POLICY_ALLOW;
	} else if (r == POLICY_FALLBACK && !c->query) {
		r = take_fallback(c, &instead);
	} else if (r < 100 || r > POLICY_FALLBACK) {
		say(c, "WARNING: policy-rc.d returned unexpected error status %d, 102 used instead.", r);
		r = POLICY_ERROR;
	}
	vec_free(&instead);
	return r;
}

static int
decide(struct config *c, bool executable)
{
	int code = judge_links(c);

	if (!executable)
		return POLICY_DENY;
	if (code == POLICY_UNSET && c->query)
		code = POLICY_UNSURE;
	code = ask_policy(c, code);
	if (code == POLICY_DENY || code == POLICY_ALLOW || c->query)
		return code;
	say(c, "policy-rc.d returned error status %d", code);
	if (!c->retry)
		exit(code);
	return POLICY_ERROR;
}

/* One action after the other, until one succeeds. */
static int
run_actions(const struct config *c, const struct action *a)
{
	int code = POLICY_ERROR;

	for (size_t i = 0; i < c->actions.n; i++) {
		struct vec args = VEC_INIT;

		if (c->actions.n > 1)
			say(c, "executing initscript action \"%s\"...", c->actions.v[i]);
		vec_add(&args, c->actions.v[i]);
		vec_addv(&args, c->extra);
		code = action_run(a, vec_argv(&args), environ, CLOCK_FOREVER, NULL);
		if (code < 0)
			die_errno(POLICY_ERROR, "unable to run %s", a->path);
		vec_free(&args);
		if (code == 0)
			return 0;
		if (i + 1 < c->actions.n)
			say(c, "action \"%s\" failed, trying next action...", c->actions.v[i]);
	}
	say(c, "initscript %s, action \"%s\" failed.", c->name, c->actions.v[c->actions.n - 1]);
	return code;
}

static int
deny(const struct config *c, int code)
{
	char *list = list_of(&c->actions);

	if (code == POLICY_DENY && !c->disclose) {
		code = strcmp(c->actions.v[0], "status") == 0 ? STATUS_UNKNOWN : 0;
		if (code != 0)
			say(c, "emulating initscript action \"status\", returning \"unknown\"");
	} else {
		say(c, "initscript %s \"%s\" not executed.", c->actions.n == 1 ? "action" : "actions", list);
	}
	free(list);
	return code;
}

static int
invoke_rc_d_main(int argc, char *argv[])
{
	struct config c = { .root = getenv("DPKG_ROOT"), .actions = VEC_INIT, .policy = true };
	struct action a;
	bool found;
	int code;

	read_options(&c, argc, argv);
	found = action_find(&a, c.root, c.name) == 0;
	if (!found)
		say(&c, "unknown initscript, /etc/init.d/%s not found.", c.name);
	find_level(&c);
	code = decide(&c, found && a.executable);
	if (c.query)
		return code;
	if (!c.force && code != POLICY_ALLOW)
		return deny(&c, code);
	if (!found || !a.executable)
		return POLICY_ERROR;
	if (!action_can_run(&a))
		die(POLICY_ERROR, "unable to run %s: not a native script, and its root is not /", a.path);
	return run_actions(&c, &a);
}

const struct applet invoke_rc_d_applet = {
	.name = "invoke-rc.d",
	.synopsis = "[OPTION...] NAME ACTION [ARGUMENT...]",
	.summary = "run an init script as maintainer scripts do, if runlevel and local policy allow it",
	.opts = opts, .main = invoke_rc_d_main,
};
