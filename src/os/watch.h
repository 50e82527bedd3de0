#ifndef OS_WATCH_H
#define OS_WATCH_H
#include <stdint.h>
/* Waiting for files with inotify(7), without looking again and again. */

/*
 * A descriptor (close-on-exec, non-blocking) that gets readable when something is made, replaced, written or removed in the directory of path, or in the
 * nearest directory above it that exists.  -1 with errno.  Look at the file after watch_open(): what happened before is not told.
 */
int watch_open(const char *path);
/* Wait until it is readable (1, and forget what it said), other is (2; -1: no other), or the deadline of os/clock.h passes (0).  -1 with errno. */
int watch_wait(int fd, int other, uint64_t deadline);
/* Wait until the path exists: 0; -1 with errno ETIMEDOUT at the deadline, or what kept us from watching. */
int watch_exists(const char *path, uint64_t deadline);

#endif
