#ifndef SVC_SANDBOX_H
#define SVC_SANDBOX_H
#include <stdbool.h>

#include "os/cred.h"
#include "os/lsm.h"
#include "os/seccomp.h"
#include "svc/confine.h"
#include "svc/mounts.h"
/*
 * A service's restrictions, ready for use.  sandbox_init() resolves and compiles them; sandbox_open() makes what all commands of the
 * service share (its private directories, its network) once; svc/child.c then calls the steps, in its order, between fork and exec;
 * sandbox_close() takes the shared things away.
 */
struct sandbox_for {
	const char *name;		/* the service's, for names of directories */
	const char *root_directory;	/* NULL: / */
	const char *root_image;		/* a file with a file system, instead; NULL: none */
	const struct vec *writable;	/* directories that it may write to whatever else is said */
	const struct vec *binds;	/* SOURCE:DEST more to be mounted; NULL: none */
	bool no_new_privs;
};

struct sandbox;

/*
 * The steps, see svc/child.h, which knows them by a sandbox alone: a program that makes none is not linked with this.  Each: 0, or -1 with errno.  They use
 * memory: not after vfork(2).
 */
struct sandbox_steps {
	int (*join)(const struct sandbox *);
	int (*mount)(const struct sandbox *);
	int (*hostname)(const struct sandbox *);
	int (*users)(const struct sandbox *, const struct cred *);
	int (*label)(const struct sandbox *, enum lsm);
	int (*landlock)(const struct sandbox *);
	int (*filter)(const struct sandbox *);
};

struct sandbox {
	const struct sandbox_steps *steps;
	const struct confine *c;	/* borrowed */
	struct sandbox_for who;		/* borrowed */
	bool has_mounts, has_filter, has_hostname, has_users, has_landlock, has_ambient;
	struct mounts mounts;
	struct seccomp_program filter;
	const char *label[2];		/* by enum lsm; NULL: none */
	struct vec read, write;		/* for Landlock */
	char *tmp, *var_tmp;		/* owned: the private directories; NULL: none */
	char *culprit;			/* owned, shared with children: the path that a step could not use */
	int net_fd, ipc_fd, image_fd;	/* -1: none */
	char image[32];			/* the block device of the image */
	bool image_read_only;
	bool opened;			/* sandbox_open() has made all of it: without, the steps fail */
	struct vec remarks;		/* what this host lacks, and we go on without */
};

/*
 * Resolve.  NULL, or what is wrong ("the kernel has no seccomp"), which the caller frees.  What the host lacks is wrong, a remark or nothing, as the
 * policies have it (svc/feature.h).
 */
char *sandbox_init(struct sandbox *, const struct confine *, const struct sandbox_for *);
void sandbox_free(struct sandbox *);
/* Does it do anything? */
bool sandbox_is_needed(const struct sandbox *);
/* Make what the commands share; does nothing when it is there already.  NULL, or what is wrong; the caller frees it. */
char *sandbox_open(struct sandbox *);
/* Remove it. */
void sandbox_close(struct sandbox *);

/* The path that a step failed at, in whichever child; NULL: at none. */
const char *sandbox_culprit(const struct sandbox *);
/* Does it need no_new_privs where the program runs without CAP_SYS_ADMIN? */
bool sandbox_needs_no_new_privs(const struct sandbox *);

#endif
