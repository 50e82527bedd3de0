#ifndef SVC_PROVISION_H
#define SVC_PROVISION_H
#include "base/diag.h"
#include "base/vec.h"
#include "svc/service.h"
/*
 * What has to lie ready on the disk before a service is started for the first time, beside its script.
 */

/*
 * Make the directories of StateDirectory= and kin, but for the runtime ones, and give them to the service's user; and those by which the start of
 * other services starts this one too (RELATION_WANTS of svc/relation.h), where it is WantedBy= or RequiredBy= them.  Below another root the
 * names of that user and group mean nothing to us: there, those of a service with User= or Group= are left to its first start.
 * Each path that was not there before, parents too, is added to made, as it is inside of root (NULL: /).  What cannot be made is a
 * warning among the remarks.  make: false: only say which.
 */
void provision_directories(struct vec *made, const struct service *, const char *root, bool make, struct diag *);
/* Add the files of EnvironmentFile= that an administrator edits: those in /etc/default and /etc/sysconfig. */
void provision_defaults(struct vec *paths, const struct service *);

#endif
