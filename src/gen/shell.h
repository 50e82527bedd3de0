#ifndef GEN_SHELL_H
#define GEN_SHELL_H
#include "base/buf.h"
#include "svc/service.h"
/*
 * Text as POSIX shells read it, and a command line of a unit as shell code.  The code expects the functions of gen/body.sh, which keep
 * the service's environment in variables env_NAME.
 */

/* Append the string as one word: as it is where that is safe, else in single quotes. */
void shell_quote(struct buf *, const char *s);
/* Append "KEY='VALUE'\n"; NULL is the empty value. */
void shell_set(struct buf *, const char *key, const char *value);
/* Does a word stand for any number of words: $NAME and nothing else? */
bool shell_splits(const struct service_command *, const char *word);
/* Append "set -- ..." lines that make "$@" the argv of the command, each line behind a tab. */
void shell_argv(struct buf *, const struct service_command *);
/* Append the text, control characters as blanks: for a comment of one line. */
void shell_comment(struct buf *, const char *text);

#endif
