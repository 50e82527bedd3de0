#ifndef SVC_CHILD_H
#define SVC_CHILD_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "os/caps.h"
#include "os/cgroup.h"
#include "os/cred.h"
#include "os/priority.h"
/*
 * The one place that sets a child up.  Everything that needs look-ups, memory or a decision is in the spec before the fork;
 * child.c then does the steps in the order of enum child_step, each for the reason given there.
 *
 * A spec of zeroes (CHILD_SPEC_INIT) changes nothing but this: signals at their defaults, standard streams on /dev/null, all other descriptors closed.
 * Pointers are borrowed, and must stay good until the call returns.
 */

enum child_fd { CHILD_FD_NULL = -1, CHILD_FD_KEEP = -2 };	/* for stdio[]: /dev/null, or what the caller has there */

struct sandbox;
struct cglimit;

struct child_limit {
	bool set;
	struct rlimit lim;
};

struct child_spec {
	const char *path;	/* program; a bare name is searched in `search` */
	const char *search;	/* colon-separated directories for a bare name; NULL: bare names are not found */
	char *const *argv;
	char *const *envp;
	int stdio[3];		/* descriptors to become 0, 1 and 2, or an enum child_fd */
	const int *pass;	/* descriptors that stay open in the program under their numbers (above 2) */
	size_t n_pass;
	bool pass_from_3;	/* they become 3, 4 and so on, in that order; each must be 3 + n_pass or above */
	bool keep_fds;		/* close none at all */
	bool keep_signals;	/* leave ignored signals ignored and the mask as it is */
	bool ignore_sigpipe;
	bool new_session;	/* setsid(2) */
	bool set_umask;
	mode_t umask;
	const struct cgroup *cgroup;		/* NULL: stay */
	bool in_cgroup;		/* who calls child_exec() is there already */
	const struct cglimit *cglimit;		/* limits by control group; NULL: none */
	const struct child_limit *limits;	/* RLIM_NLIMITS of them by RLIMIT_ number, or NULL */
	/* priorities and limits exactly as they are here, or fail; not the nearest that the kernel grants to the starter, as systemd.exec(5) has it */
	bool exact;
	bool nice_required;	/* the nice value at least */
	bool set_oom_score;
	int oom_score;
	bool set_nice;
	int nice;		/* absolute */
	bool set_sched;
	int sched_policy, sched_priority;
	const struct priority_cpus *cpus;	/* NULL: any */
	unsigned long timer_slack_ns;	/* 0: as it is */
	int coredump_filter;	/* a bit mask; negative: as it is */
	bool set_ioprio;
	int ioprio;		/* os/priority.h */
	/*
	 * Called in the child behind its standard streams, while still root and outside the chroot; nonzero with errno ends the start.  The
	 * child may share its memory with the caller: it must be async-signal-safe and leave no lock taken.  NULL: none.
	 */
	int (*prepare)(void *arg);
	void *prepare_arg;
	const struct sandbox *sandbox;	/* svc/sandbox.h, opened; NULL: none */
	bool new_keyring;	/* a session keyring of its own, the user's */
	bool shared_keyring;	/* ... with the user's own linked in */
	const char *chroot;	/* NULL: none */
	const struct cred *cred;	/* NULL: stay who we are */
	const struct caps *caps;	/* NULL: leave them to the change of user */
	bool set_securebits;
	unsigned long securebits;
	const char *chdir;	/* as seen inside chroot; NULL: stay */
	bool chdir_first;	/* before the change of user, as start-stop-daemon(8) has it */
	bool chdir_optional;
	bool no_new_privs;
	int death_signal;	/* that it gets when its parent dies; 0: none */
	bool verify_caps;	/* look that the capability sets are as `caps` has it, and nothing more */
};
#define CHILD_SPEC_INIT { .stdio = { CHILD_FD_NULL, CHILD_FD_NULL, CHILD_FD_NULL }, .coredump_filter = -1 }

/* The steps, in their order. */
enum child_step {
	CHILD_OK,
	CHILD_FORK,
	CHILD_SESSION,		/* first, so that no terminal signal reaches a half-made child */
	CHILD_CGROUP,		/* before anything that can take long, so that a stop finds it */
	CHILD_STDIO,		/* while still root: the streams may be files that only root can open */
	CHILD_PREPARE,		/* the caller's own step, a pidfile say: with its privileges, in its root */
	CHILD_OOM, CHILD_COREDUMP, CHILD_NICE, CHILD_SCHED, CHILD_CPUS, CHILD_IOPRIO, CHILD_SLACK,
	CHILD_LIMITS,		/* these need privileges that the user will not have */
	CHILD_KEYRING,		/* the user's, made while root can give it away */
	CHILD_NETWORK,		/* namespaces that the service's commands share */
	CHILD_MOUNTS,		/* needs root; what follows is seen from inside */
	CHILD_HOSTNAME,
	CHILD_CHROOT,		/* needs root; before chdir, which is meant inside */
	CHILD_ENTER,		/* chdir_first */
	CHILD_GROUP,		/* groups before the uid: afterwards nobody may change them */
	CHILD_USERS,		/* the last namespace: in it there are no rights over the others, and all capabilities anew */
	CHILD_BOUNDING,		/* needs a capability that the user will not have */
	CHILD_USER,
	CHILD_VERIFY,		/* look that the drop happened and cannot be undone */
	CHILD_CAPS,		/* raised when the uid that would clear them is final */
	CHILD_SECUREBITS,	/* they may forbid all of the above */
	CHILD_CHDIR,		/* as the user: what the user may not enter is refused here */
	CHILD_APPARMOR, CHILD_SELINUX,	/* labels for the exec, while /proc may still be written to */
	CHILD_DEATH,		/* a change of user takes it back */
	CHILD_NO_NEW_PRIVS,
	CHILD_VERIFY_CAPS,
	CHILD_FDS,		/* behind all steps that open something */
	CHILD_LANDLOCK,		/* needs no_new_privs when there are no privileges left */
	CHILD_FILTER,		/* last: it may forbid the calls of every step above */
	CHILD_EXEC,
	CHILD_STEPS
};

struct child_error {
	enum child_step step;	/* CHILD_OK: none */
	int err;		/* errno of the step */
};

/* Become the program: the same steps in this process.  Returns only on failure, with *error filled; the process is then good only for _exit(2). */
void child_exec(const struct child_spec *, struct child_error *error);
/* The same, and the descriptor `report` (close-on-exec; -1: none) stays open on the way. */
void child_become(const struct child_spec *, int report, struct child_error *error);
/* What a step was trying to do, to stand behind "unable to ": "change to its directory". */
const char *child_step_text(enum child_step);
/* The exit status that systemd.exec(5) gives to a service that failed at the step: 200 CHDIR, 203 EXEC, ... */
int child_step_status(enum child_step);

#endif
