#include "os/procref.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/proc.h"

/* kernels without pidfds, and sandboxes that deny them, are served by looking again */
static bool
no_pidfds(int err)
{
	return err == ENOSYS || err == EPERM;
}

int
procref_alive(pid_t pid)
{
	struct pollfd p = { (int)syscall(SYS_pidfd_open, pid, 0), POLLIN, 0 };
	int n;

	if (p.fd < 0 && no_pidfds(errno))
		return proc_is_leader(pid) ? proc_alive(pid, 0) : 0;
	if (p.fd < 0)
		return errno == ESRCH || errno == EINVAL || errno == ENOENT ? 0 : -1;
	n = poll(&p, 1, 0);
	close(p.fd);
	return n == 0;
}

int
procref_open(struct procref *r, pid_t pid, uint64_t start)
{
	struct proc_stat st;

	*r = (struct procref)PROCREF_INIT;
	if (pid <= 1) {
		errno = EINVAL;
		return -1;
	}
	r->fd = (int)syscall(SYS_pidfd_open, pid, 0);
	/* EINVAL, or ENOENT from Linux 6.15 on: the number of a thread, no process's */
	if (r->fd < 0 && (errno == EINVAL || errno == ENOENT || (no_pidfds(errno) && !proc_is_leader(pid))))
		errno = ESRCH;
	if (r->fd < 0 && !no_pidfds(errno))
		return -1;
	if (proc_stat(pid, &st) != 0 || proc_is_dead(st.state) || (start && st.start != start)) {
		procref_close(r);
		errno = ESRCH;
		return -1;
	}
	r->pid = pid;
	r->start = st.start;
	return 0;
}

bool
procref_gone(const struct procref *r)
{
	struct pollfd p = { r->fd, POLLIN, 0 };

	if (r->fd >= 0)
		return poll(&p, 1, 0) == 1;
	return proc_alive(r->pid, r->start) == 0;
}

int
procref_signal(const struct procref *r, int sig)
{
	if (procref_gone(r)) {
		errno = ESRCH;
		return -1;
	}
	if (r->fd >= 0) {
		if (syscall(SYS_pidfd_send_signal, r->fd, sig, NULL, 0) == 0)
			return 0;
		if (!no_pidfds(errno))
			return -1;
		if (proc_alive(r->pid, r->start) != 1) {
			errno = ESRCH;
			return -1;
		}
	}
	return kill(r->pid, sig);
}

/* no pidfd to poll: look at 1 ms, then ever longer up to 20 ms */
static int
wait_looking(const struct procref *r, uint64_t deadline)
{
	struct timespec nap = { 0, 1000000 };

	while (!procref_gone(r)) {
		if (clock_now() >= deadline) {
			errno = ETIMEDOUT;
			return -1;
		}
		nanosleep(&nap, NULL);
		if (nap.tv_nsec < 20000000)
			nap.tv_nsec += nap.tv_nsec / 4;
	}
	return 0;
}

int
procref_wait(const struct procref *r, uint64_t deadline)
{
	struct pollfd p = { r->fd, POLLIN, 0 };
	int n;

	if (r->fd < 0)
		return wait_looking(r, deadline);
	do
		n = poll(&p, 1, clock_poll_ms(deadline));
	while ((n < 0 && errno == EINTR) || (n == 0 && clock_now() < deadline));
	if (n == 1)
		return 0;
	if (n == 0)
		errno = ETIMEDOUT;
	return -1;
}

void
procref_close(struct procref *r)
{
	int saved = errno;

	if (r->fd >= 0)
		close(r->fd);
	*r = (struct procref)PROCREF_INIT;
	errno = saved;
}
