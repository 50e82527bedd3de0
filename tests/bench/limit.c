/* limit PIDFILE: the least that a correct answer to "does it run?" takes.  Exit status 0 yes, 1 no, 4 no idea. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	char text[32];
	ssize_t n;
	int fd;

	if (argc != 2)
		return 2;
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 4;
	n = read(fd, text, sizeof text - 1);
	if (n <= 0)
		return 4;
	text[n] = '\0';
	return kill((pid_t)atoi(text), 0) == 0 ? 0 : 1;
}
