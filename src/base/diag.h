#ifndef BASE_DIAG_H
#define BASE_DIAG_H
#include <stddef.h>
/*
 * What a parser has to say about its input: a list of remarks, each with file and line.  Parsers fill it and print
 * nothing; the command decides which of them the user sees.
 */
enum diag_level {
	DIAG_ERROR,	/* the input cannot be used as it is */
	DIAG_WARN,	/* it can, but not all of it does what its author meant */
	DIAG_NOTE	/* worth knowing: accepted, has no meaning here */
};

struct diag_item {
	enum diag_level level;
	char *file;	/* owned; never NULL */
	int line;	/* from 1; 0 when the remark is about the whole file */
	int column;	/* from 1; 0 when unknown */
	char *text;	/* owned; lower case, no full stop */
};

struct diag {
	struct diag_item *v;
	size_t n, cap;
	size_t errors;	/* how many of them are DIAG_ERROR */
};
#define DIAG_INIT { NULL, 0, 0, 0 }

/* The text is cut at 1 KiB; control characters in it, which may come from the input, become question marks, but for tabs and line ends. */
void diag_add(struct diag *, enum diag_level, const char *file, int line, int column, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* "FILE:LINE:COLUMN: TEXT", without the numbers that are 0, and with question marks for what is no character in FILE.  The caller frees it. */
char *diag_text(const struct diag_item *);
/* Print those of the n remarks from number `first` on that are as bad as `least` or worse, each by warn() (base/die.h). */
void diag_warn(const struct diag *, size_t first, size_t n, enum diag_level least);
/* The first that is an error; NULL if there is none. */
const struct diag_item *diag_first_error(const struct diag *);
void diag_free(struct diag *);

#endif
