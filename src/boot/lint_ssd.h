#ifndef BOOT_LINT_SSD_H
#define BOOT_LINT_SSD_H
#include "boot/lint.h"

/* Look at the calls of start-stop-daemon.  For lint_read(). */
void lint_ssd(struct lint *);

#endif
