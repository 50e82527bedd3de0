#ifndef SVC_LAUNCH_READY_H
#define SVC_LAUNCH_READY_H
#include <stdint.h>
#include <sys/types.h>

#include "os/procref.h"
/*
 * Wait until a daemon that we have just started, our child, says that it is ready: by sd_notify(3), by a newline on a
 * descriptor (s6's and OpenRC's way), or by staying alive for a time.  The wait ends at once when the daemon does.
 */
enum launch_ready_kind {
	LAUNCH_READY_ALIVE,	/* it is ready when it still lives at the end of the time */
	LAUNCH_READY_NOTIFY,
	LAUNCH_READY_NEWLINE
};

struct launch_ready {
	enum launch_ready_kind kind;
	int fd;			/* to listen at: notify socket, or the read end of a pipe; -1 for LAUNCH_READY_ALIVE */
	uid_t uid;		/* who the daemon runs as: a notifier that is gone already must have been his, or root's */
	uint64_t timeout;	/* microseconds; EXTEND_TIMEOUT_USEC= starts it anew with another length */
};

enum launch_ready_end {
	LAUNCH_READY_YES,
	LAUNCH_READY_TIMEOUT,
	LAUNCH_READY_DIED,	/* *detail is the status as wait(2) gives it */
	LAUNCH_READY_ERRNO	/* the daemon sent ERRNO=: *detail */
};

/* Returns when it is known.  The child is reaped if it dies. */
enum launch_ready_end launch_ready_wait(const struct launch_ready *, const struct procref *daemon, int *detail);

#endif
