#ifndef SVC_SPAWN_H
#define SVC_SPAWN_H
#include "svc/runner.h"
/*
 * The start of one command: with its environment, its streams, its control group, and its sockets.
 */

/*
 * Start one command of a list.  result: for SERVICE_RESULT= and kin in ExecStopPost=, or NULL.  The pid; -1 with *error.
 */
pid_t spawn_command(struct runner *, const struct service_command *, enum service_list, const char *result, struct child_error *error);

#endif
