#include "svc/subsys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/file.h"

int
subsys_mark(const char *root, const char *name, bool runs)
{
	char *path = file_under(root, "/var/lock/subsys");
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC), fd, r = 0;

	free(path);
	if (dir < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	if (runs) {
		fd = openat(dir, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
		r = fd < 0 ? -1 : close(fd);
	} else if (unlinkat(dir, name, 0) != 0 && errno != ENOENT) {
		r = -1;
	}
	fd_drop(dir);
	return r;
}
