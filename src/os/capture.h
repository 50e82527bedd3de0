#ifndef OS_CAPTURE_H
#define OS_CAPTURE_H
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
/*
 * Run a program to its end with what it prints caught, standard input /dev/null, in a process group of its own, all signals
 * at their default.  It runs as who we are; a child that needs other credentials, limits or files is svc/child's.
 */
enum capture_what {
	CAPTURE_OUTPUT,		/* standard output only */
	CAPTURE_ALL,		/* standard error with it */
	CAPTURE_KEEP		/* both, and what it leaves behind may go on printing: its end of the pipe stays open, unread, as long as we live */
};

/*
 * argv and envp as for execve(2); directory cwd (NULL: ours).  At most max bytes of output are kept, the rest is read and
 * dropped; output of processes that it leaves behind is not waited for.  At the deadline (os/clock.h) its group is killed.
 * 0 with the wait status in *status; -1 with errno: ETIMEDOUT, or the reason why it could not be run.
 */
int capture_run(const char *path, char *const argv[], char *const envp[], const char *cwd, uint64_t deadline, size_t max,
    enum capture_what, struct buf *out, int *status);
/* Run it as a child with our own standard input, output and error, our signals at their default, and wait for its end. */
int capture_none(const char *path, char *const argv[], char *const envp[], const char *cwd, int *status);

#endif
