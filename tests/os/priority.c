#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/priority.h"

static void
knows_the_names(void **state)
{
	int min, max;

	(void)state;
	assert_int_equal(priority_policy("fifo"), SCHED_FIFO);
	assert_int_equal(priority_policy("idle"), SCHED_IDLE);
	assert_int_equal(priority_policy("FIFO"), -1);
	assert_int_equal(priority_io_class("real-time"), 1);
	assert_int_equal(priority_io_class("best-effort"), 2);
	assert_int_equal(priority_io_class("idle"), 3);
	assert_int_equal(priority_io_class("x"), -1);
	assert_int_equal(priority_io(2, 4), 2 << 13 | 4);
	assert_int_equal(priority_policy_range(SCHED_FIFO, &min, &max), 0);
	assert_int_equal(min, 1);
	assert_int_equal(max, 99);
	assert_int_equal(priority_policy_range(SCHED_OTHER, &min, &max), 0);
	assert_int_equal(max, 0);
	assert_int_equal(priority_policy_range(12345, &min, &max), -1);
}

static void
sets_them(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		if (priority_set_io(priority_io(2, 7)) != 0 || priority_get_io(0) != priority_io(2, 7))
			_exit(1);
		if (priority_set_policy(SCHED_BATCH, 0) != 0 || syscall(SYS_sched_getscheduler, 0) != SCHED_BATCH)
			_exit(2);
		_exit(priority_set_policy(SCHED_FIFO, 1000) == -1 && errno == EINVAL ? 0 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
processors(void **state)
{
	struct priority_cpus c = { { 0 }, 0 };

	(void)state;
	assert_int_equal(priority_parse_cpus("0-2, 5 64", &c), 0);
	assert_int_equal(c.n, 5);
	assert_true(c.bits[0] == 0x27);
	assert_int_equal(priority_parse_cpus("", &c), 0);
	assert_int_equal(priority_parse_cpus("1-", &c), -1);
	assert_int_equal(priority_parse_cpus("x", &c), -1);
	assert_int_equal(priority_parse_cpus("1024", &c), -1);
	assert_int_equal(priority_parse_cpus("-1", &c), -1);
	c = (struct priority_cpus){ { 1 }, 1 };
	if (priority_set_cpus(&c) != 0)
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(knows_the_names), cmocka_unit_test(sets_them), cmocka_unit_test(processors) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
