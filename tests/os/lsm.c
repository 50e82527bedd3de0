#include "os/lsm.h"

#include <errno.h>

#include "harness/unit.h"

static void
what_is_not_there_cannot_be_set(void **state)
{
	char longer[600];

	(void)state;
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	errno = 0;
	assert_int_equal(lsm_on_exec(LSM_SELINUX, longer), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	if (!lsm_active(LSM_APPARMOR))
		assert_int_equal(lsm_on_exec(LSM_APPARMOR, "no-such-profile"), -1);
	if (!lsm_active(LSM_SELINUX))
		assert_int_equal(lsm_on_exec(LSM_SELINUX, "no:such:context"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(what_is_not_there_cannot_be_set) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
