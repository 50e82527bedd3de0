#ifndef SVC_SLICE_H
#define SVC_SLICE_H
#include "svc/cglimit.h"
#include "svc/service.h"
/*
 * Slices, systemd.slice(5): groups of services, one below the other, as directories of control groups.  "a-b.slice" lies below "a.slice".  A service
 * without Slice= lies where the slices do.
 */
enum { SLICE_PATH_MAX = 240 };

/* "a.slice/a-b.slice" for "a-b.slice", "" for the root "-.slice"; NULL for what is none, or is longer than SLICE_PATH_MAX.  The caller frees it. */
char *slice_path(const char *slice);
/* The name of the service's group below ours: "a.slice/a-b.slice/NAME", or NAME.  The caller frees it. */
char *slice_group(const struct service *);
/*
 * Set the limits that its slices' units give them; l is open, for slice_group().  The units are found as systemd finds them below root, and have drop-ins
 * in /etc/initwright/a-b.slice.d too.  As cglimit_open().
 */
char *slice_limit(struct cglimit *l, const struct service *, const char *root, struct vec *remarks);

#endif
