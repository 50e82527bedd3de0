#ifndef OS_CGROUP_H
#define OS_CGROUP_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/vec.h"
/*
 * A control group as a list of processes that none of them can leave: cgroups(7).  No controllers are used here.  Version 2 where it is
 * mounted, else a hierarchy of our own mounted at `private`: version 2, or version 1 without controllers.
 */
struct cgroup {
	int fd;			/* directory descriptor, close-on-exec; -1: there is none */
	char *path;		/* owned; absolute */
};
#define CGROUP_INIT { -1, NULL }

/* The directory under which services get their groups, found or mounted; NULL with errno when there is none to be had.  Caller frees. */
char *cgroup_base(const char *private);
/* Unmount what that mounted at `private`.  0, also when there is nothing; -1 with errno when there are groups in use (EBUSY) or it may not. */
int cgroup_unmount(const char *private);
/* Make (or open) base/name; name may hold slashes.  0, or -1 with errno. */
int cgroup_make(struct cgroup *, const char *base, const char *name);
/* Open by the path that cgroup_make() left.  0, or -1 with errno. */
int cgroup_open(struct cgroup *, const char *path);
/* Make (or open) a group below: name without a slash.  Needs no memory, and leaves path NULL.  0, or -1 with errno. */
int cgroup_sub(struct cgroup *, const struct cgroup *above, const char *name);
/*
 * Version 2: have it get these controllers from the groups above; what is not there is passed over, as systemd does.
 */
void cgroup_enable(const struct cgroup *, const struct vec *controllers);
/*
 * Let a user divide it further: the directory and what moves processes are theirs, limits are not.  It may be at most 100 groups deep then, so
 * that it can be removed again.  0, or -1 with errno.
 */
int cgroup_give(const struct cgroup *, uid_t, gid_t);
/* Put the calling process in.  0, or -1 with errno.  Async-signal-safe. */
int cgroup_join(const struct cgroup *);
/*
 * fork(2), but the child is born in the group; who enters one later waits until every processor has taken note, 10 ms and more.  -1 with errno where
 * the kernel (before 5.7), a filter of system calls or a group of version 1 does not have it: then fork and join.  The C library does not know of the child: it may do what is allowed between fork and exec, and must end by exec or _exit.
 */
pid_t cgroup_fork(const struct cgroup *);
/* Is that descriptor the group's cgroup.procs?  Async-signal-safe. */
bool cgroup_has_file(const struct cgroup *, int procs);
/* The processes inside, sub-groups included, at most max of them in pids.  How many there are (0 if the group was removed), or -1 with errno. */
ssize_t cgroup_list(const struct cgroup *, pid_t *pids, size_t max);
/* Is the process in it, or in a sub-group?  Looks through the lists of both: names of groups may occur elsewhere too. */
bool cgroup_holds(const struct cgroup *, pid_t pid);
/* Remove the group and its sub-groups, and those above while they are slices and empty, and then their empty parent.  0, or -1 with errno (EBUSY while processes are inside). */
int cgroup_remove(struct cgroup *);
void cgroup_close(struct cgroup *);

#endif
