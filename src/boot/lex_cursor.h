#ifndef BOOT_LEX_CURSOR_H
#define BOOT_LEX_CURSOR_H
#include "boot/lex.h"
/* A place in a shell script, and what belongs together from there on.  For boot/lexer.c. */
enum { LEX_DOCS = 8 };

/* A here-document that begins with the next line. */
struct lex_doc {
	size_t at, n;		/* the delimiter, quotes included */
	bool tabs;
};

struct lex_cursor {
	struct lex *out;	/* what is read; not owned */
	const char *s;		/* n bytes */
	size_t n, p, bol;	/* p: where we are; bol: where its line begins */
	int line, nest;
	struct lex_doc docs[LEX_DOCS];
	int n_docs;
};

/* The byte so far ahead; NUL behind the end. */
char lex_cursor_peek(const struct lex_cursor *, size_t ahead);
/* Go on, one byte, which must be there, or n as far as there are. */
void lex_cursor_step(struct lex_cursor *);
void lex_cursor_steps(struct lex_cursor *, size_t n);
/* At a single quote: behind the next one. */
void lex_cursor_single(struct lex_cursor *);
/* At a $ in front of a single quote: behind the next one without a backslash. */
void lex_cursor_ansi(struct lex_cursor *);
/* At a parenthesis of arithmetic, arrays and patterns, in which no commands stand: behind the one that closes it. */
void lex_cursor_parens(struct lex_cursor *);
/* At the parenthesis of an extended pattern, bash's @(A|B) and its like, in a word that began at `from`? */
bool lex_cursor_is_extended(const struct lex_cursor *, size_t from);
/*
 * At two parentheses: do they end as two?  Else the second opens a list in the list of the first.  It looks ahead no further than such an expression is
 * long.
 */
bool lex_cursor_is_arithmetic(const struct lex_cursor *);
/* At the start of a line: behind the here-documents that were announced. */
void lex_cursor_docs(struct lex_cursor *);
/* How long NAME=, NAME+= or NAME[...]= at the start of the word of n bytes is; 0 when it is none of them. */
size_t lex_cursor_assign(const char *s, size_t n);

#endif
