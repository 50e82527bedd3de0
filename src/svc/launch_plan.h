#ifndef SVC_LAUNCH_PLAN_H
#define SVC_LAUNCH_PLAN_H
#include <stdbool.h>

#include "base/vec.h"
#include "svc/launch.h"
#include "svc/launch_dialect.h"
#include "svc/launch_ready.h"
/*
 * From start-stop-daemon's options to what is to be found, started or stopped (svc/launch.h), by the rules of its dialect.
 */

enum launch_action { LAUNCH_ACTION_NONE, LAUNCH_ACTION_START, LAUNCH_ACTION_STOP, LAUNCH_ACTION_STATUS, LAUNCH_ACTION_PIDOF };

/* What is wrong with the options, or with what they name. */
struct launch_problem {
	enum { LAUNCH_FINE, LAUNCH_USAGE, LAUNCH_PLAIN, LAUNCH_TEXT } kind;
	const char *why;		/* LAUNCH_USAGE, LAUNCH_PLAIN */
	enum launch_text text;		/* LAUNCH_TEXT, with what and err */
	const char *what;
	int err;
};

struct launch_plan {
	const struct launch_dialect *d;
	/* options as they were given: launch_plan_store() */
	enum launch_action action;
	bool many_actions;
	const char *exec, *startas, *argv0, *name, *user, *run_as, *group, *pidfile, *pid, *ppid, *signal, *chroot, *chdir, *nice,
	    *nice_absolute, *procsched, *iosched, *ionice, *umask, *output, *retry, *notify_timeout, *in, *out, *err, *out_logger,
	    *err_logger, *wait, *capabilities, *secbits, *oom, *notify, *scheduler, *scheduler_priority;
	bool background, no_close, make_pidfile, remove_pidfile, test, oknodo, notify_await, stop_group, no_new_privs, all_namespaces,
	    progress, interpreted, quiet, verbose;
	struct vec env;
	char **args;			/* operands, NULL-terminated: what the program gets; the slot before them becomes its argv[0] */
	/* what follows from them: launch_plan_make() */
	const char *program;
	const char *what;		/* in messages of a stop */
	struct launch launch;
	struct launch_ready ready;
	bool wants_ready;
	struct cred cred;
	struct caps caps;
	struct schedule schedule;
	int pass_fd;
	char address[120];		/* NOTIFY_SOCKET, "" without */
	struct launch_problem problem;
};

/* Keep an option by its enum launch_id or dpkg's letter; false if it is none of these. */
bool launch_plan_store(struct launch_plan *, int id, const char *arg);
/*
 * Check and work out everything but the descriptors.  false with problem filled.  The plan is used once and lives as long as the process: what it
 * points to is not freed.
 */
bool launch_plan_make(struct launch_plan *);
/* Open the files, loggers, sockets and pipes that a start needs.  false with problem filled. */
bool launch_plan_open(struct launch_plan *);

#endif
