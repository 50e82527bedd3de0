#include "harness/unit.h"

#include <errno.h>
#include <poll.h>

#include "os/oomwatch.h"

/* Against files such as the kernel has; tests/svc/oom.bats has the real ones. */
static void
put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
version_2_counts(void **state)
{
	struct oomwatch w = OOMWATCH_INIT;

	(void)state;
	assert_int_equal(oomwatch_open(&w, ".", 2), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(oomwatch_look(&w), 0);
	put("memory.events", "low 0\nhigh 0\nmax 7\noom 4\noom_kill 3\noom_group_kill 9\n");
	assert_int_equal(oomwatch_open(&w, ".", 2), 0);
	assert_int_equal(w.events, POLLPRI);
	assert_true(w.fd >= 0);
	/* what was before does not count */
	assert_int_equal(oomwatch_look(&w), 0);
	put("memory.events", "low 0\nhigh 0\nmax 7\noom 4\noom_kill 5\noom_group_kill 9\n");
	assert_int_equal(oomwatch_look(&w), 2);
	assert_int_equal(oomwatch_look(&w), 0);
	assert_false(w.soon);
	oomwatch_close(&w);
	assert_int_equal(w.fd, -1);
	oomwatch_close(&w);
}

static void
warn(const struct oomwatch *w)
{
	assert_int_equal(write(w->fd, &(uint64_t){ 1 }, sizeof(uint64_t)), sizeof(uint64_t));
}

static void
version_1_warns(void **state)
{
	struct oomwatch w = OOMWATCH_INIT;

	(void)state;
	put("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
	/* nobody there who would tell */
	assert_int_equal(oomwatch_open(&w, ".", 1), -1);
	assert_int_equal(w.file, -1);
	put("cgroup.event_control", "");
	assert_int_equal(oomwatch_open(&w, ".", 1), 0);
	assert_int_equal(w.events, POLLIN);
	assert_int_equal(oomwatch_look(&w), 0);
	assert_false(w.soon);
	warn(&w);
	assert_int_equal(oomwatch_look(&w), 0);
	assert_true(w.soon);
	assert_int_equal(oomwatch_look(&w), 0);
	assert_true(w.soon);
	put("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
	assert_int_equal(oomwatch_look(&w), 1);
	assert_false(w.soon);
	oomwatch_close(&w);
}

static void
an_old_kernel_does_not_count(void **state)
{
	struct oomwatch w = OOMWATCH_INIT;

	(void)state;
	put("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");
	put("cgroup.event_control", "");
	assert_int_equal(oomwatch_open(&w, ".", 1), 0);
	assert_int_equal(oomwatch_look(&w), 0);
	warn(&w);
	assert_int_equal(oomwatch_look(&w), 1);
	assert_int_equal(oomwatch_look(&w), 0);
	assert_false(w.soon);
	oomwatch_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(version_2_counts, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(version_1_warns, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(an_old_kernel_does_not_count, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
