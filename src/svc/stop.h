#ifndef SVC_STOP_H
#define SVC_STOP_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "svc/group.h"
#include "svc/service.h"
/*
 * Ending the processes of a service by KillMode= and kin (systemd.kill(5)).  A stepper: whoever waits for the processes (the
 * keeper by SIGCHLD, a stop without a keeper by pidfds) calls stop_step() whenever something may have changed, and by stop.deadline at the latest.
 */
enum stop_state {
	STOP_WAITING,		/* signalled; step again */
	STOP_DONE,		/* all of those that KillMode= wants gone are gone */
	STOP_SURVIVED		/* some did not die, and nothing more may be sent */
};

struct stop {
	const struct service *svc;
	struct group *group;
	pid_t main;		/* 0: none, or gone */
	uint64_t main_start;
	bool killing;		/* the final signal is out */
	uint64_t deadline;	/* os/clock.h: when stop_step() wants to be called at the latest */
};

/* Send the first signal.  main may be 0. */
enum stop_state stop_begin(struct stop *, const struct service *, struct group *, pid_t main, uint64_t main_start);
/* Look who is left, go on to the final signal when the time is up. */
enum stop_state stop_step(struct stop *);
/* Begin and wait to the end, for callers that are not the parent. */
enum stop_state stop_wait(struct stop *, const struct service *, struct group *, pid_t main, uint64_t main_start);

#endif
