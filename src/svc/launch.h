#ifndef SVC_LAUNCH_H
#define SVC_LAUNCH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/procref.h"
#include "svc/child.h"
#include "svc/match.h"
#include "svc/pidfile.h"
#include "svc/schedule.h"
/*
 * Find, start and stop daemons that nobody keeps: what start-stop-daemon(8), startproc(8), killproc(8) and their kin have
 * in common.  They differ in options, words and codes only, and those are in their commands.
 */

/* How much a pidfile that others may have written is worth when it is all there is to know the process by. */
enum launch_trust {
	LAUNCH_TRUST_ROOT,	/* nothing: LAUNCH_REFUSED (dpkg) */
	LAUNCH_TRUST_OWNER	/* it may name processes of the file's owner: those he could signal himself */
};

struct launch {
	struct match match;	/* match.pid and match.start are filled from the pidfile by launch_find() */
	pid_t pid;		/* the one process that is meant, given by its number; 0: none */
	const char *pidfile;	/* NULL: none; seen from our own root */
	enum launch_trust trust;
	bool fall_back;		/* without a usable pidfile, or when it names none of them, look at all processes (LSB) */

	/* launch_start() */
	struct child_spec child;
	bool background;	/* a process of its own; else this one becomes the program */
	enum launch_session {
		LAUNCH_SESSION_MEMBER,	/* in the background, it is in a new session without a leader: it can gain no terminal */
		LAUNCH_SESSION_LEADER,	/* in the background, it leads its new session */
		LAUNCH_SESSION_CALLERS	/* it stays in ours */
	} session;
	bool make_pidfile;	/* write the pid there before the program runs */
	bool watch;		/* take hold of the new process, so that launch_ready_wait() can see its end */
	bool force;		/* start it without looking whether one runs */
	void (*starting)(void *arg);	/* called when none was found, before one is started; NULL: not */
	void *starting_arg;

	/* launch_stop() */
	const struct schedule *schedule;	/* NULL: one signal, no waiting */
	int signal;
	bool test;		/* send nothing */
	enum launch_reach {
		LAUNCH_REACH_SELF,
		LAUNCH_REACH_GROUP,	/* all of the process groups that they lead, too */
		LAUNCH_REACH_SESSION	/* all of the sessions that they lead, too */
	} reach;
	bool cleanup;		/* once they are gone, remove the pidfile */
	bool progress;		/* tell LAUNCH_WAITS each second of waiting */
};

enum launch_state {
	LAUNCH_RUNNING,
	LAUNCH_DEAD_PIDFILE,	/* no process, but there is a pidfile */
	LAUNCH_DEAD,
	LAUNCH_UNKNOWN,		/* a pidfile without a pid, or processes that we may not look at */
	LAUNCH_REFUSED,		/* the pidfile is insecure: found.file.risk says how */
	LAUNCH_FAILED		/* found.err: the pidfile cannot be read, or /proc cannot */
};

enum { LAUNCH_FEW = 4 };

/* Not to be copied: pids may point into it. */
struct launch_found {
	enum launch_state state;
	struct match_pids pids;
	pid_t few[LAUNCH_FEW];
	enum pidfile_state file_state;	/* PIDFILE_MISSING where there is none to read */
	struct pidfile file;
	int err;
};

/* Call match_prepare() once before.  Fills *found, which needs launch_found_free(); at most max processes are looked for. */
enum launch_state launch_find(struct launch *, struct launch_found *found, size_t max);
/* Is the pidfile, or the pid, all there is to tell our process from others? */
bool launch_is_sole(const struct launch *);
void launch_found_free(struct launch_found *);

enum launch_result {
	LAUNCH_STARTED,
	LAUNCH_ALREADY,		/* one runs: found tells which */
	LAUNCH_NOT_FOUND_OUT,	/* found.state is LAUNCH_REFUSED or LAUNCH_FAILED: nothing was started */
	LAUNCH_LOCKED,		/* another start of it did not end in time */
	LAUNCH_NO_PIDFILE,	/* err: the pidfile could not be written; nothing runs */
	LAUNCH_NO_CHILD,	/* step and err of `error`; nothing runs, no pidfile stays */
	LAUNCH_ELSEWHERE	/* a copy of this process went on with it, and has ended: exit with `status` */
};

struct launch_started {
	enum launch_result result;
	struct launch_found found;
	struct child_error error;
	struct procref ref;	/* the new process, with background: its pid, and with `watch` a hold; close with procref_close() */
	int status;
	int lock;		/* -1, or what keeps others from starting it: close(2) when it can be found by them */
};

/*
 * Unless one runs, start one.  With background the caller is the parent of the new process and should be gone soon, or reap it.  Without it, this
 * process becomes the program, and the call returns only when that is not to be.
 */
enum launch_result launch_start(struct launch *, struct launch_started *);

#endif
