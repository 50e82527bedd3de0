#ifndef SVC_CONTEXT_H
#define SVC_CONTEXT_H
#include "base/buf.h"
#include "base/vec.h"
#include "os/cred.h"
#include "svc/cglimit.h"
#include "svc/child.h"
#include "svc/sandbox.h"
#include "svc/service.h"
/*
 * A service's execution context, resolved: what is in the model as names and defaults is here as ids, paths and values.  Made before any
 * process, so that what is wrong is found while nothing has been changed.  The clean state that systemd gives to services is made here
 * too, whoever starts us and from where: environment, limits, groups, working directory.
 */
struct context {
	const struct service *svc;	/* borrowed */
	const char *root;		/* borrowed; where our files and the service's directories are; NULL: / */
	struct cred cred;
	struct cred stay;		/* nothing to change: for commands with the prefix + */
	struct vec env;			/* of every command, but for what context_env() adds */
	char *cwd;
	struct child_limit limits[RLIM_NLIMITS];
	char *notify_path;		/* NOTIFY_SOCKET, or NULL */
	struct caps caps;
	bool use_caps;			/* an unprivileged starter has none to set */
	struct sandbox sandbox;
	struct cglimit cglimit;
	struct vec writable, binds;	/* for the sandbox: its directories */
	char *credentials;		/* the directory of its credentials; NULL: it has none */
	int dynamic_fd;			/* holds the uid of DynamicUser=; -1 */
	int status;			/* that systemd.exec(5) has for what context_open() could not make; 1: it has none */
};

/*
 * Resolve.  NULL, or what is wrong, for "unable to start NAME: ..."; the caller frees it.  *code is then the LSB exit status:
 * 6 not configured, 4 not privileged.
 */
char *context_init(struct context *, const struct service *, const char *root, int *code);
void context_free(struct context *);
/* The path of the program of a command, looked up in SERVICE_PATH where it is a bare name: 0, or -1 with errno.  out may be NULL. */
int context_program(const struct service_command *, char *out, size_t size);
/* The first command of the start whose program cannot be executed, with errno; NULL: all can, or may fail. */
const struct service_command *context_missing(const struct service *);
/*
 * Fill a child's spec for a command.  argv and envp are borrowed by the spec.  The streams are left as CHILD_SPEC_INIT has them.
 */
void context_spec(const struct context *, const struct service_command *, enum service_list, char **argv, char **envp, struct child_spec *);
/*
 * Make what the service's commands share: its directories, its private /tmp and network, its control group limits.  NULL, or what is wrong, which the
 * caller frees.  What could not be had and is done without stands in sandbox.remarks.
 */
char *context_open(struct context *);
/* What that would make, a line each, for a person. */
void context_explain_made(const struct context *, struct buf *out);
/* Take away what context_open() made, but for the directories of RuntimeDirectory= and kin. */
void context_close(struct context *);
/* Remove the runtime directories, as RuntimeDirectoryPreserve= has it.  0, or -1 with errno. */
int context_remove_dirs(const struct context *);
/* Describe for a person: one "what: value" a line, to be printed by `explain`. */
struct buf;
void context_explain(const struct context *, struct buf *out);

#endif
