#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/capture.h"
#include "os/clock.h"

static struct buf out;

static int
sh(const char *script, uint64_t deadline, size_t max, int *status)
{
	char *argv[] = { "sh", "-c", (char *)(uintptr_t)script, NULL }, *envp[] = { "A=b", NULL };

	buf_clear(&out);
	return capture_run("/bin/sh", argv, envp, "/", deadline, max, CAPTURE_ALL, &out, status);
}

static void
test_output_and_status(void **state)
{
	int status;

	(void)state;
	assert_int_equal(sh("pwd; echo \"$A\" >&2; read x || exit 3", CLOCK_FOREVER, 100, &status), 0);
	assert_string_equal(out.s, "/\nb\n");
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_int_equal(sh("exit 0", CLOCK_FOREVER, 100, &status), 0);
	assert_string_equal(out.s, "");
	assert_int_equal(status, 0);
}

static void
test_output_is_bounded(void **state)
{
	int status;

	(void)state;
	assert_int_equal(sh("i=0; while [ $i -lt 3000 ]; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; i=$((i + 1)); done",
	    CLOCK_FOREVER, 100, &status), 0);
	assert_int_equal(out.len, 100);
	assert_int_equal(status, 0);
}

static void
test_deadline(void **state)
{
	int status;

	(void)state;
	errno = 0;
	assert_int_equal(sh("echo a; sleep 100", clock_after(300000), 100, &status), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_string_equal(out.s, "a\n");
}

static void
test_left_behind(void **state)
{
	uint64_t before = clock_now();
	int status;

	(void)state;
	assert_int_equal(sh("sleep 100 & echo $!", CLOCK_FOREVER, 100, &status), 0);
	assert_true(clock_now() - before < 50000000);
	assert_true(atoi(out.s) > 1);
	assert_int_equal(kill(atoi(out.s), SIGKILL), 0);
	assert_int_equal(sh("kill -KILL -$$", CLOCK_FOREVER, 100, &status), 0);
	assert_int_equal(WTERMSIG(status), 9);
}

/* it ends when nobody reads any more */
static void
test_left_behind_and_loud(void **state)
{
	int status;

	(void)state;
	alarm(60);
	assert_int_equal(sh("yes & yes & yes & yes & exit 0", CLOCK_FOREVER, 100, &status), 0);
	assert_int_equal(status, 0);
	assert_int_equal(sh("yes & yes & yes & yes & sleep 100", clock_after(300000), 100, &status), -1);
	assert_int_equal(errno, ETIMEDOUT);
	alarm(0);
}

static void
test_not_run(void **state)
{
	char *argv[] = { "x", NULL };
	int status;

	(void)state;
	errno = 0;
	assert_int_equal(capture_run("/nonexistent", argv, argv + 1, NULL, CLOCK_FOREVER, 10, CAPTURE_ALL, &out, &status), -1);
	assert_int_equal(errno, ENOENT);
}

/* Who prints when nobody reads any more is killed, or not. */
static void
test_left_behind_and_kept(void **state)
{
	static const struct {
		enum capture_what what;
		const char *told;
	} rows[] = { { CAPTURE_ALL, "no\n" }, { CAPTURE_KEEP, "yes\n" } };
	char script[] = "(read x <\"$0\"; (echo late) 2>/dev/null && echo yes >\"$1\" || echo no >\"$1\") & exit 0";

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char dir[] = "/tmp/capture-XXXXXX", go[40], told[40], got[8] = "";
		char *argv[] = { "sh", "-c", script, go, told, NULL }, *envp[] = { NULL };
		int status, fd;

		assert_non_null(mkdtemp(dir));
		snprintf(go, sizeof go, "%s/go", dir);
		snprintf(told, sizeof told, "%s/told", dir);
		assert_int_equal(mkfifo(go, 0600), 0);
		assert_int_equal(mkfifo(told, 0600), 0);
		buf_clear(&out);
		assert_int_equal(capture_run("/bin/sh", argv, envp, NULL, CLOCK_FOREVER, 100, rows[i].what, &out, &status), 0);
		fd = open(go, O_WRONLY | O_CLOEXEC);
		close(fd);
		fd = open(told, O_RDONLY | O_CLOEXEC);
		assert_true(read(fd, got, sizeof got - 1) > 0);
		close(fd);
		assert_string_equal(got, rows[i].told);
		unlink(go);
		unlink(told);
		rmdir(dir);
	}
}

static void
test_output_only(void **state)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "echo a; echo b >&2" }, NULL }, *envp[] = { NULL };
	int status, keep = dup(2), null = open("/dev/null", O_WRONLY);

	(void)state;
	dup2(null, 2);
	buf_clear(&out);
	assert_int_equal(capture_run("/bin/sh", argv, envp, "/", CLOCK_FOREVER, 100, CAPTURE_OUTPUT, &out, &status), 0);
	dup2(keep, 2);
	close(keep);
	close(null);
	assert_string_equal(out.s, "a\n");
}

static void
test_none(void **state)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "exit 5" }, NULL }, *envp[] = { NULL };
	int status;

	(void)state;
	assert_int_equal(capture_none("/bin/sh", argv, envp, "/", &status), 0);
	assert_int_equal(WEXITSTATUS(status), 5);
	errno = 0;
	assert_int_equal(capture_none("/nonexistent", argv, envp, NULL, &status), -1);
	assert_int_equal(errno, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output_and_status), cmocka_unit_test(test_output_is_bounded), cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_left_behind), cmocka_unit_test(test_left_behind_and_kept),
		cmocka_unit_test(test_left_behind_and_loud), cmocka_unit_test(test_output_only), cmocka_unit_test(test_none), cmocka_unit_test(test_not_run),
	};
	int r = cmocka_run_group_tests(tests, NULL, NULL);

	buf_free(&out);
	return r;
}
