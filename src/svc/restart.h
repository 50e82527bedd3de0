#ifndef SVC_RESTART_H
#define SVC_RESTART_H
#include <stdbool.h>
#include <stdint.h>

#include "svc/outcome.h"
#include "svc/service.h"
/*
 * When a service that ended by itself is started again: Restart=, RestartPreventExitStatus=, RestartForceExitStatus= and the limits of
 * StartLimitBurst= and StartLimitIntervalSec=, as systemd.service(5) and systemd.unit(5) have them.
 */

/* Is it to be started again after that end?  Never after a stop that was asked for: the caller knows of that. */
bool restart_wanted(const struct service *, const struct outcome *);

/* How often it was started of late; all zero at first. */
struct restart_count {
	uint64_t since;		/* when the first start that counts was; os/clock.h */
	unsigned n;
};
/* Count a start now (os/clock.h).  false: there were too many, and this one must not be. */
bool restart_allowed(struct restart_count *, const struct service *, uint64_t now);
/* The same for `burst` of anything in `span` microseconds; 0: no limit. */
bool restart_within(struct restart_count *, uint64_t span, unsigned burst, uint64_t now);

#endif
