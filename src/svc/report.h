#ifndef SVC_REPORT_H
#define SVC_REPORT_H
#include "base/buf.h"
#include "svc/client.h"

/* One line for a person on a service that has a record: "NAME is running, pid 123, for 3min: ready". */
void report_line(struct buf *out, const char *name, const struct client_state *);
/*
 * What else is known, a line each with two blanks before it: since when, memory, how its main process ended the last time, and the last
 * lines that it wrote, asked of the keeper in the run directory dir (by root) or read from what a failed service has left.
 */
void report_more(struct buf *out, const char *dir, const struct client_state *);

#endif
