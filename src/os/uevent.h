#ifndef OS_UEVENT_H
#define OS_UEVENT_H
/* What the kernel says about devices that come and go: netlink(7), NETLINK_KOBJECT_UEVENT. */

/* A descriptor (close-on-exec, non-blocking) that gets readable when a device comes, goes or changes.  -1 with errno. */
int uevent_open(void);
/*
 * Take one message: 1, and in path (PATH_MAX bytes) the device that it says was removed, below /sys, or "" for any other.  0 when there is none, -1 with errno;
 * ENOBUFS: some were lost.  Only the kernel's own are believed.
 */
int uevent_removed(int fd, char *path);

#endif
