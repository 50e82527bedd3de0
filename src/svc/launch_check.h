#ifndef SVC_LAUNCH_CHECK_H
#define SVC_LAUNCH_CHECK_H
#include "base/buf.h"
#include "svc/launch.h"
/* Why a pidfile's process is, or is not, the service that is meant: each rule with its answer. */

struct launch_check {
	struct launch *launch;		/* with a pidfile; match_prepare() done */
	bool lock;			/* the process must hold a lock on the pidfile */
	bool age;			/* the file must have been written after the process began: else the pid is a recycled one */

	/* launch_check_run() */
	enum launch_state state;
	struct pidfile file;
	enum pidfile_state file_state;
	pid_t pid;			/* 0: the file gave none */
	uint64_t start;			/* its start time; 0: it is gone */
	struct { bool asked; enum match_answer answer; } rules[MATCH_RULES];
	enum match_answer locked, aged;
	pid_t holder;			/* of the lock; 0: nobody, or nobody known */
	int64_t age_us;			/* how long after the process's begin the file was written */
};

/* Answer all of it, and say in `state` what comes out. */
enum launch_state launch_check_run(struct launch_check *);
/* As lines "WHAT: ANSWER", for people. */
void launch_check_explain(const struct launch_check *, struct buf *out);
/* As one JSON object and a newline. */
void launch_check_json(const struct launch_check *, struct buf *out);

#endif
