/* The least that a start in the background must do: vfork, a session, /dev/null three times, no other descriptors, exec. */
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	pid_t pid = argc > 1 ? vfork() : -1;
	int null;

	if (pid == 0) {
		setsid();
		null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		syscall(SYS_close_range, 3U, ~0U, 0U);
		execve(argv[1], argv + 1, environ);
		_exit(127);
	}
	return pid < 0;
}
