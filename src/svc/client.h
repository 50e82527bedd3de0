#ifndef SVC_CLIENT_H
#define SVC_CLIENT_H
#include <stdbool.h>

#include "svc/record.h"
#include "svc/service.h"
/* What others than its keeper can know of a native service, and do for it: by its record, without a scan. */

struct client_state {
	bool recorded;		/* there is a record; rec is filled */
	bool kept;		/* its keeper lives */
	bool orphan;		/* no keeper, but the main process lives */
	struct record rec;
};

/*
 * Look at the service whose run directory is dir; when its main process ended just now, wait up to a second for what the keeper has to say
 * about it.  0; -1 with errno when the state cannot be known.
 */
int client_look(const char *dir, struct client_state *);
/* Wait until something changes in the run directory, or the deadline (os/clock.h) passes: for the moments between two states. */
void client_await(const char *dir, uint64_t deadline);
/* Is it up, with or without its keeper?  One that waits for its restart is, too: there is something to be stopped. */
bool client_is_up(const struct client_state *);
/* The same, but one that waits for its restart does not run. */
bool client_runs(const struct client_state *);
/* Is there nothing that a start would do: it runs, or has done all that it is for, or listens? */
bool client_is_started(const struct client_state *);
/*
 * Have a keeper that cannot be asked (its socket was lost with /run) end the service: it understands TERM as well.  Returns when it is gone:
 * 0, or -1 with errno.
 */
int client_end_keeper(const struct record *);
/*
 * End what a killed keeper has left behind, as it would have, and its record.  0; -1 with errno (EAGAIN: there is a keeper again; EBUSY: some
 * processes did not end).
 */
int client_end_orphans(const struct service *, const char *dir, const struct record *);

#endif
