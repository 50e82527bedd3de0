#include "os/landlock.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "harness/live.h"

static void
is_held(void *arg)
{
	char *read[] = { "/etc", "/dev/null", NULL }, *write[] = { "inside", NULL }, *wrong[] = { "/no/such", NULL };
	const char *bad;

	(void)arg;
	REQUIRE(mkdir("inside", 0755) == 0);
	REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	REQUIRE(landlock_apply(wrong, NULL, &bad) == -1 && errno == ENOENT && strcmp(bad, wrong[0]) == 0);
	REQUIRE(landlock_apply(read, write, &bad) == 0);
	REQUIRE(open("inside/file", O_CREAT | O_WRONLY, 0600) >= 0);
	REQUIRE(open("/etc/passwd", O_RDONLY) >= 0);
	REQUIRE(open("/etc/passwd", O_RDWR) == -1 && errno == EACCES);
	REQUIRE(open("outside", O_CREAT | O_WRONLY, 0600) == -1 && errno == EACCES);
	REQUIRE(open("/proc/version", O_RDONLY) == -1 && errno == EACCES);
	_exit(7);
}

static void
restricts(void **state)
{
	char out[512];

	(void)state;
	if (landlock_version() < 0)
		skip();
	if (WEXITSTATUS(in_child(is_held, NULL, out, sizeof out)) != 7)
		fail_msg("%s", out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(restricts, enter_directory, leave_directory) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
