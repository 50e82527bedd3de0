/* The least that a status by pidfile must do: read the file, ask the kernel whether that process is there. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	char text[32];
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n <= 0)
		return 4;
	text[n] = '\0';
	return kill((pid_t)atoi(text), 0) == 0 ? 0 : 3;
}
