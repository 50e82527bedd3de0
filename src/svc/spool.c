#include "svc/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/detach.h"
#include "os/fd.h"
#include "os/sig.h"
#include "svc/output.h"

enum { READ_MOST = 1 << 20, PIECE = 4096, PIECE_TTY = 256 };

void
spool_init(struct spool *s, int out)
{
	struct stat st;

	*s = (struct spool){ .out = out, .holder = -1 };
	s->piece = fstat(out, &st) == 0 && S_ISCHR(st.st_mode) ? PIECE_TTY : PIECE;
}

static struct spool_entry *
add(struct spool *s, const char *name, int fd)
{
	s->v = mem_grow(s->v, &s->cap, s->n + 1, sizeof *s->v);
	s->v[s->n] = (struct spool_entry){ .name = mem_str(name), .fd = fd, .text = BUF_INIT, .last = '\n' };
	return &s->v[s->n++];
}

/*
 * The writer's end is open for reading, too: so its pipe always has a reader, and a script that outlives us gets no SIGPIPE.
 * Without /proc it is an ordinary one.
 */
static int
make_lasting(int fd)
{
	char path[40];
	int both;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	both = open(path, O_RDWR | O_CLOEXEC);
	if (both < 0)
		return fd;
	close(fd);
	return both;
}

int
spool_open(struct spool *s, const char *name, size_t *entry)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC) != 0)
		return -1;
	fd_set_nonblock(p[0], 1);
	add(s, name, p[0]);
	*entry = s->n - 1;
	return make_lasting(p[1]);
}

static bool
is_full(const struct spool_entry *e)
{
	return e->text.len - e->passed >= SPOOL_ROOM;
}

static bool
has_text(const struct spool_entry *e)
{
	return e->text.len > e->passed;
}

/* Take what is there, at most `most` bytes. */
static void
take(struct spool_entry *e, size_t most)
{
	char part[65536];
	size_t got = 0;
	ssize_t n = 1;

	while (e->fd >= 0 && got < most && n > 0) {
		n = read(e->fd, part, sizeof part < most - got ? sizeof part : most - got);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0) {
			buf_add(&e->text, part, (size_t)n);
			got += (size_t)n;
		} else if (n == 0 || errno != EAGAIN) {
			close(e->fd);
			e->fd = -1;
		}
	}
}

/* What the program itself wrote is in the pipe by now; more than a pipe holds is a child's that goes on. */
void
spool_end(struct spool *s, size_t entry)
{
	struct spool_entry *e = &s->v[entry];

	take(e, READ_MOST);
	e->ended = true;
	e->turn = ++s->turns;
}

void
spool_say(struct spool *s, const char *text)
{
	struct spool_entry *e = add(s, "", -1);

	buf_str(&e->text, text);
	buf_ch(&e->text, '\n');
	e->ended = true;
	e->turn = ++s->turns;
}

/* Who is next: of those that have ended the first that did, else the first that was started. */
static int
next_holder(const struct spool *s)
{
	int best = -1;

	for (size_t i = s->first; i < s->n; i++) {
		const struct spool_entry *e = &s->v[i], *b = best < 0 ? NULL : &s->v[best];

		if (has_text(e) && (!b || (e->ended && (!b->ended || e->turn < b->turn))))
			best = (int)i;
	}
	return best;
}

/* The holder is done when it has ended and all is out; its last line is made whole. */
static void
let_go(struct spool *s, struct spool_entry *e)
{
	if (e->text.len == e->passed || e->passed >= SPOOL_ROOM) {
		e->text.len -= e->passed;
		memmove(e->text.s, e->text.s + e->passed, e->text.len);
		e->passed = 0;
	}
	if (!e->ended || has_text(e))
		return;
	if (e->last != '\n')
		buf_ch(&e->text, '\n');
	else
		s->holder = -1;
	if (s->holder < 0 && e->fd < 0)
		buf_free(&e->text);
	while (s->first < s->n && s->v[s->first].ended && s->v[s->first].fd < 0 && !has_text(&s->v[s->first]))
		s->first++;
}

/* One write, so that it cannot block.  What cannot be written, on a full disk say, is given up: the scripts matter more. */
static void
pass_on(struct spool *s)
{
	struct spool_entry *e;
	size_t n;
	ssize_t put;

	if (s->holder < 0)
		s->holder = next_holder(s);
	if (s->holder < 0)
		return;
	e = &s->v[s->holder];
	n = e->text.len - e->passed;
	n = n < s->piece ? n : s->piece;
	put = n > 0 ? write(s->out, e->text.s + e->passed, n) : 0;
	if (put < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (put < 0)
		put = (ssize_t)n;
	if (put > 0)
		e->last = e->text.s[e->passed + (size_t)put - 1];
	e->passed += (size_t)put;
	let_go(s, e);
}

bool
spool_waits(const struct spool *s, size_t entry)
{
	return is_full(&s->v[entry]);
}

bool
spool_pending(const struct spool *s)
{
	for (size_t i = s->first; i < s->n; i++)
		if (has_text(&s->v[i]))
			return true;
	return s->holder >= 0 && s->v[s->holder].ended;
}

size_t
spool_poll(const struct spool *s, struct pollfd *p)
{
	bool can_write = s->holder >= 0 ? has_text(&s->v[s->holder]) || s->v[s->holder].ended : spool_pending(s);
	size_t n = 0;

	p[n++] = (struct pollfd){ can_write ? s->out : -1, POLLOUT, 0 };
	for (size_t i = s->first; i < s->n; i++)
		if (s->v[i].fd >= 0 && !is_full(&s->v[i]))
			p[n++] = (struct pollfd){ s->v[i].fd, POLLIN, 0 };
	return n;
}

void
spool_step(struct spool *s, const struct pollfd *p, size_t n)
{
	size_t at = 1;

	for (size_t i = s->first; i < s->n && at < n; i++)
		if (s->v[i].fd >= 0 && s->v[i].fd == p[at].fd && p[at++].revents)
			take(&s->v[i], SPOOL_ROOM);
	if (p[0].revents)
		pass_on(s);
}

struct leftover {
	struct output out;
	bool open;
};

/* Pass the lines of what is still open to the system log, until everything is closed. */
static _Noreturn void
drain(struct spool *s)
{
	struct leftover *v = mem_alloc(s->n * sizeof *v);
	struct pollfd *p = mem_alloc(s->n * sizeof *p);
	size_t left = 0;

	sig_reset();
	for (size_t i = 0; i < s->n; i++) {
		p[i] = (struct pollfd){ s->v[i].fd, POLLIN, 0 };
		v[i].open = s->v[i].fd >= 0;
		left += v[i].open;
		v[i].out = (struct output){ .read_fd = s->v[i].fd, .write_fd = -1, .log_fd = -1, .tag = s->v[i].name,
			.priority = LOG_DAEMON | LOG_INFO };
	}
	while (left > 0 && (poll(p, s->n, -1) > 0 || errno == EINTR))
		for (size_t i = 0; i < s->n; i++) {
			if (!v[i].open || !p[i].revents)
				continue;
			output_read(&v[i].out, 0);
			if (p[i].revents & POLLIN)
				continue;
			output_flush(&v[i].out, 0);
			output_close(&v[i].out);
			v[i].open = false;
			p[i].fd = -1;
			left--;
		}
	_exit(0);
}

int
spool_leave(struct spool *s)
{
	int *keep = mem_alloc(s->n * sizeof *keep);
	size_t n = 0;
	pid_t pid = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct pollfd p = { s->v[i].fd, POLLIN, 0 };

		if (p.fd >= 0 && (poll(&p, 1, 0) <= 0 || (p.revents & POLLIN)))
			keep[n++] = p.fd;
	}
	if (n > 0)
		pid = detach_fork(keep, n);
	if (n > 0 && pid == 0)
		drain(s);
	free(keep);
	return pid < 0 ? -1 : 0;
}

void
spool_free(struct spool *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].name);
		buf_free(&s->v[i].text);
		if (s->v[i].fd >= 0)
			close(s->v[i].fd);
	}
	free(s->v);
	*s = (struct spool){ .out = -1, .holder = -1 };
}
