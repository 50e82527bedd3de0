#include "os/ipc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "harness/live.h"

static void
leave_things(void *arg)
{
	(void)arg;
	REQUIRE(setgid(4401) == 0 && setuid(4401) == 0);
	REQUIRE(shmget(0x4401, 4096, IPC_CREAT | 0600) >= 0);
	REQUIRE(semget(0x4401, 1, IPC_CREAT | 0600) >= 0);
	REQUIRE(open("/dev/shm/left", O_CREAT | O_WRONLY, 0600) >= 0);
	/* a link of theirs must not take others' files with it */
	REQUIRE(symlink("/dev/shm/others", "/dev/shm/link") == 0);
	_exit(7);
}

static void
takes_what_is_theirs(void **state)
{
	char out[512];
	struct stat st;

	(void)state;
	if (!live_in_throwaway())
		skip();
	assert_int_equal(ipc_remove(0), -1);
	assert_true(open("/dev/shm/others", O_CREAT | O_WRONLY, 0600) >= 0);
	if (WEXITSTATUS(in_child(leave_things, NULL, out, sizeof out)) != 7)
		fail_msg("%s", out);
	assert_int_equal(ipc_remove(4401), 0);
	assert_int_equal(shmget(0x4401, 0, 0), -1);
	assert_int_equal(semget(0x4401, 0, 0), -1);
	assert_int_equal(lstat("/dev/shm/left", &st), -1);
	assert_int_equal(lstat("/dev/shm/link", &st), -1);
	assert_int_equal(lstat("/dev/shm/others", &st), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(takes_what_is_theirs) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
