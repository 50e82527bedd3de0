#ifndef GEN_KEPT_H
#define GEN_KEPT_H
#include "gen/lost.h"
#include "svc/trigger.h"
/*
 * Verdicts on the sockets and timers that start a service: they are kept with it, and nothing listens or keeps their times.
 */

/*
 * Append one for each of them, to those on the service's own lines: LOST_ALL for a socket that the service cannot do without, LOST_NOTE for what
 * it can.  unit: "NAME.service".
 */
void kept_judge_service(struct lost *, const struct triggers *, const struct service *, const char *unit);
/* Append one for each line of such a unit; for an OnCalendar= the text has the line of crontab(5) that does the same. */
void kept_judge_trigger(struct lost *, const struct trigger *);

#endif
