#ifndef SVC_ACCEPT_H
#define SVC_ACCEPT_H
#include "svc/outcome.h"
#include "svc/runner.h"
/*
 * Accept=yes: each connection is served by a process of its own, which gets it as a service that systemd makes for it would.
 */

/* Make room for as many as MaxConnections= lets be.  Before the loop. */
void accept_prepare(struct runner *);
/*
 * Take all who have connected and start the service's command for each; who is one too many, by MaxConnections= or MaxConnectionsPerSource=, is
 * turned away.  The outcome has failed when more come than TriggerLimitBurst= lets.
 */
void accept_take(struct runner *, struct outcome *);

#endif
