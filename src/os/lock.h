#ifndef OS_LOCK_H
#define OS_LOCK_H
#include <stdbool.h>
#include <stdint.h>
/*
 * A lock on an open file that lives as long as the open file description: it passes through fork(2) to the child that
 * keeps the descriptor and ends with its last copy, however that process dies.  (fcntl(2): F_OFD_SETLK, Linux 3.15; before, flock(2).)
 */

/* Take the exclusive lock; fd must be open for writing.  0; -1 with errno EAGAIN when another holds it, else the reason. */
int lock_take(int fd);
/* As lock_take(), waiting for it until the deadline (os/clock.h).  -1 with errno ETIMEDOUT when it does not come. */
int lock_wait(int fd, uint64_t deadline);
/*
 * Take, or make of the exclusive lock that this open file has, one that others may share; fd must be open for reading and writing.  Who has the exclusive
 * one is waited for, so it must be a matter of a moment.  0, or -1 with errno.
 */
int lock_share(int fd);
/*
 * As lock_wait(), for the one byte at `at` only: one file serves many locks that do not meet.  This lock is the process's own (fcntl(2),
 * F_SETLK): it is not passed on by fork(2), and any close of the file in this process ends it.
 */
int lock_wait_at(int fd, int64_t at, uint64_t deadline);
/*
 * The lock that flock(1), setlock(8) and chpst(8) take, by flock(2), which has nothing to do with the others.  fd may be read-only.  0; -1 with errno
 * EAGAIN when another holds it and we are not to wait, else the reason.
 */
int lock_as_flock(int fd, bool wait);
/* Does another open file hold it?  Takes nothing; fd may be read-only.  1 yes, 0 no, -1 with errno. */
int lock_held(int fd);

#endif
