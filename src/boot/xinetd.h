#ifndef BOOT_XINETD_H
#define BOOT_XINETD_H
#include <stdbool.h>

#include "base/vec.h"
/*
 * Services that xinetd(8) starts: a file each in /etc/xinetd.d, of which only the line "disable = yes|no" concerns us.  root is
 * the directory that stands for "/".
 */

/* Append the names of all of them, sorted.  A missing directory has none.  0, or -1 with errno. */
int xinetd_list(int root, struct vec *names);
/* Is the service on?  1 yes, 0 no; -1 with errno: ENOENT when there is no such service, EINVAL for a file that is no text. */
int xinetd_is_on(int root, const char *name);
/*
 * Switch it: the file is replaced whole, with its mode, all else in it unchanged.  0, or -1 with errno: EINVAL when there is no place for
 * the line.
 */
int xinetd_switch(int root, const char *name, bool on);

#endif
