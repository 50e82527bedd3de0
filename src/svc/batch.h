#ifndef SVC_BATCH_H
#define SVC_BATCH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "svc/spool.h"
/*
 * Run many programs, each as soon as those before it have ended, in one poll(2) loop.
 */
enum batch_end {
	BATCH_WAITING,		/* not yet; after batch_run(): never, as it was stopped */
	BATCH_RUNNING,
	BATCH_SKIPPED,		/* not wanted, or nothing to run */
	BATCH_NOT_RUN,		/* err: it could not be executed */
	BATCH_ENDED,		/* status as wait(2) gives it */
	BATCH_KILLED,		/* its time ran out, and so it was ended */
	BATCH_ABANDONED		/* its time ran out, and not even SIGKILL ends it */
};

struct batch_job {
	const char *name;	/* for its output; borrowed */
	char *const *argv;	/* argv[0] is executed; NULL: a point in the order only; borrowed */
	bool alone;		/* runs while no other does, with our own standard streams; others have /dev/null and the spool */
	uint64_t limit;		/* microseconds, CLOCK_FOREVER: none */
	enum batch_end end;	/* this and what follows: results */
	int status, err;
	uint64_t began, ended;	/* os/clock.h; 0 for what did not run */
	int why;		/* whose end it waited for last, -1: nobody's */
};

struct batch_edge {
	int from, to;		/* jobs: `to` is not started before `from` has ended, however that ended */
};

struct batch {
	struct batch_job *jobs;
	size_t n;
	const struct batch_edge *edges;
	size_t n_edges;
	size_t most;		/* how many run at once */
	char *const *envp;
	const char *dir;	/* where they run */
	struct spool *spool;
	bool (*begin)(void *arg, size_t job);	/* asked right before a job starts; false skips it.  NULL: all start */
	void *arg;
	int stopped;		/* result: the signal that asked us to stop; 0: none */
};

/*
 * Run them.  All signals are blocked from the call on, and stay so; SIGTERM ends it when those that run have ended, others are ignored.
 * Where edges go round in a circle, the first job of it is started as if they did not.  A job whose time runs out gets SIGTERM,
 * and SIGKILL five seconds later, with those of its descendants that have not become daemons.
 * 0; -1 with errno when nothing can be run at all.
 */
int batch_run(struct batch *);
/* Append what became of a job: "status 3", "signal 9", "no end within 5min", or why it could not be executed. */
void batch_text(struct buf *, const struct batch_job *);

#endif
