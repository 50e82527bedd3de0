#ifndef SVC_LSB_H
#define SVC_LSB_H
#include "base/vec.h"
#include "svc/launch.h"
/*
 * What SUSE's startproc(8), start_daemon(8), killproc(8), checkproc(8) and pidofproc(8) have in common: they know a daemon by
 * its program's path, and by the pidfile that goes with that name.  Their exit codes are the Linux Standard Base's.
 */
enum {
	LSB_OK, LSB_FAILED, LSB_USAGE, LSB_DENIED = 4, LSB_NOT_INSTALLED = 5, LSB_NOT_RUNNING = 7,	/* of actions */
	LSB_RUNNING = 0, LSB_DEAD_PIDFILE = 1, LSB_DEAD = 3, LSB_UNKNOWN = 4				/* of a status */
};

struct lsb {
	const char *path;	/* of the program; a bare name is a process's name */
	const char *pidfile;	/* NULL: /var/run/NAME.pid, and when that names nobody a look at all processes */
	const char *root;	/* the program and pidfile are below it; NULL: / */
	struct vec ignore;	/* pidfiles of processes whose sessions are left out */
	bool by_text;		/* never look at the file: it may be on a server that does not answer */
	bool by_name;		/* by the process's name, too */
	bool name_only;		/* by the name alone: kernel threads */
	bool zombies;		/* count them as running */
};

/*
 * Fill in whom the launch is about.  What it points to is in *l and lives as long as the process.  Returns NULL, or what is wrong with an ignore
 * file or the path (freed by the caller).
 */
char *lsb_launch(const struct lsb *, struct launch *l);
/* Is there a program at the path?  Of a bare name, or one known by its text, nobody knows: then yes. */
bool lsb_installed(const struct launch *);
/* LSB_RUNNING ... LSB_UNKNOWN */
int lsb_status(enum launch_state);
/* The code of an action that failed with errno. */
int lsb_error(int err);
/* "PID PID...\n", owned by the caller. */
char *lsb_pids(const struct match_pids *);

#endif
