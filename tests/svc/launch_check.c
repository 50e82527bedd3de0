#include "harness/live.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "svc/launch_check.h"

static enum launch_state
run(struct launch_check *k, struct launch *l)
{
	k->launch = l;
	l->pidfile = "p";
	return launch_check_run(k);
}

static void
asks_every_rule(void **state)
{
	struct launch l = { .match = { .name = "certainly-not" } };
	struct launch_check k = { .age = true };
	struct buf out = BUF_INIT;
	pid_t pid = live_child();

	(void)state;
	assert_int_equal(run(&k, &l), LAUNCH_DEAD);
	assert_int_equal(pidfile_write("p", pid, 0), 0);
	assert_int_equal(run(&k, &l), LAUNCH_DEAD_PIDFILE);
	assert_int_equal(k.rules[MATCH_NAME].answer, MATCH_NO);
	assert_int_equal(k.rules[MATCH_ALIVE].answer, MATCH_YES);
	launch_check_explain(&k, &out);
	assert_non_null(strstr(out.s, "name: no\n"));
	assert_non_null(strstr(out.s, "so it is: dead\n"));
	buf_clear(&out);
	l.match.name = NULL;
	assert_int_equal(run(&k, &l), LAUNCH_RUNNING);
	launch_check_json(&k, &out);
	assert_non_null(strstr(out.s, "{\"state\":\"running\",\"pid\":"));
	assert_non_null(strstr(out.s, "\"alive\":\"yes\""));
	buf_free(&out);
	live_end(pid);
	assert_int_equal(run(&k, &l), LAUNCH_DEAD_PIDFILE);
}

static void
knows_a_pid_that_came_later(void **state)
{
	const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	struct launch l = { .pid = 0 };
	struct launch_check k = { .age = true };
	pid_t pid = live_child();

	(void)state;
	assert_int_equal(pidfile_write("p", pid, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, "p", old, 0), 0);
	assert_int_equal(run(&k, &l), LAUNCH_DEAD_PIDFILE);
	assert_int_equal(k.aged, MATCH_NO);
	k.age = false;
	assert_int_equal(run(&k, &l), LAUNCH_RUNNING);
	live_end(pid);
}

static void
wants_the_lock(void **state)
{
	struct launch l = { .pid = 0 };
	struct launch_check k = { .lock = true };
	int p[2];
	pid_t pid;
	char c;

	(void)state;
	assert_int_equal(pipe(p), 0);
	pid = fork();
	if (pid == 0) {
		struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
		int fd;

		REQUIRE(pidfile_write("p", getpid(), 0) == 0);
		REQUIRE((fd = open("p", O_RDWR)) >= 0);
		REQUIRE(fcntl(fd, F_SETLK, &lock) == 0);
		REQUIRE(write(p[1], "x", 1) == 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(p[0], &c, 1), 1);
	assert_int_equal(run(&k, &l), LAUNCH_RUNNING);
	assert_int_equal(k.holder, pid);
	assert_int_equal(pidfile_write("p", pid, 0), 0);
	assert_int_equal(run(&k, &l), LAUNCH_DEAD_PIDFILE);
	assert_int_equal(k.locked, MATCH_NO);
	live_end(pid);
	close(p[0]), close(p[1]);
}

static void
says_why_a_file_is_not_believed(void **state)
{
	struct launch l = { .pid = 0 };
	struct launch_check k = { .age = true };
	struct buf out = BUF_INIT;
	pid_t pid = live_child();

	(void)state;
	assert_int_equal(pidfile_write("p", pid, 0), 0);
	assert_int_equal(chmod("p", 0666), 0);
	assert_int_equal(run(&k, &l), LAUNCH_REFUSED);
	launch_check_explain(&k, &out);
	assert_non_null(strstr(out.s, "pidfile risk: everybody may write it\n"));
	buf_clear(&out);
	launch_check_json(&k, &out);
	assert_non_null(strstr(out.s, "\"risks\":[\"world-writable\"]"));
	buf_free(&out);
	live_end(pid);
}

int
main(void)
{
#define IN(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
	const struct CMUnitTest tests[] = {
		IN(asks_every_rule), IN(knows_a_pid_that_came_later), IN(wants_the_lock), IN(says_why_a_file_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
