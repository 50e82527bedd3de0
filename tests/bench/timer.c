/*
 * timer ROUNDS LABEL COMMAND [ARG...] [-- LABEL COMMAND [ARG...]]...
 *
 * Runs the commands in turn, ROUNDS times each, so that a busy machine is unfair to all alike.  Prints a line for each: label, median,
 * 90th percentile (microseconds from vfork to the end of wait), its median in terms of the first one's, the same of its processor time (which a
 * busy machine changes less), and the exit status.  A command's
 * standard output is thrown away.  A label that ends in "<N" says what the ratio may be at most, and its line whether that is met.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 32 };

struct command {
	char *label, **argv;
	double *us, *cpu;
	int status;
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
run_once(struct command *c, int round, int null)
{
	double begin = now_us();
	struct rusage use;
	pid_t pid = vfork();

	if (pid == 0) {
		dup2(null, STDOUT_FILENO);
		execv(c->argv[0], c->argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &c->status, 0, &use) != pid)
		err(1, "unable to run %s", c->argv[0]);
	c->us[round] = now_us() - begin;
	c->cpu[round] = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* the limit behind the label, which is cut off there; 0: none */
static double
take_limit(char *label)
{
	char *at = strrchr(label, '<');

	if (!at)
		return 0;
	*at = '\0';
	return atof(at + 1);
}

static void
report(struct command *c, int n, int rounds)
{
	double base = 0, base_cpu = 0;

	for (int i = 0; i < n; i++) {
		double median, cpu, most = take_limit(c[i].label);

		qsort(c[i].us, (size_t)rounds, sizeof *c[i].us, by_value);
		qsort(c[i].cpu, (size_t)rounds, sizeof *c[i].cpu, by_value);
		median = c[i].us[rounds / 2];
		cpu = c[i].cpu[rounds / 2];
		if (i == 0) {
			base = median;
			base_cpu = cpu;
		}
		printf("%-36s %7.0f us  p90 %7.0f us  x %5.2f  cpu %7.0f us  x %5.2f  exit %d%s\n", c[i].label, median, c[i].us[rounds * 9 / 10],
		    median / base, cpu, cpu / base_cpu, WIFEXITED(c[i].status) ? WEXITSTATUS(c[i].status) : 128 + WTERMSIG(c[i].status),
		    most <= 0 ? "" : median / base < most + 0.005 ? "  met" : "  FALLS SHORT");
	}
}

/* what ran before leaves caches behind, in the kernel too: nobody always follows the same one; the orders are the same in each run */
static void
shuffle(int *order, int n)
{
	static uint32_t seed = 4711;

	while (n > 1) {
		int other, last = order[n - 1];

		seed = seed * 1664525 + 1013904223;
		other = (int)((seed >> 8) % (uint32_t)n);
		order[--n] = order[other];
		order[other] = last;
	}
}

int
main(int argc, char *argv[])
{
	static struct command c[COMMANDS];
	static int order[COMMANDS];
	int rounds = argc > 3 ? atoi(argv[1]) : 0, n = 0, null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (rounds < 1 || null < 0)
		errx(2, "usage: timer ROUNDS LABEL COMMAND [ARG...] [-- LABEL COMMAND [ARG...]]...");
	for (int i = 2; i + 1 < argc && n < COMMANDS; n++) {
		c[n].label = argv[i];
		c[n].argv = argv + i + 1;
		c[n].us = calloc((size_t)rounds, sizeof *c[n].us);
		c[n].cpu = calloc((size_t)rounds, sizeof *c[n].cpu);
		while (i < argc && strcmp(argv[i], "--") != 0)
			i++;
		if (i < argc)
			argv[i++] = NULL;
	}
	for (int i = 0; i < n; i++)
		order[i] = i;
	for (int round = 0; round < rounds; round++) {
		shuffle(order, n);
		for (int i = 0; i < n; i++)
			run_once(&c[order[i]], round, null);
	}
	report(c, n, rounds);
	return fflush(stdout) == 0 ? 0 : 1;
}
