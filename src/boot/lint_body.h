#ifndef BOOT_LINT_BODY_H
#define BOOT_LINT_BODY_H
#include "boot/lint.h"

/* Look at the actions, the libraries and their functions, lock files and kill.  For lint_read(). */
void lint_body(struct lint *);
/* Where the arm of the case for that action is ("": for any that there is not), or the one that takes the rest; 0 and 0 when there is none.  False then. */
bool lint_body_place(const struct lint *, const char *action, int *line, int *column);
/* Has the word, as it is written or as it is known to be, a prefix that everybody may write below? */
bool lint_body_is_public(const struct lint *, size_t token, size_t skip);

#endif
