#ifndef SVC_MAINPID_H
#define SVC_MAINPID_H
#include "svc/runner.h"
/*
 * Which process is the service, when Type=forking leaves it behind: the one that PIDFile= names, or without one the only child that is left.
 */

/* Watch for PIDFile= from now on (inotify(7)); whoever does looks once more before he waits.  0, or -1 with errno. */
int mainpid_watch(struct runner *);
/*
 * Watch no more: a user has few watches, not one for each service that runs.  The kernel may take 20 ms for it, so it is for later, when nobody
 * waits for the start any more.
 */
void mainpid_unwatch(struct runner *);
/* Does PIDFile= name a process that may be ours by now?  Then it is the runner's main process.  For runner_wait(). */
bool mainpid_from_file(struct runner *);
/* The only child there is.  True when it was found and noted. */
bool mainpid_guess(struct runner *);

#endif
