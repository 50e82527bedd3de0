#ifndef SVC_RECORD_H
#define SVC_RECORD_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
/*
 * The record of a running service, /run/initwright/NAME/record: what its keeper knows, for everyone to read.  The keeper holds
 * the lock on it (os/lock.h) for as long as it lives, so "is it running" is a look at that lock: no scan, no pid that could have been recycled.
 * The record is text of a fixed size, rewritten in place: that needs no space on a full disk.
 */
enum { RECORD_SIZE = 2048 };

enum record_state {
	RECORD_STARTING, RECORD_RUNNING,
	RECORD_EXITED,		/* oneshot with RemainAfterExit=: done, and counts as running */
	RECORD_STOPPING,
	RECORD_DEAD,		/* ended as it should */
	RECORD_FAILED,		/* ended otherwise; result says how */
	RECORD_RESTARTING,	/* ended, and its keeper waits until it may be started again */
	RECORD_LISTENING	/* its keeper waits for who connects; counts as running */
};

struct record {
	enum record_state state;
	pid_t keeper, main;		/* 0: none, or not known */
	uint64_t keeper_start, main_start;	/* /proc/PID/stat start ticks */
	uint64_t since;			/* microseconds since 1970: when the state began */
	bool ended;			/* the main process has ended once; then: */
	int status;			/* as wait(2) gave it */
	char result[24];		/* "success", "exit-code", "signal", "core-dump", "timeout", "exec", "protocol", "resources", ... */
	bool last_ended;		/* the main process of the run before this one failed; then: */
	int last_status;
	uint64_t last_at;		/* microseconds since 1970 */
	unsigned restarts;		/* how often its keeper has started it again */
	uint64_t oom_kills;		/* processes that the kernel killed because memory was short, since its keeper is there */
	unsigned starts;		/* how often it was started of late (svc/restart.h), and since when (os/clock.h) */
	uint64_t starts_at;
	char boot[37];			/* boot id */
	char cgroup[500];		/* absolute path, "" if none */
	char text[400];			/* what the daemon says of itself (STATUS=), or why it failed; one line */
};

/* Where a service's files are: DIR/run/initwright/NAME below root; root may be NULL.  The caller frees it. */
char *record_dir(const char *root, const char *name);
/* May that be a service's name: letters, digits, ":-_.\@+", not starting with a dot, at most 200 bytes? */
bool record_name_ok(const char *name);

/*
 * Make the directory and the record, and take its lock.  A descriptor open for reading and writing, or -1 with errno; EAGAIN: a keeper
 * has it.  The descriptor is close-on-exec.
 */
int record_create(const char *dir);
/* Open for reading.  -1 with errno; ENOENT: the service has left no record. */
int record_open(const char *dir);
/* Is a keeper holding it?  1, 0, or -1 with errno. */
int record_held(int fd);
/* Read a whole record, never a half-written one.  0, or -1 with errno (EINVAL: not a record). */
int record_read(int fd, struct record *);
/* Write it.  0, or -1 with errno.  Needs no memory. */
int record_write(int fd, const struct record *);
/* Remove the record with its directory, by whoever holds the lock. */
void record_remove(const char *dir);
/* Was the program removed for good while services ran: has its package left the mark .purged beside the directory of this record? */
bool record_purged(const char *dir);
/*
 * After that, and after record_remove(): the last service that ends leaves nothing.  What is in the directory above goes, and the directory, with the
 * mark and the private cgroup hierarchy; unless there is another service in it, or that hierarchy is still in use.
 */
void record_forget(const char *dir);
const char *record_state_name(enum record_state);

#endif
