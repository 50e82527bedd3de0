#include "svc/launch_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/fd.h"
#include "os/root.h"
#include "svc/child_spawn.h"

int
launch_io_file(const char *path, bool reading)
{
	char here[PATH_MAX];
	/* O_NONBLOCK while opening, so that a FIFO without its other end is an error and no hang */
	const int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	char *full = *path == '/' ? mem_str(path) : mem_fmt("%s/%s", getcwd(here, sizeof here) ? here : "", path);
	int fd = root_open_own(full, reading ? O_RDONLY | flags : O_WRONLY | O_CREAT | O_APPEND | flags, 0664);
	int saved = errno;

	free(full);
	errno = saved;
	if (fd >= 0)
		fd_set_nonblock(fd, 0);
	return fd;
}

int
launch_io_logger(const char *command)
{
	char *const argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	struct child_spec spec = CHILD_SPEC_INIT;
	struct child_error error;
	int p[2];

	if (pipe2(p, O_CLOEXEC) != 0)
		return -1;
	spec.path = "/bin/sh";
	spec.argv = argv;
	spec.envp = environ;
	spec.new_session = true;
	spec.stdio[0] = p[0];
	if (child_spawn(&spec, &error) < 0) {
		close(p[0]);
		close(p[1]);
		errno = error.err;
		return -1;
	}
	close(p[0]);
	return p[1];
}

int
launch_io_pipe_at(int number)
{
	int p[2], reading;

	errno = EINVAL;
	if (number < 3)
		return -1;
	errno = EBUSY;
	if (fcntl(number, F_GETFD) >= 0)
		return -1;
	if (pipe2(p, O_CLOEXEC) != 0)
		return -1;
	/* both ends may have got the very number */
	reading = fd_dup_above(p[0], number + 1);
	close(p[0]);
	if (reading < 0 || (p[1] != number && dup3(p[1], number, O_CLOEXEC) < 0)) {
		close(p[1]);
		return -1;
	}
	if (p[1] != number)
		close(p[1]);
	fd_set_nonblock(reading, 1);
	return reading;
}
