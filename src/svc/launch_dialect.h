#ifndef SVC_LAUNCH_DIALECT_H
#define SVC_LAUNCH_DIALECT_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/opt.h"
/*
 * start-stop-daemon comes in three dialects.  They differ in option letters, texts, exit codes and defaults, and in nothing
 * else: all of that is data, and here.
 */

/* What an option is, in all dialects: dpkg's letter for it, or one of these where it has none. */
enum launch_id {
	LAUNCH_ID_PIDOF = OPT_LONG, LAUNCH_ID_PID, LAUNCH_ID_PPID, LAUNCH_ID_NOTIFY_AWAIT, LAUNCH_ID_NOTIFY_TIMEOUT,
	LAUNCH_ID_REMOVE_PIDFILE, LAUNCH_ID_DIALECT, LAUNCH_ID_ENV, LAUNCH_ID_STDIN, LAUNCH_ID_STDOUT, LAUNCH_ID_STDERR,
	LAUNCH_ID_STDOUT_LOGGER, LAUNCH_ID_STDERR_LOGGER, LAUNCH_ID_WAIT, LAUNCH_ID_INTERPRETED, LAUNCH_ID_STOP_GROUP,
	LAUNCH_ID_CAPABILITIES, LAUNCH_ID_SECBITS, LAUNCH_ID_NO_NEW_PRIVS, LAUNCH_ID_OOM_SCORE_ADJ, LAUNCH_ID_NOTIFY,
	LAUNCH_ID_SCHEDULER, LAUNCH_ID_SCHEDULER_PRIORITY, LAUNCH_ID_IONICE, LAUNCH_ID_ARGV0, LAUNCH_ID_ALL_NAMESPACES,
	LAUNCH_ID_RUN_AS, LAUNCH_ID_NICE_ABSOLUTE, LAUNCH_ID_PROGRESS, LAUNCH_ID_HELP, LAUNCH_ID_VERSION
};

enum launch_text {
	LAUNCH_TEXT_ALREADY,	/* start: %w runs */
	LAUNCH_TEXT_NONE,	/* stop: no %w */
	LAUNCH_TEXT_NONE_FILE,	/* the same when %w is the process in a pidfile */
	LAUNCH_TEXT_STOPPED,	/* %w got the signal %s: pids %l */
	LAUNCH_TEXT_RETRIED,	/* again: time %n */
	LAUNCH_TEXT_SURVIVED,	/* %n processes of %w did not die */
	LAUNCH_TEXT_SURVIVED_ONE,
	LAUNCH_TEXT_WOULD,	/* test: signal %n would go to %p */
	LAUNCH_TEXT_NOT_KILLED,	/* signal to %p failed: %r */
	LAUNCH_TEXT_FAILED,	/* %n signals failed */
	LAUNCH_TEXT_NO_EXEC,	/* program %w cannot be executed: %r */
	LAUNCH_TEXT_NO_FILE,	/* program %w is not there: %r */
	LAUNCH_TEXT_NO_CHDIR,	/* directory %w cannot be entered: %r */
	LAUNCH_TEXT_NO_CHROOT,
	LAUNCH_TEXT_NO_GID,	/* gid %w cannot be set: %r */
	LAUNCH_TEXT_NO_UID,	/* user %w cannot be become: %r */
	LAUNCH_TEXT_NO_PIDFILE,	/* pidfile %w cannot be written: %r */
	LAUNCH_TEXT_BAD_PIDFILE,	/* pidfile %w cannot be read: %r */
	LAUNCH_TEXT_NO_OUTPUT,	/* output file %w cannot be opened: %r */
	LAUNCH_TEXT_NO_STEP,	/* unable to %w: %r */
	LAUNCH_TEXT_NO_USER,	/* user %w is not known */
	LAUNCH_TEXT_NO_GROUP,
	LAUNCH_TEXTS
};

enum launch_speech { LAUNCH_DPKG, LAUNCH_OPENRC, LAUNCH_BUSYBOX };

struct launch_dialect {
	char name[8];
	enum launch_speech speech;	/* for what is no data */
	const struct opt *rows;
	const struct launch_letter {
		int its, ours;		/* its id for what has another enum launch_id */
	} *letters;			/* ended by zeroes; NULL: none */
	const char *progname;		/* what goes to stderr starts with it (base/die.h) */
	int usage, fatal;		/* exit codes */
	int already, already_oknodo;	/* start: one runs */
	int none, none_oknodo;		/* stop: there is none */
	int survived;			/* stop: not all died */
	const char *chdir;		/* where the daemon starts; NULL: where we are */
	bool set_umask;			/* to 022 unless told otherwise */
	bool reset_signals;		/* INT, TERM and QUIT, when ignored, to their default */
	bool close_fds;			/* in the background, what is above 2 */
	bool session_leader;		/* in the background, the daemon leads its session */
	bool search_path;		/* a program without a slash is looked for in PATH */
	bool always_retry;		/* stop waits without --retry: signal/5 */
	bool pidfile_inside;		/* the pidfile is inside the chroot */
	bool always_cleanup;		/* stop removes the pidfile */
	bool trust_owner;		/* LAUNCH_TRUST_OWNER */
	bool stale_warns;		/* a stop by pid or pidfile alone says that it could not signal who is gone */
	struct launch_line {
		char where;		/* 'o' stdout, 'e' stderr, 0: nothing is said */
		char when;		/* 'q' also with --quiet, 'n' normally, 'v' with --verbose only */
		const char *text;
	} lines[LAUNCH_TEXTS];
};

/* dpkg's options and, as long ones, all that the other dialects have beyond them. */
extern const struct opt launch_dialect_rows[];

/* The enum launch_id, or dpkg's letter, of an option of that dialect. */
int launch_dialect_id(const struct launch_dialect *, int id);
/* The dialect of that name, or NULL. */
const struct launch_dialect *launch_dialect_find(const char *name);

struct launch_words {
	const char *what, *reason;	/* %w, %r */
	const pid_t *pids;		/* %l: " PID PID..." */
	size_t n_pids;
	pid_t pid;			/* %p */
	int signal;			/* %s */
	long number;			/* %n */
};
/* The line with its words; the caller frees it.  NULL if the dialect says nothing. */
char *launch_dialect_text(const struct launch_dialect *, enum launch_text, const struct launch_words *);

#endif
