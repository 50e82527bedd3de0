/*
 * stopwatch ROUNDS MS PROGRAM PIDFILE LABEL COMMAND [ARG...] [-- LABEL COMMAND [ARG...]]...
 *
 * How long after a daemon's death a stop returns.  Each round starts a copy of ourselves under the name PROGRAM, which ends a random time of up to MS
 * milliseconds after SIGTERM (exactly MS when MS is negative), writes PIDFILE, runs the command and notes when the one and the other
 * ended.  Prints label, median and 90th percentile of the difference in milliseconds (negative: it came back too early), and the command's
 * median processor time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 16 };

struct command {
	char *label, **argv;
	double *late, *cpu;
	int early, status;
};

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* "PROGRAM --slow MS": ready when the pipe on descriptor 3 closes */
static int
be_daemon(int ms)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	close(3);
	sigwait(&set, &sig);
	poll(NULL, 0, ms);
	return 0;
}

static pid_t
start_daemon(const char *program, int ms)
{
	char text[16], *argv[] = { (char *)program, (char *)"--slow", text, NULL };
	int p[2];
	pid_t pid;

	snprintf(text, sizeof text, "%d", ms);
	if (pipe(p) != 0 || (pid = fork()) < 0)
		exit(2);
	if (pid == 0) {
		dup2(p[1], 3);
		if (p[0] != 3)
			close(p[0]);
		if (p[1] != 3)
			close(p[1]);
		execv(program, argv);
		_exit(127);
	}
	close(p[1]);
	(void)!read(p[0], text, 1);
	close(p[0]);
	return pid;
}

static pid_t
start_command(char *argv[])
{
	pid_t pid = vfork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 1);
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static void
run_once(struct command *c, int round, const char *program, const char *pidfile, int ms)
{
	pid_t daemon = start_daemon(program, ms < 0 ? -ms : rand() % (ms + 1)), tool;
	struct pollfd p[2] = { { .events = POLLIN }, { .events = POLLIN } };
	double died = 0, returned = 0;
	struct rusage use;
	FILE *f = fopen(pidfile, "w");

	if (!f || fprintf(f, "%ld\n", (long)daemon) < 0 || fclose(f) != 0)
		exit(2);
	p[0].fd = (int)syscall(SYS_pidfd_open, daemon, 0);
	tool = start_command(c->argv);
	p[1].fd = (int)syscall(SYS_pidfd_open, tool, 0);
	while ((!died || !returned) && poll(p, 2, 20000) > 0) {
		if (p[0].revents && !died) {
			died = now_ms();
			waitpid(daemon, NULL, 0);
			close(p[0].fd);
			p[0].fd = -1;
		}
		if (p[1].revents && !returned) {
			returned = now_ms();
			close(p[1].fd);
			p[1].fd = -1;
		}
	}
	wait4(tool, &c->status, 0, &use);
	c->early += returned < died;
	c->late[round] = returned - died;
	c->cpu[round] = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e3 +
	    (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e3;
	kill(daemon, SIGKILL);
	waitpid(daemon, NULL, 0);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char *argv[])
{
	static struct command c[COMMANDS];
	int rounds, n = 0;

	if (argc == 3 && strcmp(argv[1], "--slow") == 0)
		return be_daemon(atoi(argv[2]));
	rounds = argc > 6 ? atoi(argv[1]) : 0;
	if (rounds < 1)
		return 2;
	for (int i = 5; i + 1 < argc && n < COMMANDS; n++) {
		c[n].label = argv[i];
		c[n].argv = argv + i + 1;
		c[n].late = calloc((size_t)rounds, sizeof *c[n].late);
		c[n].cpu = calloc((size_t)rounds, sizeof *c[n].cpu);
		while (i < argc && strcmp(argv[i], "--") != 0)
			i++;
		if (i < argc)
			argv[i++] = NULL;
	}
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < n; i++)
			run_once(&c[i], round, argv[3], argv[4], atoi(argv[2]));
	for (int i = 0; i < n; i++) {
		qsort(c[i].late, (size_t)rounds, sizeof *c[i].late, by_value);
		qsort(c[i].cpu, (size_t)rounds, sizeof *c[i].cpu, by_value);
		printf("%-44s %9.3f ms  p90 %9.3f ms  cpu %8.2f ms  early %d  exit %d\n", c[i].label, c[i].late[rounds / 2],
		    c[i].late[rounds * 9 / 10], c[i].cpu[rounds / 2], c[i].early, WEXITSTATUS(c[i].status));
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
