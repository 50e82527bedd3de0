#include "svc/launch_ready.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
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

	if (m->sender <= 1 || proc_stat(m->sender, &his) != 0)
		/* gone already, as a helper that a script ran: who it was has to do */
		return m->uid == 0 || m->uid == r->uid;
	if (proc_stat(daemon->pid, &its) == 0 && his.sid == its.sid)
		return true;
	for (pid_t p = m->sender; p > 1; p = his.ppid)
		if (p == daemon->pid)
			return true;
		else if (proc_stat(p, &his) != 0)
			break;
	return false;
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

/* Ended, but not reaped yet: what it had to say is still known to come from it. */
static bool
has_died(const struct procref *daemon)
{
	siginfo_t si = { .si_pid = 0 };

	return waitid(P_PID, (id_t)daemon->pid, &si, WEXITED | WNOHANG | WNOWAIT) == 0 && si.si_pid == daemon->pid;
}

static int
reap(const struct procref *daemon)
{
	int status = 0;

	while (waitpid(daemon->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

enum launch_ready_end
launch_ready_wait(const struct launch_ready *r, const struct procref *daemon, int *detail)
{
	uint64_t deadline = clock_after(r->timeout), until;
	struct pollfd p[2] = { { daemon->fd, POLLIN, 0 }, { r->fd, POLLIN, 0 } };
	enum launch_ready_end end;

	for (;;) {
		bool died = has_died(daemon);

		/* what it said before it died counts */
		if (hear(r, daemon, &deadline, &end, detail))
			return end;
		if (died) {
			*detail = reap(daemon);
			return LAUNCH_READY_DIED;
		}
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
