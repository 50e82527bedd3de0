#include "boot/lex_cursor.h"

#include <ctype.h>
#include <string.h>

enum { LOOK = 1024 };	/* how long an arithmetic expression may be */

char
lex_cursor_peek(const struct lex_cursor *r, size_t ahead)
{
	return r->p + ahead < r->n ? r->s[r->p + ahead] : '\0';
}

void
lex_cursor_step(struct lex_cursor *r)
{
	if (r->s[r->p++] == '\n') {
		r->line++;
		r->bol = r->p;
	}
}

void
lex_cursor_steps(struct lex_cursor *r, size_t n)
{
	while (n-- > 0 && r->p < r->n)
		lex_cursor_step(r);
}

void
lex_cursor_single(struct lex_cursor *r)
{
	lex_cursor_step(r);
	while (r->p < r->n && r->s[r->p] != '\'')
		lex_cursor_step(r);
	lex_cursor_steps(r, 1);
}

void
lex_cursor_parens(struct lex_cursor *r)
{
	int depth = 0;

	while (r->p < r->n) {
		char c = r->s[r->p];

		if (c == '\'' && depth > 0) {
			lex_cursor_single(r);
			continue;
		}
		if (c == '\\')
			lex_cursor_step(r);
		lex_cursor_steps(r, 1);
		depth += c == '(' ? 1 : c == ')' ? -1 : 0;
		if (depth == 0)
			return;
	}
}

void
lex_cursor_ansi(struct lex_cursor *r)
{
	lex_cursor_steps(r, 2);
	while (r->p < r->n && r->s[r->p] != '\'')
		lex_cursor_steps(r, r->s[r->p] == '\\' ? 2 : 1);
	lex_cursor_steps(r, 1);
}

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

size_t
lex_cursor_assign(const char *s, size_t n)
{
	size_t i = 0;

	if (n == 0 || isdigit((unsigned char)s[0]))
		return 0;
	while (i < n && is_name(s[i]))
		i++;
	if (i == 0)
		return 0;
	if (i < n && s[i] == '[') {
		while (i < n && s[i] != ']' && s[i] != '\n')
			i++;
		i++;
	}
	if (i < n && s[i] == '+')
		i++;
	return i < n && s[i] == '=' ? i + 1 : 0;
}

bool
lex_cursor_is_extended(const struct lex_cursor *r, size_t from)
{
	return r->s[r->p] == '(' && r->p > from && strchr("?*+@!", r->s[r->p - 1]) && r->s[r->p - 1] != '\0';
}

void
lex_cursor_docs(struct lex_cursor *r)
{
	for (int i = 0; i < r->n_docs; i++) {
		char mark[128];
		size_t n = 0;

		for (size_t k = 0; k < r->docs[i].n && n < sizeof mark - 1; k++)
			if (!strchr("'\"\\", r->s[r->docs[i].at + k]))
				mark[n++] = r->s[r->docs[i].at + k];
		while (r->p < r->n) {
			const char *nl;
			size_t from, len;

			while (r->docs[i].tabs && lex_cursor_peek(r, 0) == '\t')
				lex_cursor_step(r);
			from = r->p;
			nl = memchr(r->s + from, '\n', r->n - from);
			len = nl ? (size_t)(nl - (r->s + from)) : r->n - from;
			lex_cursor_steps(r, len + 1);
			len -= len == n + 1 && r->s[from + n] == '\r';
			if (len == n && memcmp(r->s + from, mark, n) == 0)
				break;
		}
	}
	r->n_docs = 0;
}

bool
lex_cursor_is_arithmetic(const struct lex_cursor *r)
{
	size_t end = r->n - r->p > LOOK ? r->p + LOOK : r->n;
	int depth = 0;

	for (size_t i = r->p; i < end; i++) {
		depth += r->s[i] == '(' ? 1 : r->s[i] == ')' ? -1 : 0;
		if (depth == 0)
			return r->s[i - 1] == ')';
	}
	return true;
}
