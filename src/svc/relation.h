#ifndef SVC_RELATION_H
#define SVC_RELATION_H
#include "base/vec.h"
#include "svc/outcome.h"
#include "svc/service.h"
/*
 * What a service's start, stop, reload and end mean for other services of this host: Requires=, Requisite=, BindsTo=, PartOf=, Conflicts=,
 * StopPropagatedFrom=, PropagatesStopTo=, ReloadPropagatedFrom=, PropagatesReloadTo=, OnFailure=, OnSuccess= of systemd.unit(5).  Others act by their init
 * scripts; those that are native are also found when it is they who name this service.
 */

/*
 * Before a start: those that it requires are started when they are native, those that it conflicts with are stopped.  NULL when it may go on; else
 * why not, which the caller frees.
 */
char *relation_before_start(const struct service *);
/*
 * After a start: start those that were installed as WantedBy= or RequiredBy= it, by name.  Each has a directory of its name in RELATION_WANTS, made by
 * svc/provision.h.
 */
#define RELATION_WANTS "/etc/initwright/%s.wants"	/* NAME of the one whose start counts */
void relation_start_wanted(const struct service *);
/* Those that run and are to stop with it; the names are sorted. */
void relation_followers(struct vec *names, const struct service *);
/* Have them do the action, one after the other.  How many failed. */
size_t relation_call(const struct service *, const struct vec *names, const char *action);
/* Those that run and are to reload with it. */
void relation_reloaders(struct vec *names, const struct service *);
/*
 * For the keeper, when the service has ended: those that are bound to it are told to stop, and what is to be started now is.  Waits for nobody.
 */
void relation_after_end(const struct service *, const struct outcome *);

#endif
