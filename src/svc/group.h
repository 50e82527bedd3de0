#ifndef SVC_GROUP_H
#define SVC_GROUP_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "os/cgroup.h"
#include "os/cred.h"
#include "svc/service.h"
/*
 * All processes of a service.  Its control group where there is one; else the descendants of its keeper, which as a subreaper
 * (prctl(2)) none of them can leave.  Needs no memory after the start.
 */
enum { GROUP_MAX = 4096 };	/* members looked at in one go; more take more rounds */

struct group {
	struct cgroup cgroup;	/* fd -1: none */
	pid_t ancestor;		/* the keeper, or 0 when only the control group counts */
	pid_t *pids;		/* room for GROUP_MAX, owned */
};

/* Take the control group over (may be CGROUP_INIT), and the ancestor's descendants. */
void group_init(struct group *, struct cgroup cgroup, pid_t ancestor);
void group_free(struct group *);
/*
 * Delegate=: the controllers that it names are there, and who the service runs as may divide the group.  0, or -1 with errno; ENOENT: it has none.
 */
int group_delegate(const struct group *, const struct service *, const struct cred *);
/* List who is there and runs (no zombie) into g->pids.  How many (at most GROUP_MAX), or -1 with errno. */
ssize_t group_list(struct group *);
/* Is that process one of them? */
bool group_has(const struct group *, pid_t pid);
/*
 * Send a signal to each of them but `spare` (0: nobody spared), each through a verified hold.  How many got it.
 */
size_t group_signal(struct group *, int sig, pid_t spare);

#endif
