#include "svc/subsys.h"

#include <errno.h>
#include <sys/stat.h>

#include "harness/unit.h"

static void
made_and_removed(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(mkdir("var", 0755) | mkdir("var/lock", 0755) | mkdir("var/lock/subsys", 0755), 0);
	assert_int_equal(subsys_mark(".", "web", false), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(subsys_mark(".", "web", true), 0);
		assert_int_equal(stat("var/lock/subsys/web", &st), 0);
		assert_true(S_ISREG(st.st_mode) && st.st_size == 0);
	}
	assert_int_equal(subsys_mark(".", "web", false), 0);
	assert_int_equal(stat("var/lock/subsys/web", &st), -1);
	/* what somebody planted leads nowhere */
	assert_int_equal(symlink("/tmp/none/there", "var/lock/subsys/web"), 0);
	assert_int_equal(subsys_mark(".", "web", true), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(subsys_mark(".", "web", false), 0);
	assert_int_equal(lstat("var/lock/subsys/web", &st), -1);
}

static void
no_red_hat(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(subsys_mark(".", "web", true), 0);
	assert_int_equal(subsys_mark(".", "web", false), 0);
	assert_int_equal(stat("var", &st), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(made_and_removed, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(no_red_hat, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
