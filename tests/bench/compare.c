/*
 * compare TIMES COMMAND... [-- COMMAND...]...: runs the commands in turn, TIMES times each, so that all of them meet the same weather,
 * and prints a line for each: the shortest and the median time from vfork to the end in microseconds, the median as a multiple of the
 * first command's, the command.  Their output goes to /dev/null; one that fails ends it with exit status 1.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 8 };

struct command {
	char **argv;
	double *us;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
run(char **argv)
{
	double start = now();
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "compare: %s failed\n", argv[0]);
		exit(1);
	}
	return now() - start;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int
split(struct command *c, char *argv[], int times)
{
	int n = 0;

	for (; *argv && n < COMMANDS_MAX; n++) {
		c[n].argv = argv;
		c[n].us = calloc((size_t)times, sizeof *c[n].us);
		while (*argv && strcmp(*argv, "--") != 0)
			argv++;
		if (*argv)
			*argv++ = NULL;
	}
	return n;
}

int
main(int argc, char *argv[])
{
	struct command c[COMMANDS_MAX];
	int times = argc > 2 ? atoi(argv[1]) : 0, n, out = dup(1);

	if (times < 1 || !freopen("/dev/null", "w", stdout))
		return 2;
	n = split(c, argv + 2, times);
	for (int i = -times / 10; i < times; i++)
		for (int k = 0; k < n; k++) {
			double us = run(c[k].argv);

			if (i >= 0)
				c[k].us[i] = us;
		}
	for (int k = 0; k < n; k++)
		qsort(c[k].us, (size_t)times, sizeof *c[k].us, by_size);
	for (int k = 0; k < n; k++) {
		dprintf(out, "%8.0f %8.0f %6.2f ", c[k].us[0], c[k].us[times / 2], c[k].us[times / 2] / c[0].us[times / 2]);
		for (char **a = c[k].argv; *a; a++)
			dprintf(out, " %s", *a);
		dprintf(out, "\n");
	}
	return 0;
}
