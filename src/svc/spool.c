#include "svc/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/fmt.h"
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

	fmt_to(path, sizeof path, "/proc/self/fd/%d", fd);
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
	e->owed = e->text.len - e->passed;
	e->turn = ++s->turns;
	if (e->fd >= 0 && ++s->open >= SPOOL_OPEN)
		spool_leave(s);
}

void
spool_say(struct spool *s, const char *text)
{
	struct spool_entry *e = add(s, "", -1);

	buf_str(&e->text, text);
	buf_ch(&e->text, '\n');
	spool_end(s, s->n - 1);
}

/* Whole lines that a daemon printed after its script had ended; a part of a line only if there is no room for more. */
static size_t
late(const struct spool_entry *e)
{
	const char *from, *end;

	if (!e->ended || e->owed > 0 || !has_text(e))
		return 0;
	from = e->text.s + e->passed;
	end = memrchr(from, '\n', e->text.len - e->passed);
	return end ? (size_t)(end - from) + 1 : is_full(e) || e->fd < 0 ? e->text.len - e->passed : 0;
}

/* How good a right to be next: those that have ended, then those that run, then what daemons print. */
static int
right_of(const struct spool_entry *e)
{
	if (e->ended && e->owed > 0)
		return 3;
	if (!e->ended && has_text(e))
		return 2;
	return late(e) > 0;
}

/* Who is next: of those that have ended the first that did, of the others the first that was started; -1: nobody. */
static int
next_holder(const struct spool *s)
{
	int best = -1, right = 0;

	for (size_t i = s->first; i < s->n; i++) {
		int its = right_of(&s->v[i]);

		if (its > right || (its == 3 && right == 3 && s->v[i].turn < s->v[best].turn)) {
			best = (int)i;
			right = its;
		}
	}
	return best;
}

/* The holder is done when it has ended and its piece is out; the last line is made whole. */
static void
let_go(struct spool *s, struct spool_entry *e)
{
	if (e->text.len == e->passed || e->passed >= SPOOL_ROOM) {
		e->text.len -= e->passed;
		memmove(e->text.s, e->text.s + e->passed, e->text.len);
		e->passed = 0;
	}
	if (!e->ended || e->owed > 0)
		return;
	if (e->last != '\n') {
		(void)!write(s->out, "\n", 1);
		e->last = '\n';
	}
	s->holder = -1;
	if (e->fd < 0 && !has_text(e))
		buf_free(&e->text);
	while (s->first < s->n && s->v[s->first].ended && s->v[s->first].fd < 0 && !has_text(&s->v[s->first]))
		s->first++;
}

/* Write n bytes of the entry.  What cannot be written, on a full disk say, is given up: the scripts matter more. */
static void
put(struct spool *s, struct spool_entry *e, size_t n)
{
	ssize_t out = n > 0 ? write(s->out, e->text.s + e->passed, n) : 0;
	size_t done = out < 0 ? n : (size_t)out;

	if (out < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (done > 0)
		e->last = e->text.s[e->passed + done - 1];
	e->passed += done;
	e->owed = e->owed > done ? e->owed - done : 0;
}

/* One write, so that it cannot block. */
static void
pass_on(struct spool *s)
{
	struct spool_entry *e;
	size_t n;

	if (s->holder < 0) {
		s->holder = next_holder(s);
		if (s->holder < 0)
			return;
		if (right_of(&s->v[s->holder]) == 1)
			s->v[s->holder].owed = late(&s->v[s->holder]);
	}
	e = &s->v[s->holder];
	n = e->ended ? e->owed : e->text.len - e->passed;
	put(s, e, n < s->piece ? n : s->piece);
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
		if (right_of(&s->v[i]) > 1)
			return true;
	return s->holder >= 0 && s->v[s->holder].ended;
}

/* Is there anything that the descriptor could take? */
static bool
can_write(const struct spool *s)
{
	if (s->holder >= 0)
		return s->v[s->holder].ended || has_text(&s->v[s->holder]);
	return next_holder(s) >= 0;
}

size_t
spool_poll(const struct spool *s, struct pollfd *p)
{
	size_t n = 0;

	p[n++] = (struct pollfd){ can_write(s) ? s->out : -1, POLLOUT, 0 };
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
		v[i].open = s->v[i].ended && s->v[i].fd >= 0;
		p[i] = (struct pollfd){ v[i].open ? s->v[i].fd : -1, POLLIN, 0 };
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

/* Are there others that hold what it printed to? */
static bool
is_held(const struct spool_entry *e)
{
	struct pollfd p = { e->fd, POLLIN, 0 };

	return e->ended && p.fd >= 0 && (poll(&p, 1, 0) <= 0 || (p.revents & POLLIN));
}

int
spool_leave(struct spool *s)
{
	int *keep = mem_alloc(s->n * sizeof *keep);
	size_t n = 0;
	pid_t pid = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (is_held(&s->v[i]))
			keep[n++] = s->v[i].fd;
		if (s->holder < 0 && late(&s->v[i]))
			put(s, &s->v[i], s->v[i].text.len - s->v[i].passed);
	}
	if (n > 0)
		pid = detach_fork(keep, n);
	if (n > 0 && pid == 0)
		drain(s);
	for (size_t i = 0; i < s->n && pid >= 0; i++)
		if (s->v[i].ended && s->v[i].fd >= 0) {
			close(s->v[i].fd);
			s->v[i].fd = -1;
		}
	if (pid >= 0)
		s->open = 0;
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
