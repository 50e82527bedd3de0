#ifndef OS_CGCTL_H
#define OS_CGCTL_H
#include <sys/types.h>
/*
 * Limits by control group, cgroups(7): version 2 where the controller is there, else the controller's own version 1 hierarchy.  A service's
 * groups in them are called initwright/NAME, and NAME in the hierarchy that os/cgroup.h has mounted, where it has; NAME may hold slashes.  Devices are version 1's if it is
 * there; version 2 has no controller for them, but programs: os/devcg.h.  Addresses are version 2's, by programs: os/netcg.h.
 */
enum cgctl { CGCTL_CPU, CGCTL_MEMORY, CGCTL_PIDS, CGCTL_IO, CGCTL_DEVICES, CGCTL_ADDRESSES, CGCTL_KINDS };

/* In which version is that controller here: 2, 1, or 0 when it is not. */
int cgctl_version(enum cgctl);
/*
 * Make the group (if it is not there) and set a value in it.  v2 and v1 are the names of the file in either version; NULL: that version
 * has no such limit.  0; -1 with errno ENOTSUP when the version has no such limit, or what the kernel says.
 */
int cgctl_set(enum cgctl, const char *name, const char *v2, const char *v1, const char *value);
/* Make the group (if it is not there).  Its directory, which the caller frees, and the version; or NULL with errno. */
char *cgctl_make(enum cgctl, const char *name, int *version);
/* A descriptor on the group's cgroup.procs for cgctl_join(), close-on-exec; -1 with errno. */
int cgctl_open(enum cgctl, const char *name);
/* The same of the directory that cgctl_make() gave. */
int cgctl_open_in(const char *dir);
/* Put the calling process in.  0, or -1 with errno.  Async-signal-safe. */
int cgctl_join(int fd);
/* Remove the group, and those above that it leaves empty.  0 also when it is not there; -1 with errno. */
int cgctl_remove(enum cgctl, const char *name);
/* Remove the empty groups PREFIX<pid> of processes that are no more. */
void cgctl_sweep(enum cgctl, const char *prefix);

#endif
