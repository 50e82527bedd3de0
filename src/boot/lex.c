#include "boot/lex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"

enum { LOOKUPS = 32, LONGEST = 1024 };

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

static int
by_name(const void *a, const void *b)
{
	const struct lex_name *x = a, *y = b;
	int r = memcmp(x->s, y->s, x->n < y->n ? x->n : y->n);

	if (r != 0)
		return r;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static const struct lex_name *
find(const struct lex_name *v, size_t n_names, const char *s, size_t n)
{
	size_t low = 0, high = n_names;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct lex_name want = { .s = s, .n = n, .first = v[middle].first };
		int r = by_name(&want, &v[middle]);

		if (r == 0)
			return &v[middle];
		if (r < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* Append the value of a variable that is given one value only, for all of the script. */
static bool
expand_name(const struct lex *l, const char *name, size_t n, struct buf *out, int *lookups)
{
	const struct lex_name *found = find(l->names, l->n_names, name, n);
	const struct lex_token *t;

	if ((*lookups)-- <= 0 || !found || !found->one)
		return false;
	t = &l->v[found->first];
	return !t->inside && expand(l, l->s + t->at + n + 1, t->n - n - 1, out, lookups);
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

		if (out->len > LONGEST)
			return false;
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
	const struct lex_name *f = find(l->functions, l->n_functions, name, n);

	return f ? &l->ranges[f->first] : NULL;
}

const struct lex_token *
lex_assignment(const struct lex *l, const char *name, size_t n)
{
	const struct lex_name *f = find(l->names, l->n_names, name, n);

	return f ? &l->v[f->first] : NULL;
}

/* --- the index --- */
static void
mark_inside(struct lex *l)
{
	int *change = mem_alloc((l->n + 1) * sizeof *change), depth = 0;

	for (size_t r = 0; r < l->n_ranges; r++)
		if (l->ranges[r].first < l->ranges[r].end) {
			change[l->ranges[r].first]++;
			change[l->ranges[r].end]--;
		}
	for (size_t i = 0; i < l->n; i++) {
		depth += change[i];
		l->v[i].inside = depth > 0;
	}
	free(change);
}

/* Sort them, and of those with one name keep the first; `one` stays where all of them have the same text. */
static size_t
unite(const struct lex *l, struct lex_name *v, size_t n)
{
	size_t kept = 0;

	if (n > 0)
		sort_items(v, n, sizeof *v, by_name);
	for (size_t i = 0; i < n; i++) {
		struct lex_name *last = kept > 0 ? &v[kept - 1] : NULL;

		if (!last || last->n != v[i].n || memcmp(last->s, v[i].s, last->n) != 0) {
			v[kept++] = v[i];
		} else if (last->one) {
			const struct lex_token *a = &l->v[last->first], *b = &l->v[v[i].first];

			last->one = v[i].one && a->n == b->n && memcmp(l->s + a->at, l->s + b->at, a->n) == 0;
		}
	}
	return kept;
}

void
lex_index(struct lex *l)
{
	mark_inside(l);
	l->names = mem_alloc((l->n + 1) * sizeof *l->names);
	l->functions = mem_alloc((l->n_ranges + 1) * sizeof *l->functions);
	for (size_t i = 0; i < l->n; i++) {
		const char *s = l->s + l->v[i].at;
		size_t n = 0;

		if (l->v[i].role != LEX_ASSIGN)
			continue;
		while (n < l->v[i].n && is_name(s[n]))
			n++;
		if (n < l->v[i].n && (s[n] == '=' || s[n] == '+'))
			l->names[l->n_names++] = (struct lex_name){ s, n, i, s[n] == '=' };
	}
	l->n_names = unite(l, l->names, l->n_names);
	for (size_t i = 0; i < l->n_ranges; i++)
		if (l->ranges[i].group == -1)
			l->functions[l->n_functions++] = (struct lex_name){ l->s + l->v[l->ranges[i].name].at, l->v[l->ranges[i].name].n, i, false };
	l->n_functions = unite(l, l->functions, l->n_functions);
}

void
lex_free(struct lex *l)
{
	free(l->v);
	free(l->ranges);
	free(l->names);
	free(l->functions);
	*l = (struct lex){ .s = NULL };
}
