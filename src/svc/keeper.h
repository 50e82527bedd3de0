#ifndef SVC_KEEPER_H
#define SVC_KEEPER_H
#include "svc/context.h"
#include "svc/control.h"
#include "svc/service.h"
/*
 * The keeper is the parent of a native service: it alone knows that the service died, and how.  It is a subreaper, holds the lock on the
 * record (svc/record.h), runs the Exec...= commands, hears readiness, passes output to the log, and ends when the service has ended.
 */
struct keeper_place {
	const char *root;	/* NULL: / */
	const char *dir;	/* the run directory, record_dir() */
	int record_fd;		/* from record_create(); taken over */
	int argc;		/* the process's arguments, to be overwritten for ps(1) */
	char **argv;
};

/*
 * Leave a keeper behind and wait until the service is up or has failed.  The LSB exit status; text (CONTROL_TEXT bytes)
 * says why when it is not 0, and may hold a remark when it is.
 */
int keeper_start(const struct service *, struct context *, const struct keeper_place *, char *text);
/*
 * Be the keeper in this process, streams left as they are, until the service ends or a TERM, INT or HUP comes.  The exit status of the
 * service's main process, 128 + signal, or an LSB status when it could not be started.
 */
int keeper_foreground(const struct service *, struct context *, const struct keeper_place *, char *text);

#endif
