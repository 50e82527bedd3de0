#ifndef SVC_LISTEN_H
#define SVC_LISTEN_H
#include "svc/outcome.h"
#include "svc/runner.h"
/*
 * The keeper's part of socket activation: sockets are opened before the first start of the service, with the commands of their units around that, and
 * closed when it has ended for good.
 */

/* 0; -1 when the outcome says why not, and then none is open.  What could not be had and is done without is logged. */
int listen_open(struct runner *, struct outcome *);
/* The other way round. */
void listen_close(struct runner *, struct outcome *);
/* Wait until somebody connects.  false: it is to be stopped instead.  Who wants a reload is refused meanwhile. */
bool listen_await(struct runner *);
/* Serve each who connects, until it is to be stopped, somebody wants a reload, or the outcome has failed. */
void listen_serve(struct runner *, struct outcome *);

#endif
