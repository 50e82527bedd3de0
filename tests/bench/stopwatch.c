/*
 * stopwatch ROUNDS MS PROGRAM PIDFILE LABEL COMMAND [ARG...] [-- LABEL COMMAND [ARG...]]...
 *
 * How long after a daemon's death a stop returns.  Each round starts a copy of ourselves under the name PROGRAM, which ends a random time of up to MS
 * milliseconds after SIGTERM (exactly MS when MS is negative), writes PIDFILE, runs the command and notes when the one and the other
 * ended.  Prints label, median and 90th percentile of the difference in milliseconds (negative: it came back too early), and the command's
 * median processor time: until the daemon had its signal, which is the search, from then on, which is the waiting, and both together.  A command
 * that sends no signal only searches.  A label that ends in "<L,W" says what the difference and the time for the waiting may be at most, and its line
 * whether that is met.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
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
	double *late, *search, *wait, *cpu;
	int early, status;
};

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* "PROGRAM --slow MS": a byte on descriptor 3 when it is ready, and another when it has the signal */
static int
be_daemon(int ms)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (write(3, "r", 1) != 1)
		return 1;
	sigwait(&set, &sig);
	if (write(3, "s", 1) != 1)
		return 1;
	poll(NULL, 0, ms);
	return 0;
}

/* *told gets what the daemon writes */
static pid_t
start_daemon(const char *program, int ms, int *told)
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
	if (read(p[0], text, 1) != 1)
		exit(2);
	*told = p[0];
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

/* what a process that runs has used of the processor, in milliseconds; negative when it cannot be asked any more */
static double
used_ms(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
		return -1;
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
end_poll(struct pollfd *p)
{
	close(p->fd);
	p->fd = -1;
}

static void
run_once(struct command *c, int round, const char *program, const char *pidfile, int ms)
{
	struct pollfd p[3] = { { .events = POLLIN }, { .events = POLLIN }, { .events = POLLIN } };
	pid_t daemon = start_daemon(program, ms < 0 ? -ms : rand() % (ms + 1), &p[2].fd), tool;
	double died = 0, returned = 0, searched = -1;
	struct rusage use;
	FILE *f = fopen(pidfile, "w");

	if (!f || fprintf(f, "%ld\n", (long)daemon) < 0 || fclose(f) != 0)
		exit(2);
	p[0].fd = (int)syscall(SYS_pidfd_open, daemon, 0);
	tool = start_command(c->argv);
	p[1].fd = (int)syscall(SYS_pidfd_open, tool, 0);
	while ((!died || !returned) && poll(p, 3, 20000) > 0) {
		if (p[2].revents) {
			searched = p[2].revents & POLLIN ? used_ms(tool) : searched;
			end_poll(&p[2]);
		}
		if (p[0].revents && !died) {
			died = now_ms();
			waitpid(daemon, NULL, 0);
			end_poll(&p[0]);
		}
		if (p[1].revents && !returned) {
			returned = now_ms();
			end_poll(&p[1]);
			/* it has sent nothing, and never will */
			if (searched < 0 && !died)
				kill(daemon, SIGKILL);
		}
	}
	wait4(tool, &c->status, 0, &use);
	c->early += returned < died;
	c->late[round] = returned - died;
	c->cpu[round] = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e3 +
	    (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e3;
	c->search[round] = searched < 0 ? c->cpu[round] : searched;
	c->wait[round] = c->cpu[round] - c->search[round];
	if (p[2].fd >= 0)
		close(p[2].fd);
	kill(daemon, SIGKILL);
	waitpid(daemon, NULL, 0);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* the limits behind the label, which is cut off there; false: none */
static bool
take_limits(char *label, double *late, double *wait)
{
	char *at = strrchr(label, '<');

	if (!at)
		return false;
	*at = '\0';
	return sscanf(at + 1, "%lf,%lf", late, wait) == 2;
}

static void
report(struct command *c, int rounds)
{
	double *const lists[] = { c->late, c->search, c->wait, c->cpu };
	double late, wait;
	bool judged = take_limits(c->label, &late, &wait);

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		qsort(lists[i], (size_t)rounds, sizeof *lists[i], by_value);
	printf("%-36s %9.3f ms  p90 %9.3f ms  cpu: search %6.2f wait %6.2f all %6.2f ms  early %d  exit %d%s\n", c->label, c->late[rounds / 2],
	    c->late[rounds * 9 / 10], c->search[rounds / 2], c->wait[rounds / 2], c->cpu[rounds / 2], c->early, WEXITSTATUS(c->status),
	    !judged ? "" : c->late[rounds / 2] < late && c->wait[rounds / 2] < wait && !c->early ? "  met" : "  FALLS SHORT");
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
		c[n].search = calloc((size_t)rounds, sizeof *c[n].search);
		c[n].wait = calloc((size_t)rounds, sizeof *c[n].wait);
		c[n].cpu = calloc((size_t)rounds, sizeof *c[n].cpu);
		while (i < argc && strcmp(argv[i], "--") != 0)
			i++;
		if (i < argc)
			argv[i++] = NULL;
	}
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < n; i++)
			run_once(&c[i], round, argv[3], argv[4], atoi(argv[2]));
	for (int i = 0; i < n; i++)
		report(&c[i], rounds);
	return fflush(stdout) == 0 ? 0 : 1;
}
