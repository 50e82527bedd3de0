#include "harness/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "os/clock.h"
#include "os/watch.h"

static void
touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void
sees_what_happens_in_a_directory(void **state)
{
	int fd = watch_open("d/file"), p[2];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(watch_wait(fd, -1, clock_now()), 0);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(watch_wait(fd, -1, clock_after(10000000)), 1);
	assert_int_equal(watch_wait(fd, -1, clock_now()), 0);
	close(fd);
	fd = watch_open("d/file");
	touch("d/file");
	assert_int_equal(watch_wait(fd, -1, clock_after(10000000)), 1);
	assert_int_equal(unlink("d/file"), 0);
	assert_int_equal(watch_wait(fd, -1, clock_after(10000000)), 1);
	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], "x", 1), 1);
	assert_int_equal(watch_wait(fd, p[0], CLOCK_FOREVER), 2);
	close(fd), close(p[0]), close(p[1]);
}

static void
make_it(void *data)
{
	(void)data;
	mkdir("a", 0700);
	mkdir("a/b", 0700);
	touch("a/b/c");
}

static void
waits_for_a_file_below_what_is_not_there(void **state)
{
	pid_t pid;

	(void)state;
	touch("there");
	assert_int_equal(watch_exists("there", clock_now()), 0);
	assert_int_equal(watch_exists("a/b/c", clock_after(1000)), -1);
	assert_int_equal(errno, ETIMEDOUT);
	pid = fork();
	if (pid == 0) {
		make_it(NULL);
		_exit(0);
	}
	assert_int_equal(watch_exists("a/b/c", clock_after(20000000)), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sees_what_happens_in_a_directory, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(waits_for_a_file_below_what_is_not_there, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
