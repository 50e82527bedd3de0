#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "base/die.h"
#include "base/json.h"
#include "base/num.h"
#include "base/out.h"
#include "boot/explain.h"
#include "boot/verify.h"

enum { NO = 1, USAGE = 2, OPT_ROOT = OPT_LONG, OPT_SCHEME, OPT_JSON, OPT_DOT, OPT_SVG, OPT_STOP_ORDER };

static const struct opt opts[] = {
	{ OPT_STOP_ORDER, "stop", NULL, "the order of stopping, not of starting" },
	{ OPT_DOT, "dot", NULL, "graph: for dot(1)" },
	{ OPT_SVG, "svg", NULL, "graph: as a picture" },
	{ OPT_JSON, "json", NULL, "answer in JSON" },
	{ OPT_ROOT, "root", "DIR", "look at the tree below DIR" },
	{ OPT_SCHEME, "scheme", "NAME", "debian or rhel, whatever the tree looks like" },
	{ 0 }
};

struct config {
	struct install_options tree;
	bool stop, dot, svg, json;
};

static void
read_options(struct config *c, int argc, char *argv[])
{
	struct optscan s;
	int o, scheme;

	opt_begin(&s, opts, OPT_MIX);
	while ((o = opt_next(&s, argc, argv)) != -1)
		switch (o) {
		case OPT_STOP_ORDER: c->stop = true; break;
		case OPT_DOT: c->dot = true; break;
		case OPT_SVG: c->svg = true; break;
		case OPT_JSON: c->json = true; break;
		case OPT_ROOT: c->tree.root = optarg; break;
		case OPT_SCHEME:
			scheme = rcdir_scheme_of(optarg);
			if (scheme < 0)
				die(USAGE, "no such scheme: %s", optarg);
			c->tree.scheme = (enum rcdir_scheme)scheme;
			break;
		default:
			exit(USAGE);
		}
	if (optind >= argc)
		usage_die(USAGE, "expected why, graph, critical-path or verify");
}

/* Print lines as they are, or as a JSON list of them. */
static void
print_lines(const struct config *c, struct buf *text)
{
	struct buf out = BUF_INIT;
	const char *sep = "";

	if (!text->s)
		buf_str(text, "");
	if (!c->json) {
		out_str(text->s);
		return;
	}
	buf_ch(&out, '[');
	for (char *p = text->s; *p; sep = ",") {
		size_t n = strcspn(p, "\n");
		bool more = p[n] != '\0';

		p[n] = '\0';
		buf_str(&out, sep);
		json_string(&out, p);
		p += n + more;
	}
	buf_str(&out, "]\n");
	out_str(out.s);
	buf_free(&out);
}

static int
find(const struct install *in, const char *name)
{
	int script = scripts_find(&in->scripts, name);

	if (script < 0)
		die(USAGE, "no such script: %s", name);
	return script;
}

static int
why_before(const struct config *c, const struct install *in, const struct graph *g, const char *a, const char *b)
{
	struct buf text = BUF_INIT;
	bool due = explain_before(&text, g, &in->world, find(in, a), find(in, b));

	if (due)
		print_lines(c, &text);
	else
		warn("nothing asks for %s to come before %s", a, b);
	buf_free(&text);
	return due ? 0 : NO;
}

static void
why_script(struct buf *out, const struct install *in, const struct graph *g, int script)
{
	int node = g->node_of[script];
	int num = node < 0 ? 0 : g->order.nodes[node].num;

	if (node < 0) {
		buf_fmt(out, "%s is not linked\n", in->scripts.v[script].name);
		return;
	}
	buf_fmt(out, "%c%02d%s\n", g->kind, graph_is_mirrored(g, &in->world) ? 99 - num : num, in->scripts.v[script].name);
	explain_number(out, g, &in->world, script);
}

/* All scripts of a number, or one by its name. */
static int
why_number(const struct config *c, const struct install *in, const struct graph *g, const char *word)
{
	struct buf text = BUF_INIT;
	uint64_t n;
	bool mirrored = graph_is_mirrored(g, &in->world);

	if (num_u64(word, 0, 99, &n) != 0)
		why_script(&text, in, g, find(in, word));
	else
		for (size_t i = 0; i < in->scripts.n; i++) {
			int node = g->node_of[i];

			if (node >= 0 && (mirrored ? 99 - g->order.nodes[node].num : g->order.nodes[node].num) == (int)n)
				why_script(&text, in, g, (int)i);
		}
	print_lines(c, &text);
	buf_free(&text);
	return 0;
}

static int
why(const struct config *c, const struct install *in, const struct graph *g, int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "before") == 0)
		return why_before(c, in, g, argv[0], argv[2]);
	if (argc != 1)
		usage_die(USAGE, "expected why NAME before NAME, or why NUMBER, or why NAME");
	return why_number(c, in, g, argv[0]);
}

static int
graph(const struct config *c, const struct install *in, const struct graph *g)
{
	struct buf text = BUF_INIT;

	if (c->dot == c->svg)
		usage_die(USAGE, "expected graph --dot or graph --svg");
	if (c->dot)
		explain_dot(&text, g, &in->world);
	else
		explain_svg(&text, g, &in->world);
	out_str(text.s);
	buf_free(&text);
	return 0;
}

static int
verify(const struct config *c, struct install *in)
{
	struct buf text = BUF_INIT;
	struct verify f;
	bool any;

	if (verify_tree(&f, in) != 0)
		die_errno(USAGE, "unable to read the runlevels");
	any = f.n > 0;
	buf_str(&text, c->json ? "[" : "");
	for (size_t i = 0; i < f.n; i++) {
		const struct verify_finding *one = &f.v[i];
		char level[2] = { one->level < 0 ? '\0' : level_letter(one->level) };

		if (!c->json) {
			buf_fmt(&text, "%s: %s\n", verify_word(one->kind), one->text);
			continue;
		}
		buf_fmt(&text, "%s{\"kind\":\"%s\"", i ? ",\n " : "", verify_word(one->kind));
		json_field(&text, "level", level[0] ? level : NULL);
		json_field(&text, "script", one->script < 0 ? NULL : in->scripts.v[one->script].name);
		json_field(&text, "text", one->text);
		buf_ch(&text, '}');
	}
	buf_str(&text, c->json ? "]\n" : "");
	out_str(text.s);
	buf_free(&text);
	verify_free(&f);
	return any ? NO : 0;
}

static int
run(const struct config *c, struct install *in, int argc, char *argv[])
{
	const struct graph *g = c->stop ? &in->stop : &in->start;
	struct buf text = BUF_INIT;

	if (strcmp(argv[0], "verify") == 0 && argc == 1)
		return verify(c, in);
	if (install_order(in) != INSTALL_OK)
		return NO;
	if (strcmp(argv[0], "why") == 0)
		return why(c, in, g, argc - 1, argv + 1);
	if (strcmp(argv[0], "graph") == 0 && argc == 1)
		return graph(c, in, g);
	if (strcmp(argv[0], "critical-path") != 0 || argc != 1)
		usage_die(USAGE, "expected why, graph, critical-path or verify");
	explain_longest(&text, g, &in->world);
	print_lines(c, &text);
	buf_free(&text);
	return 0;
}

static int
initorder_main(int argc, char *argv[])
{
	struct config c = { .stop = false };
	struct install in;
	int r;

	read_options(&c, argc, argv);
	r = install_open(&in, &c.tree) == INSTALL_OK ? run(&c, &in, argc - optind, argv + optind) : USAGE;
	diag_warn(&in.why, 0, in.why.n, DIAG_WARN);
	install_close(&in);
	if (out_flush() != 0)
		die_errno(USAGE, "unable to write standard output");
	return r;
}

const struct applet initorder_applet = {
	.name = "initorder",
	.synopsis = "[--root DIR] [--stop] why NAME before NAME\n[--root DIR] [--stop] why NUMBER | NAME\n"
	    "[--root DIR] [--stop] graph --dot | --svg\n[--root DIR] [--stop] critical-path\n[--root DIR] verify [--json]",
	.summary = "explain the order of init scripts, and check their links",
	.opts = opts, .main = initorder_main,
};
