#ifndef OS_LSM_H
#define OS_LSM_H
#include <stdbool.h>
/* The labels of security modules that a process takes at its next exec. */
enum lsm { LSM_APPARMOR, LSM_SELINUX };

/* Is it in use on this host? */
bool lsm_active(enum lsm);
/* Have the next exec of the calling process change to that profile or context.  0, or -1 with errno.  Async-signal-safe. */
int lsm_on_exec(enum lsm, const char *label);

#endif
