#ifndef SVC_KEEPER_H
#define SVC_KEEPER_H
#include "svc/context.h"
#include "svc/control.h"
#include "svc/service.h"
#include "svc/sockets.h"
/*
 * The keeper is the parent of a native service: it alone knows that the service died, and how.  It is a subreaper, holds the lock on the
 * record (svc/record.h), runs the Exec...= commands, hears readiness, passes output to the log, and ends when the service has ended.  It holds the
 * sockets that are passed to the service (svc/listen.h), and with them it goes on: the next who connects has the service started again.
 */
struct keeper_place {
	const char *root;	/* NULL: / */
	const char *dir;	/* the run directory, record_dir() */
	int record_fd;		/* from record_create(); taken over */
	int argc;		/* the process's arguments, to be overwritten for ps(1) */
	char **argv;
	struct sockets *sockets;	/* read, not open; NULL: it has none */
};

/*
 * Be the keeper in this process until the service has ended.  starter_fd: where who waits for the start is told (svc/control.h).  -1 is for
 * the foreground: streams stay as they are, a TERM, INT or HUP ends it, and the result is the exit status of the service's main process,
 * 128 + signal, or the LSB status of a start that failed.
 */
int keeper_run(const struct service *, struct context *, const struct keeper_place *, int starter_fd, char *text);

#endif
