#ifndef HARNESS_UNIT_H
#define HARNESS_UNIT_H
/* What unit tests share: cmocka with what it wants before it, a row for the list of tests, a function run in a child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define T(f) cmocka_unit_test(f)
#define COUNT(array) (sizeof(array) / sizeof *(array))

/*
 * Run f(data) in a child and put what it writes to stdout and stderr into out.  Returns its wait(2) status.  A child that
 * returns from f exits with status 0.
 */
static inline int
in_child(void (*f)(void *), void *data, char *out, size_t size)
{
	int ends[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		f(data);
		fflush(NULL);
		_exit(0);
	}
	close(ends[1]);
	while (n + 1 < size && (got = read(ends[0], out + n, size - n - 1)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Enter a new directory; leave_directory() removes it.  For setup and teardown, and within tests. */
static inline int
enter_directory(void **state)
{
	char dir[] = "/tmp/unit.XXXXXX";

	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	*state = strdup(dir);
	return 0;
}

static inline int
leave_directory(void **state)
{
	char cmd[64];

	assert_int_equal(chdir("/"), 0);
	snprintf(cmd, sizeof cmd, "rm -rf '%s'", (char *)*state);
	assert_int_equal(system(cmd), 0);
	free(*state);
	return 0;
}

#endif
