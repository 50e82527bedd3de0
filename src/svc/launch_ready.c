#include "svc/launch_ready.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/proc.h"
#include "svc/notify.h"

/* without a pidfd to poll: how often to look whether the child lives */
enum { LOOK_US = 20000 };

/* anyone on the machine can reach the socket */
static bool
may_notify(const struct launch_ready *r, const struct procref *daemon, const struct notify_message *m)
{
	struct proc_stat its, his;

	if (m->uid == 0 || m->uid == r->uid || m->sender == daemon->pid)
		return true;
	/* a daemon that changes its user, or its helper */
	return m->sender > 1 && proc_stat(m->sender, &his) == 0 && proc_stat(daemon->pid, &its) == 0 && his.sid == its.sid;
}

static bool
hear_notify(const struct launch_ready *r, const struct procref *daemon, uint64_t *deadline, enum launch_ready_end *end, int *detail)
{
	struct notify_message m;

	while (notify_receive(r->fd, &m) == 1) {
		if (!may_notify(r, daemon, &m))
			continue;
		if (m.errnum) {
			*end = LAUNCH_READY_ERRNO;
			*detail = m.errnum;
			return true;
		}
		if (m.ready) {
			*end = LAUNCH_READY_YES;
			return true;
		}
		if (m.extend_us)
			*deadline = clock_after(m.extend_us);
	}
	return false;
}

static bool
hear_newline(const struct launch_ready *r)
{
	char part[256];
	ssize_t n;

	while ((n = read(r->fd, part, sizeof part)) > 0)
		if (memchr(part, '\n', (size_t)n))
			return true;
	return false;
}

static bool
hear(const struct launch_ready *r, const struct procref *daemon, uint64_t *deadline, enum launch_ready_end *end, int *detail)
{
	*end = LAUNCH_READY_YES;
	if (r->kind == LAUNCH_READY_NOTIFY)
		return hear_notify(r, daemon, deadline, end, detail);
	return r->kind == LAUNCH_READY_NEWLINE && hear_newline(r);
}

static bool
has_died(const struct procref *daemon, int *status)
{
	pid_t r;

	do
		r = waitpid(daemon->pid, status, WNOHANG);
	while (r < 0 && errno == EINTR);
	return r == daemon->pid;
}

enum launch_ready_end
launch_ready_wait(const struct launch_ready *r, const struct procref *daemon, int *detail)
{
	uint64_t deadline = clock_after(r->timeout), until;
	struct pollfd p[2] = { { daemon->fd, POLLIN, 0 }, { r->fd, POLLIN, 0 } };
	enum launch_ready_end end;

	for (;;) {
		bool died = has_died(daemon, detail);
		int status = *detail;

		/* what it said before it died counts */
		if (hear(r, daemon, &deadline, &end, detail))
			return end;
		*detail = status;
		if (died)
			return LAUNCH_READY_DIED;
		if (clock_now() >= deadline)
			return r->kind == LAUNCH_READY_ALIVE ? LAUNCH_READY_YES : LAUNCH_READY_TIMEOUT;
		until = daemon->fd >= 0 ? CLOCK_FOREVER : clock_after(LOOK_US);
		if (poll(p, 2, clock_poll_ms(until < deadline ? until : deadline)) < 0 && errno != EINTR)
			return LAUNCH_READY_TIMEOUT;
		/* the other end is closed, by a daemon that lives: nothing more comes from there */
		if ((p[1].revents & (POLLHUP | POLLIN)) == POLLHUP)
			p[1].fd = -1;
	}
}
