#include "os/detach.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "os/fd.h"

static int
leave(const int *keep, size_t n)
{
	int null;

	if (setsid() < 0 || chdir("/") != 0)
		return -1;
	fd_close_from(3, keep, n);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return -1;
	for (int i = 0; i < 3; i++)
		if (dup2(null, i) < 0)
			return -1;
	return null > 2 ? close(null) : 0;
}

pid_t
detach_fork(const int *keep, size_t n)
{
	pid_t pid = fork();

	if (pid == 0 && leave(keep, n) != 0)
		_exit(1);
	return pid;
}

int
detach_adopt(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}
