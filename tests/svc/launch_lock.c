#include "harness/live.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "svc/launch_lock.h"

static void
names_a_service(void **state)
{
	const struct match a = { .exec = "/usr/sbin/a" }, b = { .exec = "/usr/sbin/b" }, u = { .exec = "/usr/sbin/a", .by_user = true, .uid = 5 };
	const int64_t key = launch_lock_key(&a, NULL);

	(void)state;
	assert_true(key >= 0);
	assert_true(key == launch_lock_key(&a, NULL));
	assert_true(key != launch_lock_key(&b, NULL));
	assert_true(key != launch_lock_key(&u, NULL));
	/* with a pidfile, that is the service, by whatever path */
	assert_int_equal(symlink(".", "other"), 0);
	assert_true(launch_lock_key(&a, "x.pid") == launch_lock_key(&b, "other/x.pid"));
	assert_true(launch_lock_key(&a, "x.pid") != launch_lock_key(&a, "y.pid"));
	assert_true(launch_lock_key(&a, "none/x.pid") != launch_lock_key(&a, NULL));
}

static void
hold_in_child(int64_t key, int ready, int go)
{
	char c;

	REQUIRE(launch_lock_take_in("lock", key, clock_now()) >= 0);
	REQUIRE(write(ready, "x", 1) == 1);
	REQUIRE(read(go, &c, 1) == 0);
	_exit(0);
}

static void
keeps_the_second_out(void **state)
{
	int ready[2], go[2], fd;
	pid_t pid;
	char c;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		hold_in_child(7, ready[1], go[0]);
	}
	close(go[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(launch_lock_take_in("lock", 7, clock_after(1000)), -1);
	assert_int_equal(errno, ETIMEDOUT);
	/* another service is not kept */
	fd = launch_lock_take_in("lock", 8, clock_now());
	assert_true(fd >= 0);
	close(fd);
	/* it comes when the holder ends */
	close(go[1]);
	fd = launch_lock_take_in("lock", 7, clock_after(20000000));
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(ready[0]), close(ready[1]);
}

static void
does_not_trust_a_strangers_file(void **state)
{
	(void)state;
	assert_int_equal(symlink("/etc/passwd", "lock"), 0);
	assert_int_equal(launch_lock_take_in("lock", 7, clock_now()), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(unlink("lock"), 0);
	assert_int_equal(mkfifo("lock", 0600), 0);
	assert_int_equal(launch_lock_take_in("lock", 7, clock_now()), -1);
	assert_int_equal(unlink("lock"), 0);
	close(open("lock", O_CREAT | O_WRONLY, 0600));
	assert_int_equal(chmod("lock", 0666), 0);
	assert_int_equal(launch_lock_take_in("lock", 7, clock_now()), -1);
	assert_int_equal(errno, EACCES);
	if (geteuid() != 0)
		return;
	assert_int_equal(chmod("lock", 0600), 0);
	assert_int_equal(chown("lock", 65534, 65534), 0);
	assert_int_equal(launch_lock_take_in("lock", 7, clock_now()), -1);
	assert_int_equal(errno, EACCES);
}

int
main(void)
{
#define IN(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
	const struct CMUnitTest tests[] = { IN(names_a_service), IN(keeps_the_second_out), IN(does_not_trust_a_strangers_file) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
