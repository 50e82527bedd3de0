#ifndef SVC_BEGIN_H
#define SVC_BEGIN_H
#include <stdbool.h>

#include "svc/outcome.h"
#include "svc/runner.h"
/*
 * The start of a service, from ExecCondition= to ExecStartPost=, up to the moment that Type= calls "started".
 */

/*
 * ctx is the runner's own, which is opened.  0 when it is up.  -1: the outcome says why not, but where *skipped is true all is well: ExecCondition= said that the service is not to be
 * started, and the outcome's text says so.
 */
int begin_service(struct runner *, struct context *, struct outcome *, bool *skipped);

#endif
