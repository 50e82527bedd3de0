#ifndef SVC_PERFORM_H
#define SVC_PERFORM_H
#include <stdbool.h>

#include "svc/outcome.h"
#include "svc/runner.h"
/*
 * Runs the helper commands of a service, ExecStartPre= and kin, each to its end within its time.  What goes wrong is noted in the outcome.
 */

/*
 * One command.  0: it went well, or its failure does not count; -1: a failure that is noted; 1: it ended with *status, which is bad and is for the
 * caller to note.  stoppable: a wish to stop ends it.  TimeoutStopSec= is the limit for what belongs to stopping, TimeoutStartSec= for the rest.
 */
int perform_one(struct runner *, struct outcome *, const struct service_command *, enum service_list, bool stoppable, int *status);
/* All commands of a list, up to the first that fails.  0, or -1. */
int perform_list(struct runner *, struct outcome *, enum service_list, bool stoppable);
/* Note that a command could not be started. */
void perform_fail_spawn(struct runner *, struct outcome *, const struct service_command *, const struct child_error *);
/* Note that the kernel killed a process of it because memory was short. */
void perform_fail_oom(struct runner *, struct outcome *);
/* Note why a wait of the start ended with RUNNER_STOP. */
void perform_fail_stop(struct runner *, struct outcome *);
/* Note how a process ended, with its last words: "WHO exited with status 1: LAST WORDS". */
void perform_fail_status(struct runner *, struct outcome *, const char *who, int status);

#endif
