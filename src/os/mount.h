#ifndef OS_MOUNT_H
#define OS_MOUNT_H
#include <stdbool.h>
#include <stddef.h>
/* Mounts of the calling process's own mount namespace: mount_namespaces(7). */

/* One line of /proc/self/mountinfo. */
struct mount_point {
	char *path;		/* owned */
	int id, parent;
	bool covered;		/* another mount lies over it: no path leads to it */
	unsigned long flags;	/* MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC and the atime ones, as the mount has them */
};

struct mount_table {
	struct mount_point *v;
	size_t n, cap;
};

/* What is mounted now.  0, or -1 with errno. */
int mount_read(struct mount_table *);
void mount_free(struct mount_table *);
/* Is `path` below `dir`, or the same? */
bool mount_below(const char *path, const char *dir);
/* Give a mount point other flags (the whole set).  0, or -1 with errno. */
int mount_set_flags(const char *path, unsigned long flags);
/*
 * The path with all symbolic links followed, none of which leads out of `root` (NULL: /); the answer begins with root.  The caller frees it.
 * NULL with errno.
 */
char *mount_resolve(const char *root, const char *path);
/* A mount namespace of its own for the calling process: what is mounted outside shows up in it, and nothing the other way.  0, or -1 with errno. */
int mount_unshare(void);
/* Hand mounts on, from / on: flag is MS_SHARED, MS_SLAVE or MS_PRIVATE.  0, or -1 with errno. */
int mount_propagate(unsigned long flag);
/* A new file system of a type without a device, such as tmpfs or proc.  0, or -1 with errno. */
int mount_new(const char *type, const char *dest, unsigned long flags, const char *options);
/* What is on a block device, of the first type of the kernel's that it can be.  0, or -1 with errno. */
int mount_device(const char *device, const char *dest, unsigned long flags);
/* Bind a path to another, or to itself, with what is mounted below it when `deep`.  0, or -1 with errno. */
int mount_bind(const char *source, const char *dest, bool deep);
/* Take away what is mounted at the path, if anything is. */
void mount_drop(const char *path);
/* Bind what the descriptor (O_PATH will do) is open on to dest, with what is mounted below it when `deep`.  0, or -1 with errno. */
int mount_bind_fd(int fd, const char *dest, bool deep);
/*
 * A /dev of its own at dest: a small tmpfs with null, zero, full, random, urandom, tty, what was in shm, pts, mqueue, hugepages and log.
 * 0, or -1 with errno.
 */
int mount_private_dev(const char *dest);
/* An empty file of the same kind as the one at path (directory, file, socket ...) that nobody but root may even list, below dir, made if needed. */
char *mount_blank(const char *dir, const char *path);
/* Make `dir`, a mount point, the root directory.  0, or -1 with errno. */
int mount_as_root(const char *dir);

#endif
