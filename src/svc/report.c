#include "svc/report.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/mem.h"
#include "base/timespan.h"
#include "base/utf8.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/sig.h"
#include "svc/control.h"
#include "svc/pidfile.h"

static void
say_pid(struct buf *b, const struct record *r)
{
	uint64_t now = clock_wall();

	if (r->main)
		buf_fmt(b, ", pid %ld", (long)r->main);
	if (r->since && r->since + 1000000 <= now) {
		char *span = timespan_text((now - r->since) / 1000000 * 1000000);

		buf_fmt(b, ", for %s", span);
		free(span);
	}
	if (*r->text)
		buf_fmt(b, ": %s", r->text);
}

void
report_line(struct buf *b, const char *name, const struct client_state *s)
{
	if (s->kept) {
		buf_fmt(b, "%s is %s", name, s->rec.state == RECORD_EXITED ? "up (its command has ended well)" :
		    record_state_name(s->rec.state));
		say_pid(b, &s->rec);
	} else if (s->orphan) {
		buf_fmt(b, "%s is running, but has lost its keeper", name);
		say_pid(b, &s->rec);
	} else {
		buf_fmt(b, "%s is dead", name);
		if (*s->rec.text)
			buf_fmt(b, ": %s", s->rec.text);
	}
	buf_ch(b, '\n');
}

enum report_found
report_unrecorded(struct buf *b, const char *name, const char *pid_file)
{
	enum pidfile_state state = PIDFILE_MISSING;
	struct pidfile p;

	if (pid_file)
		state = pidfile_read(pid_file, PIDFILE_ROOT, &p);
	if (state == PIDFILE_MISSING) {
		buf_fmt(b, "%s is not running\n", name);
		return REPORT_NOTHING;
	}
	if (p.pid && proc_alive(p.pid, 0) == 1) {
		buf_fmt(b, "%s was not started by svrun, but process %ld of %s runs\n", name, (long)p.pid, pid_file);
		return REPORT_UNKNOWN;
	}
	buf_fmt(b, "%s is not running, and %s ", name, pid_file);
	if (state == PIDFILE_OK || state == PIDFILE_INSECURE) {
		buf_str(b, "names a dead process\n");
		return REPORT_DEAD;
	}
	buf_fmt(b, "%s\n", pidfile_state_text(state));
	return REPORT_UNKNOWN;
}

static void
say_time(struct buf *b, uint64_t us)
{
	time_t t = (time_t)(us / 1000000);
	struct tm tm;

	if (localtime_r(&t, &tm))
		buf_fmt(b, "%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	else
		buf_ch(b, '?');
}

static void
say_exit(struct buf *b, int status, uint64_t when)
{
	if (WIFSIGNALED(status))
		buf_fmt(b, "  last exit  killed by signal %d (%s), ", WTERMSIG(status), sig_name(WTERMSIG(status)));
	else
		buf_fmt(b, "  last exit  status %d, ", WEXITSTATUS(status));
	say_time(b, when);
	buf_ch(b, '\n');
}

/* each line of theirs made safe for a terminal */
static void
say_log(struct buf *b, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char line[CONTROL_TEXT];

		utf8_clean(line, sizeof line, text, n);
		buf_fmt(b, "  log        %s\n", line);
		text += n + (text[n] == '\n');
	}
}

static void
find_log(struct buf *b, const char *dir, const struct client_state *s)
{
	char *path = mem_fmt("%s/%s", dir, s->kept ? "control" : "log"), text[CONTROL_TEXT] = "";
	struct buf left = BUF_INIT;

	if (s->kept) {
		if (control_ask(path, CONTROL_LOG, text) == 0)
			say_log(b, text);
	} else if (file_read(AT_FDCWD, path, O_NOFOLLOW, CONTROL_TEXT, &left, NULL) == 0 && left.s) {
		say_log(b, left.s);
	}
	buf_free(&left);
	free(path);
}

void
report_more(struct buf *b, const char *dir, const struct client_state *s)
{
	const struct record *r = &s->rec;
	uint64_t memory = r->main && client_is_up(s) ? proc_rss(r->main) : 0;

	if (client_is_up(s) && r->since) {
		buf_str(b, "  since      ");
		say_time(b, r->since);
		buf_ch(b, '\n');
	}
	if (memory)
		buf_fmt(b, "  memory     %llu.%llu MiB\n", (unsigned long long)(memory >> 20), (unsigned long long)((memory & 0xfffff) * 10 >> 20));
	if (r->oom_kills)
		buf_fmt(b, "  oom kills  %llu\n", (unsigned long long)r->oom_kills);
	if (client_is_up(s) && r->restarts)
		buf_fmt(b, "  restarts   %u\n", r->restarts);
	if (!client_is_up(s) && r->ended)
		say_exit(b, r->status, r->since);
	else if (r->last_ended)
		say_exit(b, r->last_status, r->last_at);
	find_log(b, dir, s);
}

size_t
report_ignored(struct buf *b, const struct service *s)
{
	size_t protective = 0;

	for (size_t i = 0; i < s->n_ignored; i++) {
		const struct service_ignored *x = &s->ignored[i];

		protective += x->protects;
		if (b)
			buf_fmt(b, "%-14s %s:%d: %s=%s%s\n", x->partly ? "partly" : "not honoured", x->file, x->line, x->key, x->value,
			    x->protects ? " (protects)" : "");
	}
	return protective;
}
