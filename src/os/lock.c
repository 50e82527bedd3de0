#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/time.h>

#include "os/clock.h"

static int
take(int fd, int command, int operation)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, command, &l) == 0)
		return 0;
	if (errno == EACCES)
		errno = EAGAIN;
	if (errno != EINVAL)
		return -1;
	return flock(fd, operation);
}

int
lock_take(int fd)
{
	return take(fd, F_OFD_SETLK, LOCK_EX | LOCK_NB);
}

static void
wake(int sig)
{
	(void)sig;
}

int
lock_wait(int fd, uint64_t deadline)
{
	/* the kernel's wait has no end of its own: an interval timer breaks into it, again and again, so that none is lost */
	const struct itimerval tick = { { 0, 100000 }, { 0, 100000 } };
	struct sigaction act = { .sa_handler = wake }, old;
	struct itimerval off;
	int r, saved;

	r = lock_take(fd);
	if (r == 0 || errno != EAGAIN)
		return r;
	sigemptyset(&act.sa_mask);
	sigaction(SIGALRM, &act, &old);
	setitimer(ITIMER_REAL, &tick, &off);
	do
		r = take(fd, F_OFD_SETLKW, LOCK_EX);
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
