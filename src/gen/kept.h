#ifndef GEN_KEPT_H
#define GEN_KEPT_H
#include "gen/lost.h"
#include "svc/trigger.h"
/*
 * Verdicts on the sockets and timers that start a service: they are kept with it; svrun listens, nothing keeps times.
 */

/*
 * Append those to the verdicts on the service's own lines, which some of them change.  native: for svrun, with a verdict for each line that it does
 * not honour; else LOST_ALL for a socket that the service cannot do without.  LOST_NOTE for what it can.  unit: "NAME.service".
 */
void kept_judge_service(struct lost *, const struct triggers *, const struct service *, const char *unit, bool native);
/* Append one for each line of such a unit; for an OnCalendar= the text has the line of crontab(5) that does the same. */
void kept_judge_trigger(struct lost *, const struct trigger *, bool native);

#endif
