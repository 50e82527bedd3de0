#include "base/opt.h"

#include <string.h>

#include "base/die.h"
#include "base/fmt.h"

char *optarg;
int optind;

/* an array of its own: the literal would lie with those of all other modules, on a page more */
static const char nothing[] = "";

void
opt_begin(struct optscan *s, const struct opt *rows, enum opt_order order)
{
	*s = (struct optscan){ rows, nothing, 1, order == OPT_MIX };
	optind = 1;
}

/* The word at s->at goes before the operands that were passed over. */
static char *
take(struct optscan *s, char *argv[])
{
	char *word = argv[s->at];

	memmove(argv + optind + 1, argv + optind, (size_t)(s->at - optind) * sizeof *argv);
	s->at++;
	return argv[optind++] = word;
}

static bool
is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

/* the next word of options, or NULL */
static char *
next_word(struct optscan *s, int argc, char *argv[])
{
	char *word = NULL;

	while (s->mix && s->at < argc && !is_option(argv[s->at]))
		s->at++;
	if (s->at < argc && is_option(argv[s->at]))
		word = take(s, argv);
	if (!word || (word[1] == '-' && word[2] == '\0')) {
		s->at = argc;
		return NULL;
	}
	return word;
}

/* may the argument be left out, or is there none? */
static char
kind_of(const struct opt *row)
{
	return row->arg ? row->arg[0] == '[' ? '[' : '=' : '\0';
}

/* the row of a long name or of an unambiguous beginning of one */
static const struct opt *
find_long(const struct opt *rows, const char *name, size_t n)
{
	const struct opt *found = NULL;
	bool ambiguous = false;

	for (; rows->id; rows++) {
		if (!rows->name || strncmp(rows->name, name, n) != 0)
			continue;
		if (rows->name[n] == '\0')
			return rows;
		if (!found)
			found = rows;
		else if (found->id != rows->id || kind_of(found) != kind_of(rows))
			ambiguous = true;
	}
	return ambiguous ? NULL : found;
}

static int
long_option(struct optscan *s, int argc, char *argv[], const char *word)
{
	const char *name = word + 2;
	size_t n = strcspn(name, "=");
	const struct opt *row = find_long(s->rows, name, n);

	if (!row) {
		warn("unrecognized option '%s'", word);
		return '?';
	}
	if (name[n] && !row->arg) {
		warn("option '--%s' doesn't allow an argument", row->name);
		return '?';
	}
	if (name[n])
		optarg = (char *)name + n + 1;
	else if (kind_of(row) == '=' && s->at < argc)
		optarg = take(s, argv);
	else if (kind_of(row) == '=') {
		warn("option '--%s' requires an argument", row->name);
		return '?';
	}
	return row->id;
}

static int
letter(struct optscan *s, int argc, char *argv[])
{
	const struct opt *row = s->rows;
	char c = *s->rest++;

	while (row->id && (row->id >= OPT_LONG || row->id != c))
		row++;
	if (!row->id) {
		warn("invalid option -- '%c'", c);
		return '?';
	}
	if (row->arg && *s->rest) {
		optarg = (char *)s->rest;
		s->rest = nothing;
	} else if (kind_of(row) == '=' && s->at < argc) {
		optarg = take(s, argv);
	} else if (kind_of(row) == '=') {
		warn("option requires an argument -- '%c'", c);
		return '?';
	}
	return row->id;
}

int
opt_next(struct optscan *s, int argc, char *argv[])
{
	const char *word;

	optarg = NULL;
	if (*s->rest)
		return letter(s, argc, argv);
	word = next_word(s, argc, argv);
	if (!word)
		return -1;
	if (word[1] == '-')
		return long_option(s, argc, argv, word);
	s->rest = word + 1;
	return letter(s, argc, argv);
}

static void
left_column(char *out, size_t size, const struct opt *row)
{
	char letters[8] = "    ";
	const char *arg = row->arg ? row->arg : "";

	if (row->id < OPT_LONG)
		fmt_to(letters, sizeof letters, "-%c%s", row->id, row->name ? ", " : "");
	fmt_to(out, size, "%s%s%s%s%s", letters, row->name ? "--" : "", row->name ? row->name : "",
	    *arg == '[' || !*arg ? "" : row->name ? "=" : " ", arg);
}

void
opt_help(struct buf *out, const struct opt *rows)
{
	char left[96];

	for (; rows->id; rows++) {
		left_column(left, sizeof left, rows);
		buf_fmt(out, "  %-28s %s\n", left, rows->help);
	}
}

void
opt_list(struct buf *out, const struct opt *rows)
{
	for (; rows->id; rows++)
		buf_fmt(out, "%c\t%s\t%s\t%s\n", rows->id < OPT_LONG ? rows->id : '-', rows->name ? rows->name : "-",
		    rows->arg ? rows->arg : "-", rows->help);
}
