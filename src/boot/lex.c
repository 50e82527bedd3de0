#include "boot/lex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKUPS = 32 };

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

size_t
lex_next(const struct lex *l, size_t i)
{
	int nest = l->v[i].nest;

	for (i++; i < l->n && l->v[i].nest > nest; i++)
		;
	return i < l->n && l->v[i].nest == nest ? i : l->n;
}

size_t
lex_arg(const struct lex *l, size_t i, size_t from)
{
	for (size_t k = lex_next(l, from); k < l->n && l->v[k].nest == l->v[i].nest; k = lex_next(l, k)) {
		if (l->v[k].kind == LEX_SEP || l->v[k].kind == LEX_ARM_END || l->v[k].kind == LEX_PAREN)
			break;
		if (l->v[k].kind == LEX_WORD && (l->v[k].role == LEX_ARG || l->v[k].role == LEX_ASSIGN))
			return k;
	}
	return l->n;
}

bool
lex_is(const struct lex *l, size_t i, const char *text)
{
	return i < l->n && l->v[i].n == strlen(text) && memcmp(l->s + l->v[i].at, text, l->v[i].n) == 0;
}

static bool expand(const struct lex *, const char *, size_t, struct buf *, int *);

/* Is the token in a function or in an arm of case, which may never be run? */
static bool
is_inside(const struct lex *l, size_t i)
{
	for (size_t r = 0; r < l->n_ranges; r++)
		if (l->ranges[r].first <= i && i < l->ranges[r].end)
			return true;
	return false;
}

/* Append the value of a variable that is given one value only, for all of the script. */
static bool
expand_name(const struct lex *l, const char *name, size_t n, struct buf *out, int *lookups)
{
	const struct lex_token *found = NULL;

	if ((*lookups)-- <= 0)
		return false;
	for (size_t i = 0; i < l->n; i++) {
		const struct lex_token *t = &l->v[i];

		if (t->role != LEX_ASSIGN || t->n < n + 1 || memcmp(l->s + t->at, name, n) != 0)
			continue;
		if (l->s[t->at + n] == '+')
			return false;
		if (l->s[t->at + n] != '=')
			continue;
		if (found && (found->n != t->n || memcmp(l->s + found->at, l->s + t->at, t->n) != 0))
			return false;
		found = t;
	}
	return found && !is_inside(l, (size_t)(found - l->v)) && expand(l, l->s + found->at + n + 1, found->n - n - 1, out, lookups);
}

/* At a $: append what it stands for.  The bytes that it takes, or 0 when that is not known. */
static size_t
expand_dollar(const struct lex *l, const char *s, size_t n, struct buf *out, int *lookups)
{
	bool braces = n > 1 && s[1] == '{';
	size_t from = 1 + braces, i = from, name;

	while (i < n && is_name(s[i]))
		i++;
	name = i - from;
	if (name == 0 || isdigit((unsigned char)s[from]))
		return 0;
	if (!braces)
		return expand_name(l, s + from, name, out, lookups) ? i : 0;
	if (i < n && s[i] == '}')
		return expand_name(l, s + from, name, out, lookups) ? i + 1 : 0;
	return 0;
}

static bool
expand(const struct lex *l, const char *s, size_t n, struct buf *out, int *lookups)
{
	char quote = '\0';

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if ((c == '\'' || c == '"') && (quote == '\0' || quote == c)) {
			quote = quote ? '\0' : c;
		} else if (quote == '\'') {
			buf_ch(out, c);
		} else if (c == '\\' && i + 1 < n) {
			buf_ch(out, s[++i]);
		} else if (c == '`') {
			return false;
		} else if (c == '$') {
			size_t taken = expand_dollar(l, s + i, n - i, out, lookups);

			if (taken == 0)
				return false;
			i += taken - 1;
		} else {
			buf_ch(out, c);
		}
	}
	return true;
}

bool
lex_expand(const struct lex *l, size_t i, struct buf *out)
{
	int lookups = LOOKUPS;

	return i < l->n && expand(l, l->s + l->v[i].at, l->v[i].n, out, &lookups);
}

const struct lex_range *
lex_function(const struct lex *l, const char *name, size_t n)
{
	for (size_t i = 0; i < l->n_ranges; i++) {
		const struct lex_token *t = &l->v[l->ranges[i].name];

		if (l->ranges[i].group == -1 && t->n == n && memcmp(l->s + t->at, name, n) == 0)
			return &l->ranges[i];
	}
	return NULL;
}

void
lex_free(struct lex *l)
{
	free(l->v);
	free(l->ranges);
	*l = (struct lex){ .s = NULL };
}
