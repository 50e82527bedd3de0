#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/out.h"
#include "base/str.h"
#include "boot/install.h"

enum { FAILED = 1, OPT_DRYRUN = OPT_LONG, OPT_ROOT, OPT_JSON };

static const struct opt opts[] = {
	{ 'r', "remove", NULL, "remove the scripts from all runlevels" },
	{ 'd', "default", NULL, "link the scripts just as their headers say" },
	{ 'f', "force", NULL, "whatever the scripts need or are in a loop with" },
	{ 'e', "recursive", NULL, "enable the services that they require, too" },
	{ 'n', "dry-run", NULL, "only tell what would be done" },
	{ OPT_DRYRUN, "dryrun", NULL, "as --dry-run" },
	{ OPT_JSON, "json", NULL, "with --dry-run: tell it as JSON, on standard output" },
	{ 's', "showall", NULL, "print the order that would be, change nothing" },
	{ 's', "show-all", NULL, "as --showall" },
	{ 'v', "verbose", NULL, "tell what is done" },
	{ 'q', "silent", NULL, "print no warnings" },
	{ 'p', "path", "DIR", "the scripts are in DIR, not in /etc/init.d" },
	{ 'i', "insserv-dir", "DIR", "put the .depend files into DIR" },
	{ 'c', "config", "FILE", "the system facilities are in FILE, not in /etc/insserv.conf" },
	{ 'o', "override", "DIR", "headers that replace those of scripts are in DIR" },
	{ 'u', "upstart-job", "FILE", "scripts that are links to FILE are upstart's" },
	{ OPT_ROOT, "root", "DIR", "change the tree below DIR" },
	{ 'h', NULL, NULL, "print the usage" },
	{ 0 }
};

struct target {
	char *name;		/* owned */
	unsigned start, stop;	/* levels that the call adds */
	int script;		/* index, -1: skipped */
};

struct config {
	struct install_options tree;
	bool remove, defaults, force, recursive, dry, json, show, verbose, quiet;
	struct target *targets;	/* owned */
	size_t n, cap;
	struct vec paths;	/* made absolute */
};

/* A path of the command line as the tree sees it: relative ones count from where we are, unless there is another root. */
static const char *
absolute(struct config *c, const char *path)
{
	char here[4096];

	if (*path == '/' || c->tree.root)
		return path;
	if (!getcwd(here, sizeof here))
		die_errno(FAILED, "unable to find the current directory");
	vec_take(&c->paths, mem_fmt("%s/%s", here, path));
	return c->paths.v[c->paths.n - 1];
}

static void
read_option(struct config *c, int o)
{
	switch (o) {
	case 'r': c->remove = true; break;
	case 'd': c->defaults = true; break;
	case 'f': c->force = true; break;
	case 'e': c->recursive = true; break;
	case 'n': case OPT_DRYRUN: c->dry = true; break;
	case OPT_JSON: c->json = true; break;
	case 's': c->show = true; break;
	case 'v': c->verbose = true; break;
	case 'q': c->quiet = true; break;
	case 'p': c->tree.init_path = optarg; break;
	case 'i': c->tree.state_path = optarg; break;
	case 'c': c->tree.conf = optarg; break;
	case 'o': c->tree.overrides = optarg; break;
	case 'u': c->tree.upstart = optarg; break;
	case OPT_ROOT: c->tree.root = optarg; break;
	case 'h':
		exit(applet_help(STDOUT_FILENO, applet_find("insserv")) == 0 ? 0 : FAILED);
	default:
		out_err("insserv: For help use: insserv -h\n");
		exit(FAILED);
	}
}

static unsigned
read_levels(char *list)
{
	struct vec words = VEC_INIT;
	unsigned set = 0;

	str_split(&words, list, ", ");
	for (size_t i = 0; i < words.n; i++) {
		unsigned one = level_set(words.v[i]);

		if (!one)
			die(FAILED, "no such runlevel: %s", words.v[i]);
		set |= one;
	}
	vec_free(&words);
	return set;
}

static bool
is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* "/etc/init.d/web", "web", "web,start=2,3,stop=0"; a directory says where the scripts are, as the directory of a script does. */
static void
read_operand(struct config *c, const char *word)
{
	char *copy = mem_str(word), *start = str_find(copy, ",start="), *stop = str_find(copy, ",stop="), *slash;
	struct target *t;

	if (start)
		*start = '\0';
	if (stop)
		*stop = '\0';
	slash = strrchr(copy, '/');
	if (slash && is_dir(copy)) {
		c->tree.init_path = absolute(c, word);
		free(copy);
		return;
	}
	c->targets = mem_grow(c->targets, &c->cap, c->n + 1, sizeof *c->targets);
	t = &c->targets[c->n++];
	*t = (struct target){ .name = mem_str(str_base(copy)), .script = -1 };
	t->start = start ? read_levels(start + 7) : 0;
	t->stop = stop ? read_levels(stop + 6) : 0;
	if (slash && slash > copy) {
		*slash = '\0';
		vec_add(&c->paths, copy);
		c->tree.init_path = absolute(c, c->paths.v[c->paths.n - 1]);
	}
	free(copy);
}

static void
read_options(struct config *c, int argc, char *argv[])
{
	const char **paths[] = { &c->tree.init_path, &c->tree.state_path, &c->tree.conf, &c->tree.overrides };
	struct optscan s;
	int o;

	opt_begin(&s, opts, OPT_MIX);
	while ((o = opt_next(&s, argc, argv)) != -1)
		read_option(c, o);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (*paths[i])
			*paths[i] = absolute(c, *paths[i]);
	for (int i = optind; i < argc; i++)
		read_operand(c, argv[i]);
	c->tree.write = !c->dry && !c->show;
}

/* Find the scripts that the call names.  False when one is not there. */
static bool
find_targets(struct config *c, const struct install *in)
{
	bool all = true;

	for (size_t i = 0; i < c->n; i++) {
		struct target *t = &c->targets[i];
		int script = scripts_find(&in->scripts, t->name);

		if (rcdir_is_ignored(t->name)) {
			warn("script name %s is not valid, skipped!", t->name);
		} else if (script < 0 || (!in->scripts.v[script].here && !c->remove)) {
			warn("%s: No such file or directory", t->name);
			all = false;
		} else if (!c->remove && !scripts_is_executable(&in->dir, &in->scripts.v[script])) {
			warn("script %s is not an executable file, will be skipped in boot sequence!", t->name);
		} else {
			t->script = script;
		}
	}
	return all;
}

struct require {
	struct install *in;
	struct vec *more;
};

static void
require_one(int script, void *arg)
{
	struct require *r = arg;

	if (!scripts_levels(r->in->scripts.v[script].want, 'S'))
		vec_add(r->more, r->in->scripts.v[script].name);
}

static void
require_word(struct require *r, const char *name)
{
	const struct facility *f = facility_find(&r->in->facilities, name);

	graph_providers(&r->in->world, name, require_one, r);
	for (size_t i = 0; f && i < f->n; i++)
		graph_providers(&r->in->world, facility_member_name(&r->in->facilities, &f->v[i]), require_one, r);
}

/* What the script requires, and what that requires, is enabled by default. */
static void
enable_required(struct install *in, int script)
{
	struct vec todo = VEC_INIT;
	struct require r = { in, &todo };

	vec_add(&todo, in->scripts.v[script].name);
	for (size_t i = 0; i < todo.n; i++) {
		int one = scripts_find(&in->scripts, todo.v[i]);
		const struct header *h = &in->scripts.v[one].header;

		if (!scripts_levels(in->scripts.v[one].want, 'S'))
			install_default(in, one);
		for (size_t k = 0; k < h->n; k++)
			if (h->words[k].list == HEADER_REQUIRED_START && todo.n <= in->scripts.n)
				require_word(&r, h->words[k].name);
	}
	vec_free(&todo);
}

/* One script as the call wants it.  False when its header is of no use. */
static bool
decide(const struct config *c, struct install *in, const struct target *t)
{
	struct script *s = &in->scripts.v[t->script];
	unsigned start, stop;

	if (c->remove) {
		install_remove(in, t->script);
		return true;
	}
	if (s->header.broken) {
		warn("FATAL: script %s is broken: %s.", s->name, s->unread ? "it cannot be read" : "missing end of LSB comment");
		return c->force;
	}
	if (c->defaults && install_levels(in, t->script, &start, &stop))
		install_set(in, t->script, start, stop);
	else if (!install_levels(in, t->script, &start, &stop) && !t->start && !t->stop)
		warn("warning: script '%s' missing LSB tags", s->name);
	else if (!scripts_levels(s->now, 0))
		install_default(in, t->script);
	install_turn(in, t->script, t->start, 'S');
	install_turn(in, t->script, t->stop, 'K');
	if (c->recursive)
		enable_required(in, t->script);
	return true;
}

static void
drop_dangling(struct install *in)
{
	for (size_t i = 0; i < in->scripts.n; i++)
		if (!in->scripts.v[i].here && in->scripts.v[i].foreign)
			warn("%s: what is in its place in the runlevel directories is no symbolic link and stays", in->scripts.v[i].name);
		else if (!in->scripts.v[i].here)
			install_remove(in, (int)i);
}

static bool
is_target(const struct config *c, int script)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->targets[i].script == script)
			return true;
	return false;
}

struct removed {
	const struct config *c;
	bool hit;
};

static void
look_removed(int script, void *arg)
{
	struct removed *r = arg;

	r->hit = r->hit || is_target(r->c, script);
}

/* Is the unmet need this call's doing: of a script that it adds, or for one that it removes? */
static bool
is_ours(const struct config *c, const struct install *in, const struct graph_unmet *u)
{
	struct removed r = { c, false };

	if (!c->remove)
		return is_target(c, u->script);
	graph_providers(&in->world, u->name, look_removed, &r);
	return r.hit;
}

/* How many needs are unmet that were asked for in this call. */
static size_t
judge_needs(const struct config *c, const struct install *in)
{
	size_t bad = 0;

	for (size_t i = 0; i < in->start.n_unmet; i++) {
		const struct graph_unmet *u = &in->start.unmet[i];
		const struct script *s = &in->scripts.v[u->script];
		struct buf levels = BUF_INIT;

		if (!is_ours(c, in, u))
			continue;
		level_print(&levels, u->levels, " ");
		if (u->name[0] == '$') {
			if (!c->quiet)
				warn("warning: could not find all dependencies for %s", u->name);
		} else if (u->absent) {
			warn("FATAL: service %s has to be enabled to use service %s", u->name, s->name);
			bad++;
		} else {
			warn("FATAL: service %s is missed in the runlevels %s to use service %s", u->name, levels.s, s->name);
			bad++;
		}
		buf_free(&levels);
	}
	return bad;
}

/* Is a script of this call in a loop?  As it always was: one that a Should- dependency could break counts, too. */
static bool
judge_loops(const struct config *c, const struct install *in)
{
	bool any = false;

	for (size_t i = 0; i < c->n && !any; i++) {
		struct buf text = BUF_INIT;

		if (c->targets[i].script >= 0)
			install_loops(in, c->targets[i].script, &text);
		any = text.len > 0;
		if (any && (!c->force || !c->quiet))
			warn("%.*s", (int)text.len - 1, text.s);
		buf_free(&text);
	}
	return any;
}

static bool
judge(const struct config *c, const struct install *in)
{
	bool loops = judge_loops(c, in);
	size_t needs = judge_needs(c, in);

	if (c->force)
		return true;
	if (loops)
		warn("exiting now without changing boot order!");
	else if (needs > 0)
		warn("exiting now!");
	return needs == 0 && !loops;
}

/* "S:02:2 3 4 5:name", a line for each number that the script has */
static void
show_links(const struct script *s, char kind)
{
	unsigned todo = scripts_levels(s->want, kind);

	while (todo) {
		struct buf levels = BUF_INIT;
		unsigned same = 0;
		int l = 0;

		while (!(todo & LEVEL_BIT(l)))
			l++;
		for (int k = l; k < LEVELS; k++)
			if ((todo & LEVEL_BIT(k)) && s->want[k].number == s->want[l].number)
				same |= LEVEL_BIT(k);
		level_print(&levels, same, " ");
		out_fmt("%c:%02d:%s:%s\n", kind, s->want[l].number, levels.s, s->name);
		buf_free(&levels);
		todo &= ~same;
	}
}

static void
show_all(const struct install *in)
{
	for (const char *kind = "KS"; *kind; kind++)
		for (size_t i = 0; i < in->scripts.n; i++)
			show_links(&in->scripts.v[i], *kind);
}

static void
tell(const struct config *c, const struct install *in)
{
	char level[8];

	for (size_t i = 0; i < in->plan.n; i++) {
		const struct plan_op *op = &in->plan.v[i];
		const char *name = op->script >= 0 ? in->scripts.v[op->script].name : "";

		if (op->action == PLAN_MKDIR)
			warn("creating directory '../%s/'", rcdir_name(op->level, level));
		if (op->action == PLAN_REMOVE || op->action == PLAN_MOVE)
			warn("remove service %s/../%s/%s", in->dir.init_path, rcdir_name(op->level, level), op->from);
		if (op->action == PLAN_ADD || op->action == PLAN_MOVE)
			warn("enable service ../%s/%s -> %s/../%s/%s", str_base(in->dir.init_path), name, in->dir.init_path,
			    rcdir_name(op->level, level), op->to);
		if (op->action == PLAN_FILE && !c->dry)
			warn("creating %s/%s", c->tree.state_path ? c->tree.state_path : in->dir.init_path, op->to);
	}
	if (c->dry)
		warn("dryrun, not creating depend.boot, depend.start, and depend.stop in %s/.",
		    c->tree.state_path ? c->tree.state_path : in->dir.init_path);
}

static void
report(const struct config *c, const struct install *in)
{
	struct buf text = BUF_INIT;

	if (c->show)
		show_all(in);
	else if (c->json) {
		plan_json(&text, &in->plan);
		out_str(text.s);
		buf_free(&text);
	} else if (c->dry || c->verbose)
		tell(c, in);
	if (out_flush() != 0)
		die_errno(FAILED, "unable to write standard output");
}

static void
warn_targets(const struct config *c, const struct install *in)
{
	for (size_t i = 0; i < in->diag.n && !c->quiet; i++)
		for (size_t k = 0; k < c->n; k++)
			if (c->targets[k].script >= 0 && install_concerns(in, &in->diag.v[i], c->targets[k].name)) {
				diag_warn(&in->diag, i, 1, DIAG_WARN);
				break;
			}
}

/* Two scripts that provide the same cannot both be added. */
static bool
judge_providers(const struct config *c, const struct install *in)
{
	bool fine = true;

	for (size_t i = 0; i < c->n && !c->remove; i++) {
		const struct header *h = c->targets[i].script < 0 ? NULL : &in->scripts.v[c->targets[i].script].header;

		for (size_t k = 0; h && k < h->n; k++)
			if (h->words[k].list == HEADER_PROVIDES && install_is_provided(in, c->targets[i].script, h->words[k].name)) {
				warn("script %s: service %s already provided!", c->targets[i].name, h->words[k].name);
				fine = c->force;
			}
	}
	return fine;
}

static int
run(struct config *c, struct install *in)
{
	bool fine = true;

	if (!find_targets(c, in))
		return FAILED;
	if (c->n == 0)
		drop_dangling(in);
	for (size_t i = 0; i < c->n; i++)
		if (c->targets[i].script >= 0)
			fine = decide(c, in, &c->targets[i]) && fine;
	if (!judge_providers(c, in) || !fine) {
		warn("exiting now!");
		return FAILED;
	}
	if (install_order(in) != INSTALL_OK)
		return FAILED;
	warn_targets(c, in);
	if (!judge(c, in))
		return FAILED;
	report(c, in);
	return !c->tree.write || install_apply(in) == INSTALL_OK ? 0 : FAILED;
}

static int
insserv_main(int argc, char *argv[])
{
	struct config c = { .tree.upstart = "/lib/init/upstart-job" };
	struct install in;
	int r;

	read_options(&c, argc, argv);
	r = install_open(&in, &c.tree) == INSTALL_OK ? run(&c, &in) : FAILED;
	diag_warn(&in.why, 0, in.why.n, DIAG_WARN);
	install_close(&in);
	return r;
}

const struct applet insserv_applet = {
	.name = "insserv",
	.synopsis = "[-defnqrsv] [-c FILE] [-i DIR] [-o DIR] [-p DIR] [-u FILE] [--root DIR] [SCRIPT[,start=LEVELS][,stop=LEVELS] | DIR]...",
	.summary = "link init scripts in the order that their headers ask for",
	.opts = opts, .main = insserv_main,
};
