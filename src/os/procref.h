#ifndef OS_PROCREF_H
#define OS_PROCREF_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
/*
 * A hold on one process, that a recycled pid cannot take over: a pidfd is opened first (pidfd_open(2), Linux 5.3), then
 * the start time is read and compared; signals go through the pidfd.  Without pidfds (fd is -1 then) the start time is compared again
 * right before each kill(2); what remains is the time between those two system calls.
 */
struct procref {
	pid_t pid;
	int fd;			/* pidfd, close-on-exec; -1 on kernels without */
	uint64_t start;		/* /proc/PID/stat field 22 */
};
#define PROCREF_INIT { 0, -1, 0 }

/*
 * Is there a process of that pid that runs (no zombie)?  Cheaper than taking hold.  1, 0 (also for the number of a mere thread), or -1 with errno.
 */
int procref_alive(pid_t pid);
/*
 * Take hold of pid, if it is there, runs (no zombie), and began at `start` (0: whenever).  pid must be above 1.
 * 0; -1 with errno ESRCH when that process is gone, EINVAL for pids that are never ours to touch.
 */
int procref_open(struct procref *, pid_t pid, uint64_t start);
/* Send it a signal (0 asks only).  0; -1 with errno ESRCH when it is gone, EPERM when we may not. */
int procref_signal(const struct procref *, int sig);
/* Is it gone?  A zombie is gone. */
bool procref_gone(const struct procref *);
/* Wait until it is gone or the deadline (os/clock.h) passes.  0 gone, -1 with errno ETIMEDOUT. */
int procref_wait(const struct procref *, uint64_t deadline);
void procref_close(struct procref *);

#endif
