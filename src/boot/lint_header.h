#ifndef BOOT_LINT_HEADER_H
#define BOOT_LINT_HEADER_H
#include "boot/facility.h"
#include "boot/lint.h"

/* Look at the LSB block and the chkconfig line; fills l->header.  For lint_read(). */
void lint_header(struct lint *, const struct facilities *);

#endif
