#include "boot/lexer.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "boot/lex_cursor.h"

enum { DEPTH = 64 };
enum case_state { CASE_WORD, CASE_IN, CASE_PATTERN, CASE_BODY };

struct open {
	char kind;		/* { ( or c for case */
	enum case_state state;
	int group;
	size_t range;		/* SIZE_MAX: none */
};

/* What is known at one level of $( ): a list of commands that ends at `end`. */
struct list {
	struct open open[DEPTH];
	int depth;
	char end;
	bool command;		/* the next word is a command's name */
	bool target;		/* the next word is where a redirection goes */
	bool assigns;		/* behind export and its like */
	bool named;		/* behind `function` */
	bool tests;		/* inside [[ */
	size_t defines;		/* the function whose body comes next; SIZE_MAX: none */
};

static void read_list(struct lex_cursor *, char end);

static size_t
add(struct lex_cursor *r, enum lex_kind kind, enum lex_role role)
{
	struct lex *l = r->out;

	l->v = mem_grow(l->v, &l->cap, l->n + 1, sizeof *l->v);
	l->v[l->n] = (struct lex_token){ kind, role, r->p, 0, r->line, (int)(r->p - r->bol) + 1, r->nest, false };
	return l->n++;
}

static size_t
add_range(struct lex *l, size_t name, int group)
{
	l->ranges = mem_grow(l->ranges, &l->cap_ranges, l->n_ranges + 1, sizeof *l->ranges);
	l->ranges[l->n_ranges] = (struct lex_range){ name, group == -1 ? l->n : SIZE_MAX, SIZE_MAX, group };
	return l->n_ranges++;
}

/* A list of commands inside of a word: $( ) or ` ` */
static void
substitute(struct lex_cursor *r, char end)
{
	if (r->nest >= DEPTH) {
		r->p = r->n;
		return;
	}
	r->nest++;
	read_list(r, end);
	r->nest--;
	lex_cursor_steps(r, 1);
}

/* At a $, a ` or a backslash: step over all that belongs to it. */
static void
skip_special(struct lex_cursor *r, char end)
{
	int depth = 0;

	if (r->s[r->p] == '\\') {
		lex_cursor_steps(r, 2);
	} else if (r->s[r->p] == '`') {
		lex_cursor_step(r);
		if (end != '`')
			substitute(r, '`');
	} else if (lex_cursor_peek(r, 1) == '(' && lex_cursor_peek(r, 2) == '(') {
		lex_cursor_step(r);
		lex_cursor_parens(r);
	} else if (lex_cursor_peek(r, 1) == '(') {
		lex_cursor_steps(r, 2);
		substitute(r, ')');
	} else if (lex_cursor_peek(r, 1) == '{') {
		lex_cursor_step(r);
		do {
			char c = r->s[r->p];

			depth += c == '{' ? 1 : c == '}' ? -1 : 0;
			if (c == '\\' || c == '`' || (c == '$' && lex_cursor_peek(r, 1) == '('))
				skip_special(r, end);
			else
				lex_cursor_step(r);
		} while (depth > 0 && r->p < r->n);
	} else {
		lex_cursor_steps(r, lex_cursor_peek(r, 1) != '\0' && strchr("$#?!-@*", lex_cursor_peek(r, 1)) ? 2 : 1);
	}
}

static void
skip_double(struct lex_cursor *r, char end)
{
	lex_cursor_step(r);
	while (r->p < r->n && r->s[r->p] != '"') {
		char c = r->s[r->p];

		if (c == '`' && end == '`')
			return;
		if (c == '$' || c == '`' || c == '\\')
			skip_special(r, end);
		else
			lex_cursor_step(r);
	}
	lex_cursor_steps(r, 1);
}

static bool
ends_word(const struct lex_cursor *r, char end)
{
	char c = r->s[r->p];

	/* lines may end in CR LF: a finding by itself, and no reason for others */
	if (c == '\r' && lex_cursor_peek(r, 1) == '\n')
		return true;
	return strchr(" \t\n;&|<>()", c) ? c != '\0' : c == '`' && end == '`';
}

static void
skip_word(struct lex_cursor *r, char end, bool pattern)
{
	size_t from = r->p;

	while (r->p < r->n && (!ends_word(r, end) || (pattern && lex_cursor_is_extended(r, from)))) {
		char c = r->s[r->p];

		if (c == '\'')
			lex_cursor_single(r);
		else if (c == '(')
			lex_cursor_parens(r);
		else if (c == '$' && lex_cursor_peek(r, 1) == '\'')
			lex_cursor_ansi(r);
		else if (c == '"')
			skip_double(r, end);
		else if (c == '$' || c == '`' || c == '\\')
			skip_special(r, end);
		else
			lex_cursor_step(r);
		if (lex_cursor_peek(r, 0) == '(' && r->p > from && r->s[r->p - 1] == '=' && lex_cursor_assign(r->s + from, r->p - from) == r->p - from)
			lex_cursor_parens(r);
	}
}

static struct open *
top(struct list *l)
{
	return l->depth > 0 ? &l->open[l->depth - 1] : NULL;
}

static bool
in_case(struct list *l, enum case_state state)
{
	struct open *o = top(l);

	return o && o->kind == 'c' && o->state == state;
}

static void
push(struct lex_cursor *r, struct list *l, char kind)
{
	size_t range = SIZE_MAX;

	if (l->depth == DEPTH)
		return;
	if (kind != 'c' && l->defines != SIZE_MAX) {
		range = add_range(r->out, l->defines, -1);
		l->defines = SIZE_MAX;
	}
	l->open[l->depth++] = (struct open){ kind, CASE_WORD, kind == 'c' ? r->out->groups++ : -1, range };
}

/* What is open ends with the token that was added last. */
static void
pop(struct lex_cursor *r, struct list *l, char kind)
{
	struct open *o = top(l);

	if (!o || o->kind != kind)
		return;
	if (o->range != SIZE_MAX)
		r->out->ranges[o->range].end = r->out->n - 1;
	l->depth--;
}

static void
arm_ends(struct lex_cursor *r, struct list *l)
{
	struct open *o = top(l);

	if (o->range != SIZE_MAX)
		r->out->ranges[o->range].end = r->out->n - 1;
	o->range = SIZE_MAX;
	o->state = CASE_PATTERN;
}

/* The role of a word that is a keyword where commands stand; LEX_NONE if it is not one. */
static enum lex_role
keyword(struct lex_cursor *r, struct list *l, const char *s, size_t n)
{
	static const char *const on[] = { "if", "then", "else", "elif", "do", "while", "until", "!", "{", "time" };
	static const char *const off[] = { "fi", "done", "}", "for", "select", "case", "esac", "function", "[[" };
	char word[10];

	if (n >= sizeof word)
		return LEX_NONE;
	memcpy(word, s, n);
	word[n] = '\0';
	for (size_t i = 0; i < sizeof on / sizeof *on; i++)
		if (strcmp(word, on[i]) == 0) {
			if (word[0] == '{')
				push(r, l, '{');
			return LEX_KEYWORD;
		}
	for (size_t i = 0; i < sizeof off / sizeof *off; i++)
		if (strcmp(word, off[i]) == 0) {
			l->command = false;
			if (word[0] == '}')
				pop(r, l, '{');
			else if (word[0] == '[')
				l->tests = true;
			else if (strcmp(word, "case") == 0)
				push(r, l, 'c');
			else if (strcmp(word, "esac") == 0 && in_case(l, CASE_BODY))
				arm_ends(r, l), pop(r, l, 'c');
			else if (strcmp(word, "function") == 0)
				l->named = true;
			return LEX_KEYWORD;
		}
	return LEX_NONE;
}

static bool
is_assigner(const char *s, size_t n)
{
	static const char *const names[] = { "export", "readonly", "local", "declare", "typeset" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == n && memcmp(s, names[i], n) == 0)
			return true;
	return false;
}

/* `name ()`: with r->p behind the name, step over the parentheses */
static bool
takes_parens(struct lex_cursor *r)
{
	size_t i = r->p;

	while (i < r->n && (r->s[i] == ' ' || r->s[i] == '\t'))
		i++;
	if (i >= r->n || r->s[i] != '(')
		return false;
	for (i++; i < r->n && (r->s[i] == ' ' || r->s[i] == '\t'); i++)
		;
	if (i >= r->n || r->s[i] != ')')
		return false;
	r->p = i + 1;
	return true;
}

static enum lex_role
command_role(struct lex_cursor *r, struct list *l, size_t token, const char *s, size_t n)
{
	enum lex_role role = keyword(r, l, s, n);

	if (role != LEX_NONE)
		return role;
	if (lex_cursor_assign(s, n) > 0)
		return LEX_ASSIGN;
	if (takes_parens(r)) {
		l->defines = token;
		return LEX_FUNCTION;
	}
	l->command = false;
	l->assigns = is_assigner(s, n);
	return LEX_COMMAND;
}

static enum lex_role
role_of(struct lex_cursor *r, struct list *l, size_t token)
{
	const char *s = r->s + r->out->v[token].at;
	size_t n = r->out->v[token].n;

	if (l->target) {
		l->target = false;
		return LEX_TARGET;
	}
	if (l->tests) {
		l->tests = n != 2 || memcmp(s, "]]", 2) != 0;
		return LEX_ARG;
	}
	if (l->named) {
		l->named = false;
		takes_parens(r);
		l->defines = token;
		l->command = true;
		return LEX_FUNCTION;
	}
	if (in_case(l, CASE_WORD)) {
		top(l)->state = CASE_IN;
		return LEX_ARG;
	}
	if (in_case(l, CASE_IN)) {
		top(l)->state = CASE_PATTERN;
		return LEX_KEYWORD;
	}
	if (in_case(l, CASE_PATTERN)) {
		if (n == 4 && memcmp(s, "esac", 4) == 0) {
			pop(r, l, 'c');
			l->command = false;
			return LEX_KEYWORD;
		}
		if (top(l)->range == SIZE_MAX)
			top(l)->range = add_range(r->out, token, top(l)->group);
		return LEX_PATTERN;
	}
	if (l->command)
		return command_role(r, l, token, s, n);
	return l->assigns && lex_cursor_assign(s, n) > 0 ? LEX_ASSIGN : LEX_ARG;
}

static void
read_word(struct lex_cursor *r, struct list *l)
{
	size_t token = add(r, LEX_WORD, LEX_NONE);
	bool doc = l->target && token > 0 && r->out->v[token - 1].n >= 2 && r->out->v[token - 1].kind == LEX_REDIR &&
	    strncmp(r->s + r->out->v[token - 1].at + r->out->v[token - 1].n - 2, "<<", 2) == 0;
	bool tabs = false;

	if (doc && lex_cursor_peek(r, 0) == '-') {
		tabs = true;
		lex_cursor_step(r);
	}
	skip_word(r, l->end, !l->command || in_case(l, CASE_PATTERN));
	if (r->p == r->out->v[token].at)
		lex_cursor_step(r);
	r->out->v[token].n = r->p - r->out->v[token].at;
	if (doc && r->n_docs < LEX_DOCS && (r->out->v[token - 1].n < 3 || r->s[r->out->v[token - 1].at + r->out->v[token - 1].n - 3] != '<'))
		r->docs[r->n_docs++] = (struct lex_doc){ r->out->v[token].at + tabs, r->out->v[token].n - tabs, tabs };
	r->out->v[token].role = role_of(r, l, token);
}

static void
read_redirection(struct lex_cursor *r, struct list *l)
{
	size_t token = add(r, LEX_REDIR, LEX_NONE), from = r->p;

	while (isdigit((unsigned char)lex_cursor_peek(r, 0)))
		lex_cursor_step(r);
	while (r->p < r->n && strchr("<>&|", r->s[r->p]) && r->p - from < 6 && r->s[r->p] != '\0')
		lex_cursor_step(r);
	if ((lex_cursor_peek(r, 0) == '(') && (r->s[r->p - 1] == '<' || r->s[r->p - 1] == '>'))
		lex_cursor_parens(r);
	else
		l->target = true;
	r->out->v[token].n = r->p - from;
}

static void
read_paren(struct lex_cursor *r, struct list *l)
{
	size_t token = add(r, LEX_PAREN, LEX_NONE);

	r->out->v[token].n = 1;
	if (in_case(l, CASE_PATTERN)) {
		struct open *o = top(l);

		if (r->s[r->p] == ')') {
			o->state = CASE_BODY;
			l->command = true;
			if (o->range != SIZE_MAX)
				r->out->ranges[o->range].first = r->out->n;
		}
		lex_cursor_step(r);
		return;
	}
	if (r->s[r->p] == '(' && l->command && lex_cursor_peek(r, 1) == '(' && lex_cursor_is_arithmetic(r)) {
		r->out->v[token] = (struct lex_token){ LEX_WORD, LEX_COMMAND, r->p, 2, r->line, (int)(r->p - r->bol) + 1, r->nest, false };
		lex_cursor_parens(r);
		l->command = false;
		return;
	}
	if (!l->tests) {
		l->command = r->s[r->p] == '(';
		if (l->command)
			push(r, l, '(');
		else
			pop(r, l, '(');
	}
	lex_cursor_step(r);
}

static void
read_separator(struct lex_cursor *r, struct list *l)
{
	char c = r->s[r->p], next = lex_cursor_peek(r, 1);
	bool arm = c == ';' && (next == ';' || next == '&');
	size_t token = add(r, arm ? LEX_ARM_END : LEX_SEP, LEX_NONE), n = 1;

	if (arm)
		n = next == ';' && lex_cursor_peek(r, 2) == '&' ? 3 : 2;
	else if ((c == '&' || c == '|') && (next == c || (c == '|' && next == '&')))
		n = 2;
	r->out->v[token].n = n;
	lex_cursor_steps(r, n);
	if (c == '\n')
		lex_cursor_docs(r);
	if (in_case(l, CASE_PATTERN) || (l->tests && c != '\n'))
		return;
	if (arm && in_case(l, CASE_BODY))
		arm_ends(r, l);
	l->command = c != '\n' || !in_case(l, CASE_IN);
	l->assigns = l->tests = false;
}

static bool
starts_redirection(const struct lex_cursor *r)
{
	size_t i = r->p;

	if (r->s[i] == '&')
		return i + 1 < r->n && r->s[i + 1] == '>';
	while (i < r->n && isdigit((unsigned char)r->s[i]))
		i++;
	return i < r->n && (r->s[i] == '<' || r->s[i] == '>');
}

static void
read_list(struct lex_cursor *r, char end)
{
	struct list *l = mem_alloc(sizeof *l);

	*l = (struct list){ .end = end, .command = true, .defines = SIZE_MAX };
	while (r->p < r->n) {
		char c = r->s[r->p];

		if (c == '`' && end == '`')
			break;
		if (c == ')' && end == ')' && !in_case(l, CASE_PATTERN) && !(top(l) && top(l)->kind == '('))
			break;
		if (c == ' ' || c == '\t' || c == '\r')
			lex_cursor_step(r);
		else if (c == '\\' && lex_cursor_peek(r, 1) == '\n')
			lex_cursor_steps(r, 2);
		else if (c == '#')
			while (r->p < r->n && r->s[r->p] != '\n' && !(end == '`' && r->s[r->p] == '`'))
				lex_cursor_step(r);
		else if (c == '\n' || c == ';' || (c == '&' && lex_cursor_peek(r, 1) != '>') || c == '|')
			read_separator(r, l);
		else if (starts_redirection(r) && !l->tests)
			read_redirection(r, l);
		else if (c == '(' || c == ')')
			read_paren(r, l);
		else
			read_word(r, l);
	}
	free(l);
}

void
lexer_read(struct lex *l, const char *text, size_t n)
{
	struct lex_cursor r = { .out = l, .s = text, .n = n, .line = 1 };

	*l = (struct lex){ .s = text, .size = n };
	while (r.p < r.n)
		read_list(&r, '\0');
	for (size_t i = 0; i < l->n_ranges; i++)
		if (l->ranges[i].end == SIZE_MAX)
			l->ranges[i].end = l->n;
	lex_index(l);
}
