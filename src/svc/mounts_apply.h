#ifndef SVC_MOUNTS_APPLY_H
#define SVC_MOUNTS_APPLY_H
#include "svc/mounts.h"

/*
 * Enter a mount namespace and make it as planned.  Uses memory: not after vfork(2).  0, or -1 with errno and *bad (static storage, or the plan's) the
 * path that it is about.
 */
int mounts_apply(const struct mounts *, const char **bad);

#endif
