#ifndef BOOT_TRIAL_H
#define BOOT_TRIAL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/room.h"
/*
 * An init script put through its actions in a room (os/room.h): what each of them did.  What to make of it is boot/lint_trial.h's.
 */
enum trial_what {
	TRIAL_NO_ACTION, TRIAL_UNKNOWN,	/* called without an argument; with one that there is not */
	TRIAL_STATUS_BEFORE, TRIAL_STOP_BEFORE,
	TRIAL_START, TRIAL_STATUS, TRIAL_START_AGAIN, TRIAL_RELOAD, TRIAL_FORCE_RELOAD, TRIAL_TRY_RESTART, TRIAL_RESTART,
	TRIAL_STOP, TRIAL_STATUS_STOPPED, TRIAL_STOP_AGAIN, TRIAL_TRY_STOPPED,
	TRIAL_STATUS_KILLED, TRIAL_START_KILLED, TRIAL_STOP_LAST,	/* behind a SIGKILL to all its processes */
	TRIAL_STEPS
};

enum { TRIAL_LATE = -1, TRIAL_BROKEN = -2 };

struct trial_step {
	bool done;
	int code;		/* exit status, 128 + signal when killed; TRIAL_LATE: it did not end in time; TRIAL_BROKEN: it cannot be executed */
	int error;		/* errno for TRIAL_BROKEN, its own or its status's */
	bool asked;		/* `status` was asked for the status when all had settled */
	int status;
	bool running;		/* there are processes when all has settled */
	bool died;		/* they ended by themselves, right after it */
	bool twice;		/* those from before, and as many more of the same name */
	bool same;		/* those from before, and no others */
	unsigned late;		/* milliseconds behind its end until status, or without one the pidfile, said so; until all had ended; 0: at once */
	char left[160];		/* the names of those processes, separated by blanks */
	char output[1024];	/* the end of what it printed */
};

struct trial {
	bool ended;		/* all that made sense was tried; false: the script killed who tried it, too */
	enum trial_what now;	/* the last that was begun */
	bool no_status;		/* there is no such action: its answer is that to one that there is not */
	bool pidfile, lock;	/* it has one while it runs */
	char files[512];	/* pidfiles and lock files that are there when it was stopped, separated by blanks */
	struct trial_step v[TRIAL_STEPS];
};

struct trial_of {
	const char *root;	/* NULL: / */
	const char *name;	/* of the service */
	const char *text;	/* the script, n bytes */
	size_t n;
	uint64_t limit;		/* microseconds for one action */
};

/* 0; -1 with why when there can be no room. */
int trial_run(struct trial *, const struct trial_of *, char why[ROOM_WHY]);
/* Did it answer as to an action that there is not? */
bool trial_is_missing(const struct trial *, enum trial_what);
/* The action's name, "" for none. */
const char *trial_action(enum trial_what);

#endif
