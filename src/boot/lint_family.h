#ifndef BOOT_LINT_FAMILY_H
#define BOOT_LINT_FAMILY_H
#include "boot/lint.h"

/* The function libraries that scripts read; a set. */
enum { LINT_FAMILY_LSB = 1, LINT_FAMILY_RHEL = 2, LINT_FAMILY_SUSE = 4, LINT_FAMILY_UNKNOWN = 8 };

/*
 * Find out which libraries the script reads, and look at how it reads files, and at its calls of functions that these do not have.
 * For lint_body().
 */
unsigned lint_family(struct lint *);

#endif
