#ifndef OS_LANDLOCK_H
#define OS_LANDLOCK_H
#include <stddef.h>
/* Landlock, landlock(7): rules for the file system that need no privileges and cannot be taken back. */

/* The version of the kernel's interface, from 1; -1 with errno when there is none. */
int landlock_version(void);
/*
 * From now on the calling process may only read (and execute) below the paths of `read`, and change things below those of `write`; both
 * NULL-terminated, a '-' in front of a path that may be missing.  It needs no_new_privs.  0, or -1 with errno and *bad the path that it could not use, or
 * NULL.
 */
int landlock_apply(char *const *read, char *const *write, const char **bad);

#endif
