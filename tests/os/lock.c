#include "harness/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>

#include "os/clock.h"
#include "os/lock.h"

static int
open_lock(void)
{
	int fd = open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	return fd;
}

static void
one_holder_at_a_time(void **state)
{
	int a = open_lock(), b = open_lock(), r = open("lock", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(lock_held(r), 0);
	assert_int_equal(lock_take(a), 0);
	assert_int_equal(lock_take(a), 0);
	assert_int_equal(lock_take(b), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(lock_held(r), 1);
	assert_int_equal(lock_held(b), 1);
	close(a);
	assert_int_equal(lock_held(r), 0);
	assert_int_equal(lock_take(b), 0);
	close(b);
	close(r);
}

static void
many_share_it(void **state)
{
	int a = open_lock(), b = open_lock(), c = open_lock();

	(void)state;
	assert_int_equal(lock_take(a), 0);
	assert_int_equal(lock_share(a), 0);
	assert_int_equal(lock_share(b), 0);
	assert_int_equal(lock_take(c), -1);
	assert_int_equal(errno, EAGAIN);
	close(a);
	assert_int_equal(lock_take(c), -1);
	close(b);
	assert_int_equal(lock_take(c), 0);
	close(c);
}

static void
lives_on_in_a_child(void **state)
{
	int a = open_lock(), b = open_lock(), status;
	pid_t pid;

	(void)state;
	assert_int_equal(lock_take(a), 0);
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	close(a);
	assert_int_equal(lock_held(b), 1);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(lock_held(b), 0);
	close(b);
}

static void
waits_until_the_deadline(void **state)
{
	int a = open_lock(), b = open_lock();
	uint64_t start = clock_now();
	struct itimerval left;

	(void)state;
	assert_int_equal(lock_take(a), 0);
	assert_int_equal(lock_wait(b, clock_after(150000)), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_true(clock_now() - start >= 150000);
	getitimer(ITIMER_REAL, &left);
	assert_int_equal(left.it_value.tv_sec + left.it_value.tv_usec, 0);
	close(a);
	assert_int_equal(lock_wait(b, clock_after(0)), 0);
	close(b);
}

static void
gets_it_when_the_holder_ends(void **state)
{
	int a = open_lock(), b = open_lock(), ends[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		close(b);
		_exit(lock_take(a) == 0 && write(ends[1], "", 1) == 1 && poll(NULL, 0, 50) == 0 ? 0 : 1);
	}
	close(a);
	assert_int_equal(read(ends[0], &(char){ 0 }, 1), 1);
	assert_int_equal(lock_wait(b, clock_after(10000000)), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(b);
	close(ends[0]);
	close(ends[1]);
}

static void
says_what_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(lock_take(-1), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(lock_held(-1), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_holder_at_a_time), T(many_share_it), T(lives_on_in_a_child), T(waits_until_the_deadline), T(gets_it_when_the_holder_ends),
		T(says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
