#include <string.h>

#include "applet.h"
#include "base/die.h"
#include "base/str.h"
#include "boot/install.h"

enum { FAILED = 1, OPT_ROOT = OPT_LONG };

static const struct opt opts[] = {
	{ OPT_ROOT, "root", "DIR", "change the tree below DIR" },
	{ 0 }
};

struct seeker {
	int script;
	bool hit;
};

static void
look(int script, void *arg)
{
	struct seeker *s = arg;

	s->hit = s->hit || s->script == script;
}

/* Is the unmet requirement one of the script's own, or, when it goes, one for the script? */
static bool
is_ours(const struct install *in, const struct graph_unmet *u, int script, bool removal)
{
	struct seeker s = { script, false };

	if (!removal)
		return u->script == script;
	graph_providers(&in->world, u->name, look, &s);
	return s.hit;
}

/* The LSB: requirements that cannot be met, or services that would lose theirs, forbid it. */
static bool
is_allowed(const struct install *in, int script, bool removal)
{
	struct buf text = BUF_INIT;
	bool fine = true;

	for (size_t i = 0; i < in->start.n_unmet; i++) {
		const struct graph_unmet *u = &in->start.unmet[i];

		if (!is_ours(in, u, script, removal))
			continue;
		fine = false;
		if (removal)
			warn("unable to remove %s: %s requires it", in->scripts.v[script].name, in->scripts.v[u->script].name);
		else
			warn("unable to install %s: it requires %s, which is not %s", in->scripts.v[script].name, u->name,
			    u->absent ? "installed" : "started in all of its runlevels");
	}
	if (!removal && install_loops(in, script, &text) > 0) {
		warn("unable to install %s: %.*s", in->scripts.v[script].name, (int)text.len - 1, text.s);
		fine = false;
	}
	buf_free(&text);
	return fine;
}

static int
run(struct install *in, const char *name, bool removal)
{
	int script = scripts_find(&in->scripts, name);

	if (removal && script < 0)
		return 0;
	if (script < 0 || (!removal && !in->scripts.v[script].here))
		die(FAILED, "unable to install %s: no such script in %s", name, in->dir.init_path);
	if (removal)
		install_remove(in, script);
	else if (install_default(in, script) != INSTALL_OK)
		die(FAILED, "unable to install %s: it has no header, or a broken one", name);
	if (install_order(in) != INSTALL_OK || !is_allowed(in, script, removal))
		return FAILED;
	return install_apply(in) == INSTALL_OK ? 0 : FAILED;
}

static int
install_initd_main(int argc, char *argv[])
{
	struct install_options tree = { .write = true };
	bool removal = strcmp(str_base(argv[0]), "remove_initd") == 0;
	struct install in;
	struct optscan s;
	const char *name;
	int o, r;

	opt_begin(&s, opts, OPT_STOP);
	while ((o = opt_next(&s, argc, argv)) != -1) {
		if (o != OPT_ROOT)
			return FAILED;
		tree.root = optarg;
	}
	if (argc - optind != 1)
		usage_die(FAILED, "expected one script");
	name = str_base(argv[optind]);
	r = install_open(&in, &tree) == INSTALL_OK ? run(&in, name, removal) : FAILED;
	for (size_t i = 0; i < in.diag.n; i++)
		if (install_concerns(&in, &in.diag.v[i], name))
			diag_warn(&in.diag, i, 1, DIAG_WARN);
	diag_warn(&in.why, 0, in.why.n, DIAG_WARN);
	install_close(&in);
	return r;
}

static const char *const names[] = { "remove_initd", NULL };

const struct applet install_initd_applet = {
	.name = "install_initd", .aliases = names,
	.synopsis = "[--root DIR] SCRIPT",
	.summary = "activate an init script that a package installed, or (remove_initd) take it out again",
	.opts = opts, .main = install_initd_main,
};
