#include "os/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/num.h"

int
fd_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

ssize_t
fd_read_some(int fd, void *data, size_t n)
{
	ssize_t k;

	do
		k = read(fd, data, n);
	while (k < 0 && errno == EINTR);
	return k;
}

ssize_t
fd_read_full(int fd, void *data, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t k = fd_read_some(fd, (char *)data + got, n - got);

		if (k < 0)
			return -1;
		if (k == 0)
			break;
		got += (size_t)k;
	}
	return (ssize_t)got;
}

static int
kept(int fd, const int *keep, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (keep[i] == fd)
			return 1;
	return 0;
}

/* smallest kept descriptor that is at least `from`, or -1 */
static int
next_kept(int from, const int *keep, size_t n)
{
	int best = -1;

	for (size_t i = 0; i < n; i++)
		if (keep[i] >= from && (best < 0 || keep[i] < best))
			best = keep[i];
	return best;
}

/* close_range(2) came with Linux 5.9; before, /proc names what is open, and without /proc the limit bounds it */
static void
close_one_by_one(int first, const int *keep, size_t n)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	struct rlimit lim;
	int64_t fd;

	if (d) {
		while ((e = readdir(d)))
			if (num_i64(e->d_name, first, 0x7fffffff, &fd) == 0 && fd != dirfd(d) &&
			    !kept((int)fd, keep, n))
				close((int)fd);
		closedir(d);
		return;
	}
	/* what is open may lie above a limit that was lowered since */
	if (getrlimit(RLIMIT_NOFILE, &lim) != 0 || lim.rlim_max < 65536 || lim.rlim_max > 1 << 20)
		lim.rlim_max = 65536;
	for (fd = first; fd < (int64_t)lim.rlim_max; fd++)
		if (!kept((int)fd, keep, n))
			close((int)fd);
}

int
fd_drop(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return -1;
}

void
fd_close_from(int first, const int *keep, size_t n)
{
	for (;;) {
		int stop = next_kept(first, keep, n);

		if (stop != first && syscall(SYS_close_range, (unsigned)first,
		    stop < 0 ? ~0U : (unsigned)stop - 1, 0) != 0) {
			close_one_by_one(first, keep, n);
			return;
		}
		if (stop < 0)
			return;
		first = stop + 1;
	}
}

static int
set_flag(int fd, int get, int set, int flag, int on)
{
	int old = fcntl(fd, get);

	if (old < 0)
		return -1;
	return fcntl(fd, set, on ? old | flag : old & ~flag) < 0 ? -1 : 0;
}

int
fd_set_cloexec(int fd, int on)
{
	return set_flag(fd, F_GETFD, F_SETFD, FD_CLOEXEC, on);
}

int
fd_set_nonblock(int fd, int on)
{
	return set_flag(fd, F_GETFL, F_SETFL, O_NONBLOCK, on);
}

int
fd_dup_above(int fd, int min)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, min);
}

int
fd_fill_stdio(void)
{
	/* the lowest that is free is the one that is opened */
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return -1;
	return 0;
}
