#ifndef OS_ROOM_H
#define OS_ROOM_H
#include <stddef.h>
/*
 * A throw-away copy of the machine: processes, mounts, network, IPC and host name of its own, over overlays whose upper layer is a tmpfs, so that
 * what is changed in it is gone with it.  /run, /tmp, /dev and /proc are new, the kernel's settings read-only, rights over the machine itself
 * (devices, mounts, modules, the clock) taken away from what is executed in it, and keys out of its reach.  Where there are control groups for it, it has 4096
 * processes and half of the memory that is to spare at most.  Process 1 in it reaps, and when it ends, or we do, everything in it is killed.  Needs root.
 */
enum { ROOM_WHY = 256 };

struct room {
	unsigned long outside;	/* the pid namespace that it was made from */
};

/*
 * Run `inside` in a room over the directory root (NULL: /), in a process of its own that no terminal controls, without our argument strings and
 * descriptors above 2, and wait until all is over.  What it is to leave must be in memory of room_share().  0 when it returned; -1 when the room
 * cannot be had, or it was killed: then why says so ("unable to make a private pid namespace: Invalid argument", "killed").
 */
int room_run(const char *root, void (*inside)(const struct room *, void *), void *arg, char why[ROOM_WHY]);
/* Inside: kill every process in the room but process 1 and the caller.  0, or -1 with errno EPERM outside of a room. */
int room_empty(const struct room *);
/* Zeroed memory that stays the same memory across fork(2).  NULL with errno; given back by room_unshare(). */
void *room_share(size_t);
void room_unshare(void *, size_t);

#endif
