#ifndef SVC_CGLIMIT_H
#define SVC_CGLIMIT_H
#include "os/cgctl.h"
#include "os/cgroup.h"
#include "svc/confine.h"
/* The resource limits of a service by control group: TasksMax=, MemoryMax=, CPUQuota=, DevicePolicy=, IPAddressDeny= and kin,
 * systemd.resource-control(5). */
struct cglimit {
	int fd[CGCTL_KINDS];	/* cgroup.procs of its groups; -1: none */
	char *name;		/* owned */
	bool asked_only;	/* leave out what other settings mean for devices, and OOMPolicy=: nobody is moved to another group for that */
};
#define CGLIMIT_INIT { { -1, -1, -1, -1, -1, -1 }, NULL, false }

/*
 * Make the groups and set the limits.  What this host cannot limit is treated as svc/feature.h has it: NULL, or the reason to refuse, which the
 * caller frees; remarks otherwise.
 */
char *cglimit_open(struct cglimit *, const struct confine *, const char *name, struct vec *remarks);
/*
 * Set limits of resources of a group above that of the service, which is open: only the processes of the service are put below.  `group` is the
 * beginning of its name.  As cglimit_open().
 */
char *cglimit_above(struct cglimit *, const struct confine *, const char *group, struct vec *remarks);
/*
 * Put the calling process in; it is in the group `in` (NULL: in none that is known), which is that of the controllers of version 2.  0, or -1 with
 * errno.  Async-signal-safe.
 */
int cglimit_join(const struct cglimit *, const struct cgroup *in);
/* Remove the groups, once nobody is in them. */
void cglimit_close(struct cglimit *);
/* Those that are asked for, a line each, for a person. */
struct buf;
void cglimit_explain(const struct confine *, struct buf *out);
/* Is any limit of that kind asked for, or implied? */
bool cglimit_is_needed(const struct confine *);
/*
 * Name the groups PREFIX and our pid (and pid namespace, in which alone it means something), for a command that nobody waits for, and remove what
 * is left of those before it.  To be called before cglimit_open().
 */
void cglimit_name_alone(struct cglimit *, const char *prefix);
/* The value that the kernel's file wants, or NULL when that version has no such limit.  The caller frees it. */
char *cglimit_value(enum confine_resource, const char *value, int version);

#endif
