#include "base/opt.h"

#include <string.h>

#include "base/die.h"

void
opt_begin(struct optscan *s, const struct opt *rows, enum opt_order order)
{
	char *p = s->shrt;
	int n = 0;

	s->rows = rows;
	if (order == OPT_STOP)
		*p++ = '+';
	*p++ = ':';
	for (; rows->id; rows++) {
		int has = !rows->arg ? no_argument : rows->arg[0] == '[' ? optional_argument : required_argument;

		if (n == OPT_MAX)
			BUG("too many option rows");
		if (rows->name)
			s->lng[n++] = (struct option){ rows->name, has, NULL, rows->id };
		if (rows->id < OPT_LONG) {
			*p++ = (char)rows->id;
			for (int i = 0; i < has; i++)
				*p++ = ':';
		}
	}
	*p = '\0';
	s->lng[n] = (struct option){ 0 };
	optind = 0;
	opterr = 0;
}

/* glibc and musl word these differently, and users should not see which libc we have: glibc's words, which are the usual ones */
static int
complain(const struct optscan *s, int c, int argc, char *argv[])
{
	/* musl steps over the end when the last option lacks its argument */
	const char *given = argv[(optind < argc ? optind : argc) - 1];
	const struct option *o = s->lng;

	while (o->name && o->val != optopt)
		o++;
	if (!optopt)
		warn("unrecognized option '%s'", given);
	else if (o->name && (optopt >= OPT_LONG || strncmp(given, "--", 2) == 0))
		warn(c == ':' ? "option '--%s' requires an argument" : "option '--%s' doesn't allow an argument", o->name);
	else if (c == ':')
		warn("option requires an argument -- '%c'", optopt);
	else
		warn("invalid option -- '%c'", optopt);
	return '?';
}

int
opt_next(struct optscan *s, int argc, char *argv[])
{
	int c;

	optopt = 0;
	c = getopt_long(argc, argv, s->shrt, s->lng, NULL);
	return c == '?' || c == ':' ? complain(s, c, argc, argv) : c;
}

static void
left_column(char *out, size_t size, const struct opt *row)
{
	char letter[8] = "    ";
	const char *arg = row->arg ? row->arg : "";

	if (row->id < OPT_LONG)
		snprintf(letter, sizeof letter, "-%c%s", row->id, row->name ? ", " : "");
	snprintf(out, size, "%s%s%s%s%s", letter, row->name ? "--" : "", row->name ? row->name : "",
	    *arg == '[' || !*arg ? "" : row->name ? "=" : " ", arg);
}

void
opt_help(FILE *out, const struct opt *rows)
{
	char left[96];

	for (; rows->id; rows++) {
		left_column(left, sizeof left, rows);
		fprintf(out, "  %-28s %s\n", left, rows->help);
	}
}

void
opt_list(FILE *out, const struct opt *rows)
{
	for (; rows->id; rows++) {
		if (rows->id < OPT_LONG)
			fputc(rows->id, out);
		else
			fputc('-', out);
		fprintf(out, "\t%s\t%s\t%s\n", rows->name ? rows->name : "-", rows->arg ? rows->arg : "-", rows->help);
	}
}
