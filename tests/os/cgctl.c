#include "os/cgctl.h"

#include <errno.h>
#include <unistd.h>

#include "harness/live.h"

static void
limits_and_cleans_up(void **state)
{
	char name[32];
	int fd, version = cgctl_version(CGCTL_PIDS);

	(void)state;
	if (version == 0 || geteuid() != 0)
		skip();
	snprintf(name, sizeof name, "unit-%ld", (long)getpid());
	if (cgctl_set(CGCTL_PIDS, name, "pids.max", "pids.max", "7") != 0)
		skip();
	assert_int_equal(cgctl_set(CGCTL_PIDS, name, version == 1 ? "x" : NULL, version == 2 ? "x" : NULL, "1"), -1);
	assert_int_equal(errno, ENOTSUP);
	fd = cgctl_open(CGCTL_PIDS, name);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(cgctl_remove(CGCTL_PIDS, name), 0);
	assert_int_equal(cgctl_remove(CGCTL_PIDS, name), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(limits_and_cleans_up) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
