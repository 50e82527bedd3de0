#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/time.h>

#include "os/clock.h"

struct want {
	int fd;
	bool own_byte;		/* one byte at `at`, the process's own; else the whole file, the open file's */
	int64_t at;
};

static int
take(const struct want *w, bool wait)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = w->at, .l_len = w->own_byte };
	int command = w->own_byte ? (wait ? F_SETLKW : F_SETLK) : wait ? F_OFD_SETLKW : F_OFD_SETLK;

	if (fcntl(w->fd, command, &l) == 0)
		return 0;
	if (errno == EACCES)
		errno = EAGAIN;
	if (errno != EINVAL || w->own_byte)
		return -1;
	return flock(w->fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
}

int
lock_take(int fd)
{
	return take(&(struct want){ .fd = fd }, false);
}

int
lock_share(int fd)
{
	struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int r;

	do {
		r = fcntl(fd, F_OFD_SETLKW, &l);
		if (r != 0 && errno == EINVAL)
			r = flock(fd, LOCK_SH);
	} while (r != 0 && errno == EINTR);
	return r;
}

int
lock_as_flock(int fd, bool wait)
{
	int r;

	do
		r = flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
	while (r != 0 && errno == EINTR);
	return r;
}

static void
wake(int sig)
{
	(void)sig;
}

static int
take_until(const struct want *w, uint64_t deadline)
{
	/* the kernel's wait has no end of its own: an interval timer breaks into it, again and again, so that none is lost */
	const struct itimerval tick = { { 0, 100000 }, { 0, 100000 } };
	struct sigaction act = { .sa_handler = wake }, old;
	struct itimerval off;
	int r, saved;

	r = take(w, false);
	if (r == 0 || errno != EAGAIN)
		return r;
	sigemptyset(&act.sa_mask);
	sigaction(SIGALRM, &act, &old);
	setitimer(ITIMER_REAL, &tick, &off);
	do
		r = take(w, true);
	while (r != 0 && errno == EINTR && clock_now() < deadline);
	if (r != 0 && errno == EINTR)
		errno = ETIMEDOUT;
	saved = errno;
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &old, NULL);
	errno = saved;
	return r;
}

int
lock_wait(int fd, uint64_t deadline)
{
	return take_until(&(struct want){ .fd = fd }, deadline);
}

int
lock_wait_at(int fd, int64_t at, uint64_t deadline)
{
	return take_until(&(struct want){ .fd = fd, .own_byte = true, .at = at }, deadline);
}

int
lock_held(int fd)
{
	struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_OFD_GETLK, &l) == 0)
		return l.l_type != F_UNLCK;
	if (errno != EINVAL)
		return -1;
	if (flock(fd, LOCK_SH | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? 1 : -1;
	return flock(fd, LOCK_UN) == 0 ? 0 : -1;
}
