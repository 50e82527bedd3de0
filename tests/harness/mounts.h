#ifndef HARNESS_MOUNTS_H
#define HARNESS_MOUNTS_H
#include <stdbool.h>
/*
 * The file systems of a throw-away root (throwaway.c).  `work` is a directory that mounts_work() covered with a tmpfs; the
 * new root is assembled at work/root.  Whatever fails ends the process through refuse().
 */

/* One line with the text and strerror(errno), exit 125 (throwaway.c). */
_Noreturn void refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Make every mount of this mount namespace private, also when / of this process is not a mount point. */
void mounts_private(void);
void mounts_work(const char *work);
/* The overlay over lower, and over each file system that is mounted in the host's tree (if lower is "/"). */
void mounts_root(const char *lower, const char *work);
/* Show a directory of the host at its place, as an overlay of its own. */
void mounts_show(const char *dir, const char *work);
/* Show a directory of the host at its place as it is. */
void mounts_bind(const char *dir, const char *work);
/* /proc, /sys, /dev, /run, /tmp; with cgroup2 at /sys/fs/cgroup if so. */
void mounts_kernel(const char *work, bool cgroup);
/* Make work/root the root of this process. */
void mounts_enter(const char *work);
/* Remove a cgroup with all below it; nobody is in there any more. */
void mounts_remove_cgroups(const char *cgroup);

#endif
