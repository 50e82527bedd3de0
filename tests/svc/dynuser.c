#include "svc/dynuser.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "harness/unit.h"

static void
the_same_one_each_time(void **state)
{
	uid_t a, b, c;
	int fa, fb;

	(void)state;
	assert_int_equal(dynuser_take("users", "stubby", &a, &fa), 0);
	assert_int_equal(a, 64707);	/* as systemd has it */
	/* shared by all of that name, until the last has let go */
	assert_int_equal(dynuser_take("users", "stubby", &b, &fb), 0);
	assert_int_equal(b, a);
	close(fa);
	assert_int_equal(dynuser_take("users", "stubby", &c, &fa), 0);
	assert_int_equal(c, a);
	close(fa);
	close(fb);
}

/* Two names of which the second would have the first one's uid: it is held, so it gets the next candidate. */
static void
held_by_another(void **state)
{
	char name[32];
	uid_t a, b = 0, c;
	int fa, fb = -1, fc;

	(void)state;
	for (int i = 0; b != 64707; i++) {
		if (fb >= 0)
			close(fb);
		snprintf(name, sizeof name, "n%d", i);
		assert_int_equal(dynuser_take("users", name, &b, &fb), 0);
	}
	assert_int_equal(dynuser_take("users", "stubby", &a, &fa), 0);
	assert_true(a != b && a >= 61184 && a <= 65519);
	close(fb);
	assert_int_equal(dynuser_take("users", "stubby", &c, &fc), 0);
	assert_int_equal(c, 64707);
	close(fa);
	close(fc);
}

static void
a_planted_link_is_not_followed(void **state)
{
	struct stat st;
	uid_t uid;
	int fd;

	(void)state;
	assert_int_equal(mkdir("trap", 0755), 0);
	assert_int_equal(symlink("../victim", "trap/64707"), 0);
	assert_int_equal(dynuser_take("trap", "stubby", &uid, &fd), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(stat("victim", &st), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_one_each_time, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(held_by_another, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(a_planted_link_is_not_followed, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
