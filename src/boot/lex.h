#ifndef BOOT_LEX_H
#define BOOT_LEX_H
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
/*
 * A shell script as tokens, for looking at it: what is a command, what an argument, what a pattern of `case`.  boot/lexer.h makes it.
 */
enum lex_kind {
	LEX_WORD,
	LEX_SEP,	/* ; & && || | |& or the end of a line */
	LEX_ARM_END,	/* ;; ;& ;;& */
	LEX_PAREN,	/* ( or ) */
	LEX_REDIR	/* > and its like, the number in front included */
};

enum lex_role {
	LEX_NONE,
	LEX_COMMAND,	/* the name of a command */
	LEX_ARG,
	LEX_ASSIGN,	/* NAME=VALUE, also behind export and its like */
	LEX_KEYWORD,	/* if, then, {, for ... */
	LEX_FUNCTION,	/* the name of a function where it is defined */
	LEX_PATTERN,	/* in an arm of case */
	LEX_TARGET	/* of a redirection */
};

struct lex_token {
	enum lex_kind kind;
	enum lex_role role;
	size_t at, n;		/* where in the text, quotes included */
	int line, column;	/* from 1 */
	int nest;		/* how many $( ) or ` ` it stands in */
	bool inside;		/* of a function or an arm of case, which may never be run */
};

/* The body of a function, or of an arm of case: the tokens from `first` to before `end`. */
struct lex_range {
	size_t name;		/* the token with the function's name, or with the first pattern */
	size_t first, end;	/* indices of tokens; first is SIZE_MAX for an arm that the text ends in before it begins */
	int group;		/* of an arm: which case, from 0; of a function: -1 */
};

/* A name that is given a value, or defined as a function. */
struct lex_name {
	const char *s;		/* in the text, n bytes */
	size_t n;
	size_t first;		/* the token of its first NAME=VALUE; of a function: its range */
	bool one;		/* it has that value only, wherever it is given one */
};

struct lex {
	const char *s;		/* the text; not owned */
	size_t size;
	struct lex_token *v;	/* owned, in the order of the text; a word comes before what is in its $( ) */
	size_t n, cap;
	struct lex_range *ranges;	/* owned, in the order of their ends */
	size_t n_ranges, cap_ranges;
	int groups;
	struct lex_name *names, *functions;	/* owned; lex_index() makes them */
	size_t n_names, n_functions;
};

/* The index of the next token on the level of token i; l->n at the end of the script or of its $( ). */
size_t lex_next(const struct lex *, size_t i);
/* The index of the argument of the command at token i that follows token `from` (i itself for the first); l->n when there is none. */
size_t lex_arg(const struct lex *, size_t i, size_t from);
/* Is it that text, as it is written? */
bool lex_is(const struct lex *, size_t i, const char *text);
/*
 * Append what the word stands for: quotes taken off, variables that the script gives one value put in.  False when that cannot be
 * known, or is longer than a kilobyte; out has then what was known so far.
 */
bool lex_expand(const struct lex *, size_t i, struct buf *out);
/* Does the script define a function of that name? The range, or NULL. */
const struct lex_range *lex_function(const struct lex *, const char *name, size_t n);
/* The first token that gives the variable a value, or NULL. */
const struct lex_token *lex_assignment(const struct lex *, const char *name, size_t n);
/* Make what the functions above look things up in, once all tokens are there.  For boot/lexer.c. */
void lex_index(struct lex *);
void lex_free(struct lex *);

#endif
