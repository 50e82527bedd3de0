#ifndef SVC_PIDFILE_H
#define SVC_PIDFILE_H
#include <stdint.h>
#include <sys/types.h>
/*
 * Files that hold a pid.  Whoever may write such a file chooses whom root signals, so reading says how far the content
 * can be believed, and a pid that must never be signalled (below 2, beyond the kernel's limit) is never returned.
 */

enum pidfile_state {
	PIDFILE_OK,
	PIDFILE_MISSING,	/* no such file */
	PIDFILE_UNREADABLE,	/* errno says why; ELOOP, EISDIR, EINVAL (not a regular file) too */
	PIDFILE_EMPTY,		/* nothing, or white space only; /dev/null always */
	PIDFILE_GARBAGE,	/* the first word is no pid: a sign, 0, 1, overflow, "123abc" */
	PIDFILE_INSECURE	/* pid and risk are filled: use it only if something else proves the process */
};

/* Why PIDFILE_INSECURE: any of these. */
enum {
	PIDFILE_RISK_WORLD = 1,	/* everybody may write the file */
	PIDFILE_RISK_OWNER = 2,	/* its owner or group is neither root's nor the caller's nor the allowed user */
	PIDFILE_RISK_PLACE = 4,	/* such a user owns the directory or may rename in it */
	PIDFILE_RISK_LINK = 8	/* it was reached by such a user's symbolic link, or has a second name (hard link) somewhere */
};

struct pidfile {
	pid_t pid;		/* 2 .. 4194304 with PIDFILE_OK and PIDFILE_INSECURE, else 0 */
	uint64_t start;		/* the process's start time as os/proc has it, when pidfile_write() left it for this pid; else 0 */
	uid_t owner;		/* of the file */
	unsigned risk;
};

/* `allow` for pidfile_read(): nobody but root and the caller. */
#define PIDFILE_ROOT ((uid_t)-1)

/*
 * Read a pidfile: the first word is the pid; what follows is ignored, as the tools that read such files do
 * (postmaster.pid has more lines).  A link is followed; a link of a user that is not to be trusted makes it insecure.
 */
enum pidfile_state pidfile_read(const char *path, uid_t allow, struct pidfile *out);
/* The pid that the text starts with, by the rules above: 0 and *out, or the state. */
enum pidfile_state pidfile_parse(const char *text, pid_t *out);
/* "is missing", "cannot be read", "is empty", "holds no pid", "is insecure", "is fine". */
const char *pidfile_state_text(enum pidfile_state);
/*
 * Put "PID\n" there, mode 0644 whatever the umask: a temporary file, then rename(2), so that no reader sees half of it.
 * start (0: unknown) is kept beside the pid where the file system and our privileges allow it (a trusted extended attribute),
 * so that a later reader knows a recycled pid.  Nothing is written to /dev/null.  0; -1 with errno: ELOOP for a
 * symbolic link, EISDIR, EINVAL for another kind of file; the old file stays.  Async-signal-safe.
 */
int pidfile_write(const char *path, pid_t pid, uint64_t start);
/* Remove it if it still holds this pid (0: whatever it holds).  0 also when it is gone already or is /dev/null; -1 with errno. */
int pidfile_remove(const char *path, pid_t pid);
/*
 * Does some process hold a lock on the file, as daemons do that use pidfile_open(3)?  0 no; 1 yes, *holder is its pid or 0 when
 * the kernel does not tell; -1 with errno.
 */
int pidfile_locked(const char *path, pid_t *holder);

#endif
