/*
 * spawn ROUNDS PROGRAM: what a drop of privileges costs where one process forks, drops and executes, without another exec between.  Each in turn:
 * fork and execve and no more, svc/child without a drop, and svc/child with one: to a user without a passwd entry, with cap_net_bind_service kept,
 * everything else out of all sets, and no_new_privs.  Prints the median and the tenth percentile, and each in terms of the first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "svc/child.h"

enum { WAYS = 4 };

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static pid_t
plain_fork(char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		execve(argv[0], argv, environ);
		_exit(127);
	}
	return pid;
}

static void
fail(const char *what)
{
	fprintf(stderr, "spawn: %s\n", what);
	exit(1);
}

static double
once(int way, const struct child_spec *s, char **argv)
{
	double begin = now_us();
	struct child_error e;
	pid_t pid = way == 0 ? plain_fork(argv) : child_spawn(s, &e);
	int status;

	if (pid < 0 && way)
		fail(child_step_text(e.step));
	if (waitpid(pid, &status, 0) != pid || status != 0)
		fail("the program failed");
	return now_us() - begin;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char *argv[])
{
	static const char *const names[WAYS] = { "fork and execve", "svc/child", "svc/child, to a user", "svc/child, all of a drop" };
	gid_t groups[] = { 4701 };
	struct cred cred = { .uid = 4701, .gid = 4701, .groups = groups, .n_groups = 1, .set_uid = true, .set_gid = true, .set_groups = true };
	struct caps caps = { .ambient = 1 << 10, .dropped = caps_all() & ~(UINT64_C(1) << 10), .exact = true };
	struct child_spec s[WAYS];
	int rounds = argc > 2 ? atoi(argv[1]) : 0;
	double *us;

	if (rounds < 1)
		return 2;
	us = malloc(sizeof *us * WAYS * (size_t)rounds);
	for (int w = 0; w < WAYS; w++)
		s[w] = (struct child_spec)CHILD_SPEC_INIT;
	for (int w = 0; w < WAYS; w++) {
		s[w].path = argv[2];
		s[w].argv = argv + 2;
		s[w].envp = environ;
		s[w].cred = w >= 2 ? &cred : NULL;
	}
	s[3].caps = &caps;
	s[3].no_new_privs = s[3].verify_caps = true;
	for (int i = 0; i < rounds; i++)
		for (int w = 0; w < WAYS; w++)
			us[w * rounds + i] = once(w, &s[w], argv + 2);
	for (int w = 0; w < WAYS; w++) {
		double *v = us + w * rounds;

		qsort(v, (size_t)rounds, sizeof *v, by_size);
		printf("%-28s median %6.0f us  x %.2f   p10 %6.0f us  x %.2f\n", names[w], v[rounds / 2], v[rounds / 2] / us[rounds / 2],
		    v[rounds / 10], v[rounds / 10] / us[rounds / 10]);
	}
	free(us);
	return 0;
}
