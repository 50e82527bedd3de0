/* The least that a stop which waits must do: read the pidfile, hold the process, signal it, wait for its end. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	char text[32];
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	struct pollfd p = { -1, POLLIN, 0 };

	if (n <= 0)
		return 4;
	text[n] = '\0';
	p.fd = (int)syscall(SYS_pidfd_open, atoi(text), 0);
	if (p.fd < 0 || syscall(SYS_pidfd_send_signal, p.fd, SIGTERM, NULL, 0) != 0)
		return 1;
	return poll(&p, 1, 10000) == 1 ? 0 : 2;
}
