#include "os/keyring.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>

#include "harness/live.h"

static long
session(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0, 0, 0);
}

static void
is_another_one(void *arg)
{
	long before = session();

	(void)arg;
	if (before < 0)
		_exit(77);
	REQUIRE(keyring_new_session((uid_t)-1, (gid_t)-1, false) == 0);
	REQUIRE(session() != before && session() > 0);
	before = session();
	REQUIRE(keyring_new_session((uid_t)-1, (gid_t)-1, true) == 0);
	REQUIRE(session() != before);
	_exit(7);
}

static void
makes_one(void **state)
{
	char out[512];
	int status = WEXITSTATUS(in_child(is_another_one, NULL, out, sizeof out));

	(void)state;
	if (status == 77)
		skip();
	if (status != 7)
		fail_msg("%s", out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(makes_one) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
