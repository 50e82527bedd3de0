#ifndef SVC_REPORT_H
#define SVC_REPORT_H
#include "base/buf.h"
#include "svc/client.h"
#include "svc/service.h"

/* One line for a person on a service that has a record: "NAME is running, pid 123, for 3min: ready". */
void report_line(struct buf *out, const char *name, const struct client_state *);
/*
 * The same for one without a record, which somebody else may have started: its pidfile (NULL: it has none) tells.
 */
enum report_found {
	REPORT_NOTHING,
	REPORT_DEAD,	/* the pidfile names a process that is gone */
	REPORT_UNKNOWN	/* one that lives, or it cannot be trusted */
};
enum report_found report_unrecorded(struct buf *out, const char *name, const char *pid_file);
/*
 * What else is known, a line each with two blanks before it: since when, memory, how its main process ended the last time, and the last
 * lines that it wrote, asked of the keeper in the run directory dir (by root) or read from what a failed service has left.
 */
void report_more(struct buf *out, const char *dir, const struct client_state *);

/* The directives that are not honoured, a line each, to be printed by `explain`.  How many of them would have protected.  out may be NULL. */
size_t report_ignored(struct buf *out, const struct service *);

#endif
