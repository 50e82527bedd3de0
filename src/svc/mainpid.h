#ifndef SVC_MAINPID_H
#define SVC_MAINPID_H
#include "svc/runner.h"
/*
 * Which process is the service, when Type=forking leaves it behind: the one that PIDFile= names, or without one the only child that is left.
 */

/* Watch for PIDFile= from now on (inotify(7)); to be called before the daemon is started.  0, or -1 with errno. */
int mainpid_watch(struct runner *);
/* Does PIDFile= name a process that may be ours by now?  Then it is the runner's main process.  For runner_wait(). */
bool mainpid_from_file(struct runner *);
/* The only child there is.  True when it was found and noted. */
bool mainpid_guess(struct runner *);

#endif
