/*
 * syslogd FILE [SOCKET]: writes what arrives at SOCKET (/dev/log) to FILE, one datagram a line, as it came ("<30>name[pid]: text").
 * For tests.  It goes to the background once it listens; the first process then prints the pid and ends with status 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int
fail(const char *what)
{
	fprintf(stderr, "syslogd: %s: %s\n", what, strerror(errno));
	return 1;
}

static int
serve(int in, int out)
{
	char line[8193];

	for (;;) {
		ssize_t n = recv(in, line, sizeof line - 1, 0);

		if (n < 0 && errno != EINTR)
			return 1;
		if (n <= 0)
			continue;
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\0'))
			n--;
		line[n] = '\n';
		if (write(out, line, (size_t)n + 1) != n + 1)
			return 1;
	}
}

int
main(int argc, char *argv[])
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const char *path = argc > 2 ? argv[2] : "/dev/log";
	int in, out;
	pid_t pid;

	if (argc < 2 || argc > 3 || strlen(path) >= sizeof at.sun_path) {
		fputs("usage: syslogd FILE [SOCKET]\n", stderr);
		return 2;
	}
	strcpy(at.sun_path, path);
	out = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (out < 0)
		return fail(argv[1]);
	in = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unlink(path);
	if (in < 0 || bind(in, (struct sockaddr *)&at, sizeof at) != 0 || chmod(path, 0666) != 0)
		return fail(path);
	pid = fork();
	if (pid < 0)
		return fail("fork");
	if (pid > 0)
		return printf("%ld\n", (long)pid) > 0 ? 0 : 1;
	setsid();
	if (chdir("/") != 0 || !freopen("/dev/null", "r+", stdin) || dup2(0, 1) < 0 || dup2(0, 2) < 0)
		return 1;
	/* bats waits for its descriptors to be closed */
	for (int fd = 3; fd < 64; fd++)
		if (fd != in && fd != out)
			close(fd);
	return serve(in, out);
}
