#ifndef SVC_MOUNTS_H
#define SVC_MOUNTS_H
#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"
#include "svc/confine.h"
/*
 * What a service's own mount namespace looks like: a list of entries, one for each path that is different there.  The list is made before
 * the fork; the links in its paths are followed, and its mounts are made, in the child.  Where entries lie within each other, the longest path counts.
 */

/* In the order in which entries for one path count. */
enum mounts_kind {
	MOUNTS_INACCESSIBLE, MOUNTS_BIND, MOUNTS_TMPFS, MOUNTS_PRIVATE_DEV,
	MOUNTS_DEV, MOUNTS_SYSFS, MOUNTS_PROC, MOUNTS_RUN,	/* the host's, where a root directory has none; a /proc is always a new one */
	MOUNTS_READ_ONLY, MOUNTS_READ_WRITE, MOUNTS_NO_EXEC, MOUNTS_EXEC, MOUNTS_MQUEUE,
	MOUNTS_LEAVE		/* writable as it was: what is above does not concern it */
};

struct mounts_entry {
	enum mounts_kind kind;
	char *path;		/* owned */
	char *source;		/* MOUNTS_BIND; owned */
	char *options;		/* MOUNTS_TMPFS, MOUNTS_PROC; owned */
	bool optional;		/* no matter when it is not there */
	bool read_only, deep;
	bool no_exec, exec;
};

struct mounts {
	struct mounts_entry *v;
	size_t n, cap;
	const char *root;	/* RootDirectory=; borrowed; NULL: / */
	const char *image;	/* a block device, borrowed, with the file system that is to be the root, which is mounted at `root`; NULL: none */
	bool image_read_only;
	unsigned long propagation;	/* MS_SHARED, MS_SLAVE, MS_PRIVATE */
	bool no_suid;		/* no file gives its owner's rights */
};

/*
 * Plan it.  tmp, var_tmp: the directories for PrivateTmp= (NULL: none); writable: directories that the service may write to whatever else is said;
 * the strings are copied.
 */
void mounts_plan(struct mounts *, const struct confine *, const char *root, const char *tmp, const char *var_tmp, const struct vec *writable);
/* Add binds, each "SOURCE:DEST". */
void mounts_add_binds(struct mounts *, const struct vec *);
void mounts_free(struct mounts *);
void mounts_free_entry(struct mounts_entry *);
#endif
