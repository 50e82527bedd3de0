#include "svc/launch_dialect.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"

static const struct launch_dialect dialects[] = {
	{
		.name = "dpkg", .prefix = "start-stop-daemon: ", .usage = 3, .fatal = 2, .already = 1, .none = 1, .survived = 2,
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
			[LAUNCH_TEXT_NO_PIDFILE] = { 'e', 'q', "cannot open pidfile '%w' for writing (%r)" },
			[LAUNCH_TEXT_BAD_PIDFILE] = { 'e', 'q', "cannot open pidfile %w (%r)" },
			[LAUNCH_TEXT_NO_OUTPUT] = { 'e', 'q', "cannot open %w (%r)" },
			[LAUNCH_TEXT_NO_STEP] = { 'e', 'q', "unable to %w (%r)" },
			[LAUNCH_TEXT_NO_USER] = { 'e', 'q', "user '%w' not found" },
			[LAUNCH_TEXT_NO_GROUP] = { 'e', 'q', "group '%w' not found" },
		},
	}, {
		.name = "openrc", .prefix = " * start-stop-daemon: ", .usage = 1, .fatal = 1, .already = 1, .already_oknodo = 1, .survived = 1,
		.set_umask = true, .reset_signals = true, .close_fds = true, .search_path = true, .always_retry = true, .always_cleanup = true,
		.trust_owner = true,
		.lines = {
			[LAUNCH_TEXT_ALREADY] = { 'e', 'q', "%w is already running" },
			[LAUNCH_TEXT_NONE] = { 'e', 'n', "no matching processes found" },
			[LAUNCH_TEXT_STOPPED] = { 'o', 'v', "Sent the signal to PID%l" },
			[LAUNCH_TEXT_RETRIED] = { 'o', 'v', "Sent the signal to PID%l" },
			[LAUNCH_TEXT_SURVIVED] = { 'e', 'q', "%n processes refused to stop" },
			[LAUNCH_TEXT_SURVIVED_ONE] = { 'e', 'q', "%n process refused to stop" },
			[LAUNCH_TEXT_WOULD] = { 'o', 'n', "Would send signal %n to PID %p" },
			[LAUNCH_TEXT_NOT_KILLED] = { 'e', 'q', "failed to send the signal to PID %p: %r" },
			[LAUNCH_TEXT_NO_EXEC] = { 'e', 'q', "failed to exec `%w': %r" },
			[LAUNCH_TEXT_NO_FILE] = { 'e', 'q', "%w does not exist" },
			[LAUNCH_TEXT_NO_CHDIR] = { 'e', 'q', "chdir `%w': %r" },
			[LAUNCH_TEXT_NO_CHROOT] = { 'e', 'q', "chroot `%w': %r" },
			[LAUNCH_TEXT_NO_PIDFILE] = { 'e', 'q', "fopen `%w': %r" },
			[LAUNCH_TEXT_BAD_PIDFILE] = { 'e', 'q', "fopen `%w': %r" },
			[LAUNCH_TEXT_NO_OUTPUT] = { 'e', 'q', "open `%w': %r" },
			[LAUNCH_TEXT_NO_STEP] = { 'e', 'q', "unable to %w: %r" },
			[LAUNCH_TEXT_NO_USER] = { 'e', 'q', "user `%w' not found" },
			[LAUNCH_TEXT_NO_GROUP] = { 'e', 'q', "group `%w' not found" },
		},
	}, {
		.name = "busybox", .prefix = "start-stop-daemon: ", .usage = 1, .fatal = 1, .already = 1, .none = 1, .survived = 1,
		.search_path = true, .trust_owner = true, .stale_warns = true,
		.lines = {
			[LAUNCH_TEXT_ALREADY] = { 'o', 'n', "%w is already running" },
			[LAUNCH_TEXT_NONE] = { 'o', 'n', "no %w found; none killed" },
			[LAUNCH_TEXT_NONE_FILE] = { 'o', 'n', "no %w found; none killed" },
			[LAUNCH_TEXT_STOPPED] = { 'o', 'n', "stopped %w (pid%l)" },
			[LAUNCH_TEXT_RETRIED] = { 'o', 'v', "stopped %w (pid%l)" },
			[LAUNCH_TEXT_SURVIVED] = { 'e', 'q', "%w: %n processes refused to die" },
			[LAUNCH_TEXT_SURVIVED_ONE] = { 'e', 'q', "%w: %n process refused to die" },
			[LAUNCH_TEXT_NOT_KILLED] = { 'e', 'q', "warning: killing process %p: %r" },
			[LAUNCH_TEXT_NO_EXEC] = { 'e', 'q', "can't execute '%w': %r" },
			[LAUNCH_TEXT_NO_FILE] = { 'e', 'q', "can't execute '%w': %r" },
			[LAUNCH_TEXT_NO_CHDIR] = { 'e', 'q', "can't change directory to '%w': %r" },
			[LAUNCH_TEXT_NO_CHROOT] = { 'e', 'q', "can't change root directory to '%w': %r" },
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
	if (line->where == 'e')
		buf_str(&out, d->prefix);
	for (const char *s = line->text; *s; s++)
		if (*s == '%')
			add_word(&out, *++s, w);
		else
			buf_ch(&out, *s);
	buf_ch(&out, '\n');
	return buf_take(&out);
}
