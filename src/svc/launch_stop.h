#ifndef SVC_LAUNCH_STOP_H
#define SVC_LAUNCH_STOP_H
#include "svc/launch.h"
/* Stopping what svc/launch.h finds. */

/* What launch_stop() tells while it works. */
struct launch_told {
	enum launch_event {
		LAUNCH_WOULD_SIGNAL,	/* test: pid would get the signal */
		LAUNCH_SIGNALLED,	/* pids[n] got it; round counts from 0 */
		LAUNCH_NOT_SIGNALLED,	/* pid did not: err */
		LAUNCH_WAITS		/* a second has passed */
	} event;
	int signal, err, round;
	pid_t pid;
	const pid_t *pids;
	size_t n;
};

struct launch_stopped {
	enum launch_end {
		LAUNCH_STOPPED,		/* signalled; with a schedule also: gone */
		LAUNCH_NONE,		/* nobody was there to be signalled */
		LAUNCH_SURVIVED,	/* the schedule is at its end, and `left` of them live */
		LAUNCH_STOP_UNKNOWN	/* found.state says why nothing was done */
	} end;
	size_t left, failed;	/* failed: how many the last signal did not reach */
	struct launch_found found;
};

/* Signal, wait and clean up as the struct says; tell may be NULL.  out->found needs launch_found_free(). */
enum launch_end launch_stop(struct launch *, struct launch_stopped *out, void (*tell)(void *arg, const struct launch_told *), void *arg);

#endif
