#ifndef SVC_WORDS_H
#define SVC_WORDS_H
#include "base/buf.h"
#include "base/diag.h"
#include "base/vec.h"
#include "svc/service.h"
#include "svc/specifier.h"
/*
 * Words as systemd.syntax(7) and systemd.service(5) split them: blanks separate, 'single' and "double" quotes join, and C
 * escapes work in and out of both.  No shell is like that: a backslash before a blank stays, and does not join.
 */
enum {
	WORDS_UNQUOTE = 1,	/* quotes join words and are removed */
	WORDS_CUNESCAPE = 2,	/* \n \t \x41 \101 \u00e9 \s ...; an unknown escape is an error */
	WORDS_KEEP_UNKNOWN = 4,	/* ... or kept as it is with this */
	WORDS_RETAIN_ESCAPE = 8,	/* a backslash is a character as any other */
	WORDS_RELAX = 16	/* a quote that is never closed ends with the text */
};

/*
 * Take the next word off *p into *word, which the caller frees.  1; 0 when only blanks are left; -1 with errno EINVAL
 * for an unbalanced quote, a trailing backslash or a bad escape.  *p is where it stopped.
 */
int words_next(const char **p, char **word, unsigned flags);
/* Append the text with its C escapes taken for what they mean.  0, or -1 with errno EINVAL for a bad one. */
int words_unescape(const char *s, struct buf *out);
/* Append all words to out.  0, or -1 with errno EINVAL; those before the bad one were added. */
int words_split(struct vec *out, const char *s, unsigned flags);

/*
 * Read the value of an Exec...= line and append its commands (" ; " separates them): prefixes, quotes and escapes, %-specifiers.
 * What is wrong goes to the list of remarks.  0, or -1 when the service must not start because of it; nothing was appended
 * for the command that is wrong.
 */
int words_exec(struct service_commands *, const char *value, const struct specifier *, struct diag *, const char *file, int line);
/*
 * The argv to run: $NAME as a whole word gives the words of its value (quotes honoured), ${NAME} anywhere gives its value as it is,
 * $$ gives $.  Names that env does not have are empty.  A command with the prefix : comes out as it is.
 */
void words_expand(const struct service_command *, const struct vec *env, struct vec *out_argv);

/* Is that NAME=VALUE with a name that a shell could use, in UTF-8? */
bool words_is_assignment(const char *s);
/* Are these n bytes a name for an environment variable? */
bool words_is_name(const char *s, size_t n);

#endif
