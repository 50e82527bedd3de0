#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "applet.h"
#include "base/die.h"
#include "base/out.h"
#include "boot/chart.h"

enum { FAILED = 1, USAGE = 2, OPT_SVG = OPT_LONG, OPT_TEXT, OPT_ROOT, COLUMNS = 100 };

static const struct opt opts[] = {
	{ OPT_TEXT, "text", NULL, "draw bars for the terminal (the default)" },
	{ OPT_SVG, "svg", NULL, "draw a picture for a browser" },
	{ OPT_ROOT, "root", "DIR", "what was recorded below DIR" },
	{ 0 }
};

struct config {
	const char *root;
	bool svg, text, blame;
};

static void
read_options(struct config *c, int argc, char *argv[])
{
	struct optscan s;
	int o;

	opt_begin(&s, opts, OPT_MIX);
	while ((o = opt_next(&s, argc, argv)) != -1)
		switch (o) {
		case OPT_SVG: c->svg = true; break;
		case OPT_TEXT: c->text = true; break;
		case OPT_ROOT: c->root = optarg; break;
		default: exit(USAGE);
		}
	c->blame = optind < argc && strcmp(argv[optind], "blame") == 0;
	if (argc - optind > c->blame)
		usage_die(USAGE, "expected nothing, or blame");
	if (c->svg + c->text + c->blame > 1)
		usage_die(USAGE, "expected one of --svg, --text and blame");
}

static int
columns(void)
{
	struct winsize w;

	return ioctl(1, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : COLUMNS;
}

static void
draw(struct buf *out, const struct config *c, const struct timeline *all, size_t n)
{
	if (c->svg)
		chart_svg(out, all, n);
	else if (c->blame)
		chart_blame(out, all, n);
	else
		for (size_t i = 0; i < n; i++) {
			buf_str(out, i ? "\n" : "");
			chart_text(out, &all[i], columns());
		}
}

static int
bootchart_main(int argc, char *argv[])
{
	struct config c = { .root = NULL };
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct timeline *all;
	size_t n;

	read_options(&c, argc, argv);
	if (timeline_load(c.root, &text) != 0 && errno == ENOENT)
		die(FAILED, "unable to draw what ran when: rc(8) has recorded nothing since the machine was started");
	else if (text.len == 0)
		die_errno(FAILED, "unable to read what ran when");
	timeline_parse(&all, &n, text.s);
	draw(&out, &c, all, n);
	out_add(out.s, out.len);
	if (out_flush() != 0)
		die_errno(FAILED, "unable to write standard output");
	for (size_t i = 0; i < n; i++)
		timeline_free(&all[i]);
	free(all);
	buf_free(&text);
	buf_free(&out);
	return 0;
}

const struct applet bootchart_applet = {
	.name = "bootchart",
	.synopsis = "[--root DIR] [--text | --svg]\n[--root DIR] blame",
	.summary = "show which scripts ran when, and which of them the time is due to",
	.opts = opts, .main = bootchart_main,
};
