#ifndef SVC_LAUNCH_LOCK_H
#define SVC_LAUNCH_LOCK_H
#include <stdint.h>

#include "svc/match.h"
/*
 * Of two starts of one service at a time, one has to wait and then sees the other's process.  What is one service is said by its pidfile, else by
 * what its processes are known by.  The locks are bytes of one file that only root can open (/run/initwright/.start; other users: one in
 * $XDG_RUNTIME_DIR), so nothing is left behind and nobody else can hold them.  They end with the process or its exec.
 */

/* The byte for that service. */
int64_t launch_lock_key(const struct match *, const char *pidfile);
/* As launch_lock_take(), in the file `path` that is made if need be; it must be the caller's own. */
int launch_lock_take_in(const char *path, int64_t key, uint64_t deadline);
/*
 * Take the lock, waiting for it until the deadline.  The descriptor that holds it (close-on-exec); -1 with errno: ETIMEDOUT, or what keeps us
 * from having such a file at all (ENOENT, EROFS, EACCES ...): then nobody else has it either.
 */
int launch_lock_take(int64_t key, uint64_t deadline);

#endif
