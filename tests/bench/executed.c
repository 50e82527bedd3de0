/*
 * executed PROGRAM COMMAND [ARG...]
 *
 * Runs the command and prints, in microseconds, how long it took until somebody executed PROGRAM for the first time (its file was opened; 0: never),
 * and until the command ended.  The exit status is the command's.
 */
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)(t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

static pid_t
run(char *argv[])
{
	pid_t pid = vfork();

	if (pid == 0) {
		dup2(2, 1);
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

int
main(int argc, char *argv[])
{
	int watch = inotify_init1(IN_CLOEXEC), status;
	struct pollfd p[2] = { { watch, POLLIN, 0 }, { -1, POLLIN, 0 } };
	long begin, executed = 0, end;
	pid_t pid;

	if (argc < 3 || inotify_add_watch(watch, argv[1], IN_OPEN) < 0) {
		perror(argc < 3 ? "usage" : argv[1]);
		return 125;
	}
	begin = now_us();
	pid = run(argv + 2);
	p[1].fd = (int)syscall(SYS_pidfd_open, pid, 0);
	while (poll(p, 2, -1) > 0 && !(p[0].revents & POLLIN) && !p[1].revents)
		;
	end = now_us();
	if (p[0].revents & POLLIN)
		executed = end - begin;
	if (waitpid(pid, &status, 0) != pid)
		return 125;
	if (!p[1].revents)
		end = now_us();
	printf("%ld %ld\n", executed, end - begin);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
