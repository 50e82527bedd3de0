/*
 * heir ROUNDS PIDFILE COMMAND [ARG...]: does a stop kill whoever gets the pid?
 *
 * Each round starts a process that ends at SIGTERM, writes its pid to PIDFILE and runs the command.  The moment the process ends it is reaped and another, the
 * heir, is forked under the same pid (/proc/sys/kernel/ns_last_pid: needs a pid namespace of our own).  Prints "ROUNDS heirs, N harmed, N failed, N missed".
 * Exits with 0 when none was harmed and no command failed.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIES = 50 };

static pid_t
fork_idle(void)
{
	pid_t pid = fork();

	if (pid < 0)
		exit(2);
	while (pid == 0)
		pause();
	return pid;
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* a process under that pid; 0 when somebody else was always faster */
static pid_t
fork_as(pid_t want)
{
	for (int i = 0; i < TRIES; i++) {
		FILE *f = fopen("/proc/sys/kernel/ns_last_pid", "w");
		pid_t pid;

		if (!f || fprintf(f, "%ld", (long)want - 1) < 0 || fclose(f) != 0)
			exit(2);
		pid = fork_idle();
		if (pid == want)
			return pid;
		end(pid);
	}
	return 0;
}

static pid_t
run(char *argv[])
{
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	return pid;
}

int
main(int argc, char *argv[])
{
	int rounds = argc > 3 ? atoi(argv[1]) : 0, harmed = 0, failed = 0, missed = 0, status;

	for (int i = 0; i < rounds; i++) {
		pid_t daemon = fork_idle(), tool, heir;
		FILE *f = fopen(argv[2], "w");

		if (!f || fprintf(f, "%ld\n", (long)daemon) < 0 || fclose(f) != 0)
			return 2;
		/* start times are counted in ticks of 10 ms, and no daemon is that young */
		poll(NULL, 0, 25);
		tool = run(argv + 3);
		if (waitpid(daemon, NULL, 0) != daemon)
			return 2;
		heir = fork_as(daemon);
		if (waitpid(tool, &status, 0) != tool)
			return 2;
		failed += status != 0;
		missed += !heir;
		if (!heir)
			continue;
		/* a stray signal that is still on its way would end it now */
		harmed += waitpid(heir, &status, WNOHANG) != 0;
		end(heir);
	}
	printf("%d heirs, %d harmed, %d failed, %d missed\n", rounds, harmed, failed, missed);
	return rounds < 1 || harmed || failed || missed > rounds / 10;
}
