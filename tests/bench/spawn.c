/*
 * spawn ROUNDS PROGRAM: what a drop of privileges costs where one process forks, drops and executes, without another exec between.  Each in turn:
 * fork and execve and no more; the same with the system calls of a drop between, by fork and by vfork: the limits; svc/child without a drop, and
 * svc/child with one: to a user without a passwd entry, with cap_net_bind_service kept, everything else out of all sets, and no_new_privs.  Prints the
 * median and the tenth percentile, and each in terms of the first; of the whole drop also whether it is within MOST.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "limit-drop.h"
#include "svc/child_spawn.h"

enum { PLAIN, LIMIT_FORK, LIMIT_VFORK, CHILD, CHILD_TO_USER, CHILD_DROP, WAYS };

/* what a drop may cost, in terms of a fork and execve */
static const double MOST = 1.20;

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static _Noreturn void
become(int way, char **argv)
{
	if (way == PLAIN || limit_drop(LIMIT_DROP_ID, LIMIT_DROP_KEEP, LIMIT_DROP_CAPABILITIES) == 0)
		execve(argv[0], argv, environ);
	_exit(127);
}

static pid_t
plain(int way, char **argv)
{
	pid_t pid = way == LIMIT_VFORK ? vfork() : fork();

	if (pid == 0)
		become(way, argv);
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
	pid_t pid = way < CHILD ? plain(way, argv) : child_spawn(s, &e);
	int status;

	if (pid < 0 && way >= CHILD)
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
	static const char *const names[WAYS] = {
		"fork and execve", "limit: with a drop", "limit: with a drop, by vfork", "svc/child", "svc/child, to a user", "svc/child, all of a drop",
	};
	gid_t groups[] = { LIMIT_DROP_ID };
	struct cred cred = { .uid = LIMIT_DROP_ID, .gid = LIMIT_DROP_ID, .groups = groups, .n_groups = 1, .set_uid = true, .set_gid = true, .set_groups = true };
	struct caps caps = { .ambient = 1 << LIMIT_DROP_KEEP, .dropped = caps_all() & ~(UINT64_C(1) << LIMIT_DROP_KEEP), .exact = true };
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
		s[w].cred = w >= CHILD_TO_USER ? &cred : NULL;
	}
	s[CHILD_DROP].caps = &caps;
	s[CHILD_DROP].no_new_privs = s[CHILD_DROP].verify_caps = true;
	for (int i = 0; i < rounds; i++)
		for (int w = 0; w < WAYS; w++)
			us[w * rounds + i] = once(w, &s[w], argv + 2);
	for (int w = 0; w < WAYS; w++) {
		double *v = us + w * rounds;

		qsort(v, (size_t)rounds, sizeof *v, by_size);
		printf("%-28s median %6.0f us  x %.2f   p10 %6.0f us  x %.2f%s\n", names[w], v[rounds / 2], v[rounds / 2] / us[rounds / 2],
		    v[rounds / 10], v[rounds / 10] / us[rounds / 10],
		    w != CHILD_DROP ? "" : v[rounds / 2] <= us[rounds / 2] * MOST ? "  met" : "  FALLS SHORT");
	}
	free(us);
	return 0;
}
