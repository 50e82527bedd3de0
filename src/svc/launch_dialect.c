#include "svc/launch_dialect.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"

#define COMMON_ROWS \
	{ LAUNCH_ID_DIALECT, "dialect", "NAME", "speak dpkg, openrc or busybox; must come first" }, \
	{ LAUNCH_ID_ALL_NAMESPACES, "all-namespaces", NULL, "match processes of other pid namespaces too" }

#define OPENRC_ROWS \
	{ LAUNCH_ID_CAPABILITIES, "capabilities", "LIST", "capabilities to give, as cap_iab(3) text" }, \
	{ LAUNCH_ID_SECBITS, "secbits", "BITS", "secure bits to set" }, \
	{ LAUNCH_ID_NO_NEW_PRIVS, "no-new-privs", NULL, "the program can gain no privileges" }, \
	{ LAUNCH_ID_OOM_SCORE_ADJ, "oom-score-adj", "N", "set the OOM score adjustment" }, \
	{ LAUNCH_ID_NOTIFY, "notify", "fd:N|socket:ready", "wait until the program says that it is ready" }, \
	{ LAUNCH_ID_SCHEDULER, "scheduler", "POLICY", "other, batch, idle, fifo or rr" }, \
	{ LAUNCH_ID_SCHEDULER_PRIORITY, "scheduler-priority", "N", "priority within that policy" }

const struct opt launch_dialect_rows[] = {
	{ 'S', "start", NULL, "start a program, unless a matching process runs" },
	{ 'K', "stop", NULL, "stop the matching processes" },
	{ 'T', "status", NULL, "tell by the exit status whether one runs" },
	{ LAUNCH_ID_PIDOF, "pidof", NULL, "as --status, and print the pids" },
	{ 'H', "help", NULL, "print this help" },
	{ 'V', "version", NULL, "print the version" },
	{ LAUNCH_ID_PID, "pid", "PID", "match the process with this pid" },
	{ LAUNCH_ID_PPID, "ppid", "PID", "match the children of this process" },
	{ 'p', "pidfile", "FILE", "match the process that the file names" },
	{ 'x', "exec", "PROGRAM", "match by program; also the one to start" },
	{ 'n', "name", "NAME", "match by process name" },
	{ 'u', "user", "USER", "match by owner" },
	{ 'g', "group", "GROUP", "run as this group" },
	{ 'c', "chuid", "USER[:GROUP]", "run as this user, and group" },
	{ 's', "signal", "SIGNAL", "signal to send (default TERM)" },
	{ 'a', "startas", "PROGRAM", "program to start (default: that of --exec)" },
	{ 'r', "chroot", "DIR", "change the root directory before the start" },
	{ 'd', "chdir", "DIR", "working directory (default /)" },
	{ 'N', "nicelevel", "N", "add to the nice level" },
	{ 'P', "procsched", "POLICY[:PRIORITY]", "process scheduling: other, fifo or rr" },
	{ 'I', "iosched", "CLASS[:PRIORITY]", "I/O scheduling: real-time, best-effort or idle" },
	{ 'k', "umask", "MASK", "umask of the program" },
	{ 'b', "background", NULL, "detach the program" },
	{ LAUNCH_ID_NOTIFY_AWAIT, "notify-await", NULL, "wait for a readiness notification" },
	{ LAUNCH_ID_NOTIFY_TIMEOUT, "notify-timeout", "SECONDS", "how long to wait for it (default 60)" },
	{ 'C', "no-close", NULL, "with --background, leave descriptors open" },
	{ 'O', "output", "FILE", "append standard output and error to a file" },
	{ 'm', "make-pidfile", NULL, "write the pidfile at the start" },
	{ LAUNCH_ID_REMOVE_PIDFILE, "remove-pidfile", NULL, "remove the pidfile after the stop" },
	{ 'R', "retry", "SCHEDULE", "wait for the end, and send more signals" },
	{ 't', "test", NULL, "only say what would be done" },
	{ 'o', "oknodo", NULL, "exit 0, not 1, if there was nothing to do" },
	{ 'q', "quiet", NULL, "say less" },
	{ 'v', "verbose", NULL, "say more" },
	COMMON_ROWS,
	{ LAUNCH_ID_ENV, "env", "NAME=VALUE", "add to the program's environment" },
	{ LAUNCH_ID_STDIN, "stdin", "FILE", "standard input of the program" },
	{ LAUNCH_ID_WAIT, "wait", "MS", "after a start, see whether it still runs then" },
	{ LAUNCH_ID_PROGRESS, "progress", NULL, "print a dot for each second of waiting" },
	{ LAUNCH_ID_STDOUT, "stdout", "FILE", "append standard output to a file" },
	{ LAUNCH_ID_STDERR, "stderr", "FILE", "append standard error to a file" },
	{ LAUNCH_ID_STDOUT_LOGGER, "stdout-logger", "COMMAND", "pipe standard output into a shell command" },
	{ LAUNCH_ID_STDERR_LOGGER, "stderr-logger", "COMMAND", "pipe standard error into a shell command" },
	{ LAUNCH_ID_STOP_GROUP, "stop-group", NULL, "signal the whole process group" },
	{ LAUNCH_ID_IONICE, "ionice", "CLASS[:PRIORITY]", "I/O scheduling by the class's number" },
	{ LAUNCH_ID_ARGV0, "argv0", "NAME", "what the program is told to be called" },
	OPENRC_ROWS,
	{ 0 }
};

static const struct opt openrc_rows[] = {
	{ 'S', "start", NULL, "start the program (the default)" },
	{ 'K', "stop", NULL, "stop the matching processes" },
	{ 'h', "help", NULL, "print this help" },
	{ 'V', "version", NULL, "print the version" },
	{ 'a', "startas", "NAME", "what the program is told to be called" },
	{ 'b', "background", NULL, "detach the program" },
	{ 'c', "chuid", "USER[:GROUP]", "run as this user, and group" },
	{ 'd', "chdir", "DIR", "working directory" },
	{ 'e', "env", "NAME=VALUE", "add to the program's environment" },
	{ 'g', "group", "GROUP", "run as this group" },
	{ 'G', "stop-group", NULL, "signal the whole process group" },
	{ 'i', "interpreted", NULL, "match scripts by what they are called, too" },
	{ 'I', "ionice", "CLASS[:PRIORITY]", "I/O scheduling" },
	{ 'k', "umask", "MASK", "umask of the program (default 022)" },
	{ 'm', "make-pidfile", NULL, "write the pidfile at the start" },
	{ 'n', "name", "NAME", "match by process name; argv[0] at the start" },
	{ 'N', "nicelevel", "N", "set the nice level" },
	{ 'o', "oknodo", NULL, "exit 0 if there was nothing to stop" },
	{ 'p', "pidfile", "FILE", "match the process that the file names" },
	{ 'P', "progress", NULL, "print a dot for each second of waiting" },
	{ 'q', "quiet", NULL, "say less" },
	{ 'r', "chroot", "DIR", "change the root directory before the start" },
	{ 'R', "retry", "SCHEDULE", "how to wait for the end" },
	{ 's', "signal", "SIGNAL", "signal to send (default TERM)" },
	{ 't', "test", NULL, "only say what would be done" },
	{ 'u', "user", "USER[:GROUP]", "run as this user; stop: match by owner" },
	{ 'v', "verbose", NULL, "say more" },
	{ 'w', "wait", "MS", "after a start, see whether it still runs then" },
	{ 'x', "exec", "PROGRAM", "program to start, or to match" },
	{ '0', "stdin", "FILE", "standard input of the program" },
	{ '1', "stdout", "FILE", "append standard output to a file" },
	{ '2', "stderr", "FILE", "append standard error to a file" },
	{ '3', "stdout-logger", "COMMAND", "pipe standard output into a shell command" },
	{ '4', "stderr-logger", "COMMAND", "pipe standard error into a shell command" },
	{ LAUNCH_ID_NOTIFY_TIMEOUT, "notify-timeout", "SECONDS", "how long to wait for it (default 60)" },
	OPENRC_ROWS,
	COMMON_ROWS,
	{ 0 }
};

static const struct opt busybox_rows[] = {
	{ 'S', "start", NULL, "start a program, unless a matching process runs" },
	{ 'K', "stop", NULL, "stop the matching processes" },
	{ 'u', "user", "USER", "match by owner" },
	{ 'n', "name", "NAME", "match by process name" },
	{ 'x', "exec", "PROGRAM", "match by program; also the one to start" },
	{ 'p', "pidfile", "FILE", "match the process that the file names" },
	{ 'a', "startas", "NAME", "what the program is told to be called" },
	{ 'b', "background", NULL, "detach the program" },
	{ 'O', "output", "FILE", "append standard output and error to a file" },
	{ 'N', "nicelevel", "N", "add to the nice level" },
	{ 'c', "chuid", "USER[:GROUP]", "run as this user, and group" },
	{ 'd', "chdir", "DIR", "working directory" },
	{ 'm', "make-pidfile", NULL, "write the pidfile at the start" },
	{ 's', "signal", "SIGNAL", "signal to send (default TERM)" },
	{ 'R', "retry", "SCHEDULE", "wait for the end, and send more signals" },
	{ 't', "test", NULL, "only see whether there is something to do" },
	{ 'o', "oknodo", NULL, "exit 0, not 1, if there was nothing to do" },
	{ 'v', "verbose", NULL, "say more" },
	{ 'q', "quiet", NULL, "say less" },
	{ LAUNCH_ID_HELP, "help", NULL, "print this help" },
	{ LAUNCH_ID_VERSION, "version", NULL, "print the version" },
	COMMON_ROWS,
	{ 0 }
};

static const struct launch_letter openrc_letters[] = {
	{ 'a', LAUNCH_ID_ARGV0 }, { 'c', LAUNCH_ID_RUN_AS }, { 'e', LAUNCH_ID_ENV }, { 'G', LAUNCH_ID_STOP_GROUP }, { 'h', 'H' }, { 'i', LAUNCH_ID_INTERPRETED }, { 'I', LAUNCH_ID_IONICE },
	{ 'N', LAUNCH_ID_NICE_ABSOLUTE }, { 'P', LAUNCH_ID_PROGRESS }, { 'u', LAUNCH_ID_RUN_AS }, { 'w', LAUNCH_ID_WAIT }, { '0', LAUNCH_ID_STDIN }, { '1', LAUNCH_ID_STDOUT }, { '2', LAUNCH_ID_STDERR },
	{ '3', LAUNCH_ID_STDOUT_LOGGER }, { '4', LAUNCH_ID_STDERR_LOGGER }, { 0, 0 },
};

static const struct launch_letter busybox_letters[] = { { LAUNCH_ID_HELP, 'H' }, { LAUNCH_ID_VERSION, 'V' }, { 0, 0 } };

static const struct launch_dialect dialects[] = {
	{
		.name = "dpkg", .speech = LAUNCH_DPKG, .rows = launch_dialect_rows, .progname = "start-stop-daemon", .usage = 3, .fatal = 2, .already = 1, .none = 1, .survived = 2,
		.chdir = "/", .close_fds = true, .stale_warns = true,
		.lines = {
			[LAUNCH_TEXT_ALREADY] = { 'o', 'n', "%w already running." },
			[LAUNCH_TEXT_NONE] = { 'o', 'n', "No %w found running; none killed." },
			[LAUNCH_TEXT_NONE_FILE] = { 'o', 'n', "No %w found running; none killed." },
			[LAUNCH_TEXT_STOPPED] = { 'o', 'v', "Stopped %w (pid%l)." },
			[LAUNCH_TEXT_RETRIED] = { 'o', 'v', "Stopped %w (pid%l), retry #%n." },
			[LAUNCH_TEXT_SURVIVED] = { 'o', 'n', "Program %w, %n process(es), refused to die." },
			[LAUNCH_TEXT_SURVIVED_ONE] = { 'o', 'n', "Program %w, %n process(es), refused to die." },
			[LAUNCH_TEXT_WOULD] = { 'o', 'n', "Would send signal %n to %p." },
			[LAUNCH_TEXT_NOT_KILLED] = { 'e', 'q', "warning: cannot kill %p: %r" },
			[LAUNCH_TEXT_FAILED] = { 'o', 'n', "%n pids were not killed" },
			[LAUNCH_TEXT_NO_EXEC] = { 'e', 'q', "cannot start %w (%r)" },
			[LAUNCH_TEXT_NO_FILE] = { 'e', 'q', "cannot stat %w (%r)" },
			[LAUNCH_TEXT_NO_CHDIR] = { 'e', 'q', "cannot chdir() to %w (%r)" },
			[LAUNCH_TEXT_NO_CHROOT] = { 'e', 'q', "cannot chroot() to %w (%r)" },
			[LAUNCH_TEXT_NO_GID] = { 'e', 'q', "cannot set gid to %w (%r)" },
			[LAUNCH_TEXT_NO_UID] = { 'e', 'q', "cannot set uid to %w (%r)" },
			[LAUNCH_TEXT_NO_PIDFILE] = { 'e', 'q', "cannot open pidfile '%w' for writing (%r)" },
			[LAUNCH_TEXT_BAD_PIDFILE] = { 'e', 'q', "cannot open pidfile %w (%r)" },
			[LAUNCH_TEXT_NO_OUTPUT] = { 'e', 'q', "cannot open %w (%r)" },
			[LAUNCH_TEXT_NO_STEP] = { 'e', 'q', "unable to %w (%r)" },
			[LAUNCH_TEXT_NO_USER] = { 'e', 'q', "user '%w' not found" },
			[LAUNCH_TEXT_NO_GROUP] = { 'e', 'q', "group '%w' not found" },
		},
	}, {
		.name = "openrc", .speech = LAUNCH_OPENRC, .rows = openrc_rows, .letters = openrc_letters, .progname = " * start-stop-daemon", .usage = 1, .fatal = 1, .already = 1, .already_oknodo = 1, .survived = 1,
		.set_umask = true, .reset_signals = true, .close_fds = true, .session_leader = true, .search_path = true, .pidfile_inside = true,
		.always_retry = true, .always_cleanup = true, .trust_owner = true,
		.lines = {
			[LAUNCH_TEXT_ALREADY] = { 'e', 'q', "%w is already running" },
			[LAUNCH_TEXT_NONE] = { 'e', 'n', "no matching processes found" },
			[LAUNCH_TEXT_STOPPED] = { 'o', 'v', "Will stop PID%l\nSending signal %s to PID%l" },
			[LAUNCH_TEXT_RETRIED] = { 'o', 'v', "Sending signal %s to PID%l" },
			[LAUNCH_TEXT_SURVIVED] = { 'e', 'q', "%n processes refused to stop" },
			[LAUNCH_TEXT_SURVIVED_ONE] = { 'e', 'q', "%n process refused to stop" },
			[LAUNCH_TEXT_WOULD] = { 'o', 'n', "Would send signal %n to PID %p" },
			[LAUNCH_TEXT_NOT_KILLED] = { 'e', 'q', "failed to send the signal to PID %p: %r" },
			[LAUNCH_TEXT_NO_EXEC] = { 'e', 'q', "failed to exec `%w': %r" },
			[LAUNCH_TEXT_NO_FILE] = { 'e', 'q', "%w does not exist" },
			[LAUNCH_TEXT_NO_CHDIR] = { 'e', 'q', "chdir `%w': %r" },
			[LAUNCH_TEXT_NO_CHROOT] = { 'e', 'q', "chroot `%w': %r" },
			[LAUNCH_TEXT_NO_GID] = { 'e', 'q', "unable to set groupid to %w: %r" },
			[LAUNCH_TEXT_NO_UID] = { 'e', 'q', "unable to set userid to %w: %r" },
			[LAUNCH_TEXT_NO_PIDFILE] = { 'e', 'q', "fopen `%w': %r" },
			[LAUNCH_TEXT_BAD_PIDFILE] = { 'e', 'q', "fopen `%w': %r" },
			[LAUNCH_TEXT_NO_OUTPUT] = { 'e', 'q', "open `%w': %r" },
			[LAUNCH_TEXT_NO_STEP] = { 'e', 'q', "unable to %w: %r" },
			[LAUNCH_TEXT_NO_USER] = { 'e', 'q', "user `%w' not found" },
			[LAUNCH_TEXT_NO_GROUP] = { 'e', 'q', "group `%w' not found" },
		},
	}, {
		.name = "busybox", .speech = LAUNCH_BUSYBOX, .rows = busybox_rows, .letters = busybox_letters, .progname = "start-stop-daemon", .usage = 1, .fatal = 1, .already = 1, .none = 1, .survived = 1,
		.search_path = true, .trust_owner = true, .stale_warns = true,
		.lines = {
			[LAUNCH_TEXT_ALREADY] = { 'o', 'n', "%w is already running" },
			[LAUNCH_TEXT_NONE] = { 'o', 'n', "no %w found; none killed" },
			[LAUNCH_TEXT_NONE_FILE] = { 'o', 'n', "no %w found; none killed" },
			[LAUNCH_TEXT_STOPPED] = { 'o', 'n', "stopped %w (pid%l)" },
			[LAUNCH_TEXT_RETRIED] = { 'o', 'v', "stopped %w (pid%l)" },
			[LAUNCH_TEXT_SURVIVED] = { 'e', 'q', "%w: %n processes refused to die" },
			[LAUNCH_TEXT_SURVIVED_ONE] = { 'e', 'q', "%w: %n process refused to die" },
			[LAUNCH_TEXT_WOULD] = { 'o', 'n', "stopped %w (pid %p)" },
			[LAUNCH_TEXT_NOT_KILLED] = { 'e', 'q', "warning: killing process %p: %r" },
			[LAUNCH_TEXT_NO_EXEC] = { 'e', 'q', "can't execute '%w': %r" },
			[LAUNCH_TEXT_NO_FILE] = { 'e', 'q', "can't execute '%w': %r" },
			[LAUNCH_TEXT_NO_CHDIR] = { 'e', 'q', "can't change directory to '%w': %r" },
			[LAUNCH_TEXT_NO_CHROOT] = { 'e', 'q', "can't change root directory to '%w': %r" },
			[LAUNCH_TEXT_NO_GID] = { 'e', 'q', "setgid: %r" },
			[LAUNCH_TEXT_NO_UID] = { 'e', 'q', "setuid: %r" },
			[LAUNCH_TEXT_NO_PIDFILE] = { 'e', 'q', "can't open '%w': %r" },
			[LAUNCH_TEXT_BAD_PIDFILE] = { 'e', 'q', "can't open '%w': %r" },
			[LAUNCH_TEXT_NO_OUTPUT] = { 'e', 'q', "can't open '%w': %r" },
			[LAUNCH_TEXT_NO_STEP] = { 'e', 'q', "unable to %w: %r" },
			[LAUNCH_TEXT_NO_USER] = { 'e', 'q', "unknown user %w" },
			[LAUNCH_TEXT_NO_GROUP] = { 'e', 'q', "unknown group %w" },
		},
	},
};

const struct launch_dialect *
launch_dialect_find(const char *name)
{
	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
		if (strcmp(dialects[i].name, name) == 0)
			return &dialects[i];
	return NULL;
}

int
launch_dialect_id(const struct launch_dialect *d, int id)
{
	for (const struct launch_letter *l = d->letters; l && l->its; l++)
		if (l->its == id)
			return l->ours;
	return id;
}

static void
add_word(struct buf *out, char word, const struct launch_words *w)
{
	switch (word) {
	case 'w':
		buf_str(out, w->what);
		break;
	case 'r':
		buf_str(out, w->reason);
		break;
	case 'p':
		buf_fmt(out, "%ld", (long)w->pid);
		break;
	case 's':
		buf_fmt(out, "%d", w->signal);
		break;
	case 'n':
		buf_fmt(out, "%ld", w->number);
		break;
	case 'l':
		for (size_t i = 0; i < w->n_pids; i++)
			buf_fmt(out, " %ld", (long)w->pids[i]);
		break;
	}
}

char *
launch_dialect_text(const struct launch_dialect *d, enum launch_text text, const struct launch_words *w)
{
	const struct launch_line *line = &d->lines[text];
	struct buf out = BUF_INIT;

	if (!line->where)
		return NULL;
	for (const char *s = line->text; *s; s++)
		if (*s == '%')
			add_word(&out, *++s, w);
		else
			buf_ch(&out, *s);
	return buf_take(&out);
}
