#include "svc/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "os/fd.h"
#include "os/syslog.h"

int
output_init(struct output *o, const char *tag, int priority)
{
	int p[2];

	memset(o, 0, sizeof *o);
	o->read_fd = o->write_fd = o->log_fd = -1;
	o->tag = tag;
	o->priority = priority;
	if (pipe2(p, O_CLOEXEC) != 0)
		return -1;
	o->read_fd = p[0];
	o->write_fd = p[1];
	/* the zone file is read now, and not when the log line of a dying system asks for it */
	tzset();
	return fd_set_nonblock(o->read_fd, 1);
}

static void
send_line(struct output *o, int priority, const char *tag, pid_t pid, const char *line, size_t n)
{
	for (int i = 0; i < 2; i++) {
		if (o->log_fd < 0)
			o->log_fd = syslog_open();
		if (o->log_fd < 0 || syslog_send(o->log_fd, priority, tag, pid, line, n) == 0 || errno == EAGAIN)
			return;
		/* the log daemon was restarted: once more with a new socket */
		close(o->log_fd);
		o->log_fd = -1;
	}
}

static void
keep(struct output *o, const char *line, size_t n)
{
	if (n > OUTPUT_TAIL - 1)
		n = OUTPUT_TAIL - 1;
	while (o->tail_n + n + 1 > OUTPUT_TAIL) {
		const char *end = memchr(o->tail, '\n', o->tail_n);
		size_t first = end ? (size_t)(end - o->tail) + 1 : o->tail_n;

		o->tail_n -= first;
		o->fresh = o->fresh > first ? o->fresh - first : 0;
		memmove(o->tail, o->tail + first, o->tail_n);
	}
	memcpy(o->tail + o->tail_n, line, n);
	o->tail_n += n;
	o->tail[o->tail_n++] = '\n';
}

static void
end_line(struct output *o, pid_t pid)
{
	bool level = o->n >= 3 && o->line[0] == '<' && o->line[1] >= '0' && o->line[1] <= '7' && o->line[2] == '>';
	int priority = level ? (o->priority & ~7) | (o->line[1] - '0') : o->priority;
	size_t skip = level ? 3 : 0;

	if (o->n > skip) {
		send_line(o, priority, o->tag, pid, o->line + skip, o->n - skip);
		keep(o, o->line + skip, o->n - skip);
	}
	o->n = 0;
}

void
output_forget(struct output *o)
{
	o->fresh = o->tail_n;
}

const char *
output_tail(struct output *o)
{
	/* there is always room: the last line is kept with its newline */
	if (o->tail_n == OUTPUT_TAIL)
		o->tail_n--;
	o->tail[o->tail_n] = '\0';
	return o->tail;
}

void
output_read(struct output *o, pid_t pid)
{
	char part[4096];
	ssize_t got;

	/* a bounded number of rounds: a service that writes without end must not keep us from our other work */
	for (int round = 0; round < 16 && (got = read(o->read_fd, part, sizeof part)) > 0; round++)
		for (ssize_t i = 0; i < got; i++) {
			if (part[i] == '\n' || part[i] == '\0' || o->n == OUTPUT_LINE)
				end_line(o, pid);
			if (part[i] != '\n' && part[i] != '\0')
				o->line[o->n++] = part[i];
		}
}

void
output_flush(struct output *o, pid_t pid)
{
	output_read(o, pid);
	end_line(o, pid);
}

void
output_last_line(const struct output *o, char *out, size_t size)
{
	size_t end = o->tail_n, begin;

	if (end == o->fresh) {
		*out = '\0';
		return;
	}
	end--;
	for (begin = end; begin > o->fresh && o->tail[begin - 1] != '\n'; begin--)
		;
	utf8_clean(out, size, o->tail + begin, end - begin);
}

void
output_say(struct output *o, int priority, const char *tag, const char *text)
{
	send_line(o, priority, tag, getpid(), text, strlen(text));
}

void
output_close(struct output *o)
{
	for (int i = 0; i < 3; i++) {
		int *fd = i == 0 ? &o->read_fd : i == 1 ? &o->write_fd : &o->log_fd;

		if (*fd >= 0)
			close(*fd);
		*fd = -1;
	}
}
