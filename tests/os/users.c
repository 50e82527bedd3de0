#include "harness/unit.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "os/users.h"

/* this program is a dynamic one: all answers are the C library's.  The static one's are tested by tests/cmd and tests/os/userfile.c. */

static void
the_c_library_is_asked(void **state)
{
	const struct passwd *pw = getpwnam("root");
	struct userfile_entry e;
	gid_t gid = 77;

	(void)state;
	assert_non_null(pw);
	assert_int_equal(users_by_name("root", &e), 0);
	assert_string_equal(e.name, "root");
	assert_string_equal(e.home, pw->pw_dir);
	assert_string_equal(e.shell, pw->pw_shell);
	assert_int_equal(e.uid, 0);
	assert_int_equal(e.gid, 0);
	userfile_free(&e);
	assert_int_equal(users_by_uid(0, &e), 0);
	assert_string_equal(e.name, "root");
	userfile_free(&e);
	assert_int_equal(users_group("root", &gid), 0);
	assert_int_equal(gid, 0);
	assert_true(users_has_group(0));
}

static void
nobody_is_not_found(void **state)
{
	struct userfile_entry e;
	gid_t gid;

	(void)state;
	errno = 0;
	assert_int_equal(users_by_name("no-such-user", &e), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(users_by_uid(4123456, &e), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(users_group("no-such-group", &gid), -1);
	assert_int_equal(errno, ENOENT);
	assert_false(users_has_group(4123456));
}

static void
groups_begin_with_the_one_that_is_given(void **state)
{
	gid_t *groups, want[256];
	int n_want = (int)COUNT(want);
	size_t n;

	(void)state;
	assert_true(getgrouplist("root", 4123456, want, &n_want) >= 0);
	assert_int_equal(users_groups("root", 4123456, &groups, &n), 0);
	assert_int_equal(n, n_want);
	assert_int_equal(groups[0], 4123456);
	assert_memory_equal(groups, want, n * sizeof *groups);
	free(groups);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_c_library_is_asked), T(nobody_is_not_found), T(groups_begin_with_the_one_that_is_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
