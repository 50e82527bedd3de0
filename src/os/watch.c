#include "os/watch.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/types.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/fd.h"

/* cut the last part off in place: "/a/b" "/a" "/"; "a" "." */
static void
up(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		strcpy(path, ".");
	else if (slash == path)
		path[1] = '\0';
	else
		*slash = '\0';
}

/* watch the nearest directory above the path that is there; the length of its name, or -1 with errno */
static ssize_t
watch_nearest(int fd, const char *path)
{
	const uint32_t events = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
	char dir[PATH_MAX];
	int r;

	strcpy(dir, path);
	do {
		up(dir);
		r = inotify_add_watch(fd, dir, events);
	} while (r < 0 && (errno == ENOENT || errno == ENOTDIR) && strcmp(dir, "/") != 0 && strcmp(dir, ".") != 0);
	return r < 0 ? -1 : strcmp(dir, ".") == 0 ? 0 : (ssize_t)strlen(dir);
}

int
watch_open(const char *path)
{
	ssize_t depth, before;
	int fd;

	errno = ENAMETOOLONG;
	if (strlen(path) >= PATH_MAX)
		return -1;
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0)
		return -1;
	/* a directory that came between the look for it and the watch above it is found by another look */
	depth = watch_nearest(fd, path);
	do {
		before = depth;
		depth = watch_nearest(fd, path);
	} while (depth > before);
	if (depth >= 0)
		return fd;
	return fd_drop(fd);
}

int
watch_wait(int fd, int other, uint64_t deadline)
{
	struct pollfd p[2] = { { fd, POLLIN, 0 }, { other, POLLIN, 0 } };
	char events[4096];
	int n;

	do
		n = poll(p, 2, clock_poll_ms(deadline));
	while ((n < 0 && errno == EINTR) || (n == 0 && clock_now() < deadline));
	if (n <= 0)
		return n;
	if (p[0].revents) {
		while (read(fd, events, sizeof events) > 0)
			;
		return 1;
	}
	return 2;
}

int
watch_exists(const char *path, uint64_t deadline)
{
	int fd, r;

	for (;;) {
		fd = watch_open(path);
		if (fd < 0)
			return -1;
		if (access(path, F_OK) == 0) {
			close(fd);
			return 0;
		}
		r = watch_wait(fd, -1, deadline);
		close(fd);
		if (r == 0)
			errno = ETIMEDOUT;
		if (r <= 0)
			return -1;
	}
}
