#ifndef SVC_TIES_H
#define SVC_TIES_H
#include "base/vec.h"
#include "svc/service.h"
/*
 * What a running service has to do with others, for those others to see: DIR/ties in its run directory, a line "KIND UNIT" each.  So who
 * stops, or starts, finds out whom that concerns by a look at those who run, and need not read every description there is.
 */

/* Write the file, when there is anything to say.  0, or -1 with errno. */
int ties_write(const struct service *, const char *dir);
/*
 * Add the names of the services below base (/run/initwright) that have a tie of one of these kinds (bits, 1 << enum service_dep) to a service, by its
 * name or an alias of it; never itself.  They ran when the file was written: whether they still do is for the caller to find out.
 */
void ties_find(struct vec *names, const char *base, const struct service *, unsigned kinds);

#endif
