#ifndef BOOT_LINT_SHELL_H
#define BOOT_LINT_SHELL_H
#include "boot/lint.h"

/* Look for what only bash has in a script for any sh.  For lint_read(). */
void lint_shell(struct lint *);

#endif
