#include "harness/live.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "svc/launch_io.h"

static void
opens_files(void **state)
{
	struct stat st;
	mode_t old = umask(002);
	int fd;

	(void)state;
	fd = launch_io_file("log", false);
	umask(old);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0664);
	assert_int_equal(fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK), O_APPEND);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	assert_int_equal(launch_io_file("none", true), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(access("none", F_OK), -1);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	/* nobody reads: no hang */
	assert_int_equal(launch_io_file("fifo", false), -1);
	assert_int_equal(errno, ENXIO);
}

static void
follows_no_strangers_link(void **state)
{
	int fd;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir("logs", 0755), 0);
	assert_int_equal(symlink("../real", "logs/own"), 0);
	fd = launch_io_file("logs/own", false);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(access("real", F_OK), 0);
	assert_int_equal(symlink("../victim", "logs/his"), 0);
	assert_int_equal(symlink("..", "logs/up"), 0);
	assert_int_equal(lchown("logs/his", 65534, 65534), 0);
	assert_int_equal(lchown("logs/up", 65534, 65534), 0);
	assert_int_equal(launch_io_file("logs/his", false), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(launch_io_file("logs/up/victim", false), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(access("victim", F_OK), -1);
}

static void
feeds_a_command(void **state)
{
	char line[16] = "";
	int fd = launch_io_logger("read x && echo \"got $x\" >out.new && mv out.new out"), in;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "hello\n", 6), 6);
	close(fd);
	UNTIL((in = open("out", O_RDONLY)) >= 0);
	assert_int_equal(read(in, line, sizeof line - 1), 10);
	assert_string_equal(line, "got hello\n");
	close(in);
	while (wait(NULL) > 0)
		;
}

static void
puts_a_pipe_where_it_is_wanted(void **state)
{
	char c;
	int fd = launch_io_pipe_at(33);

	(void)state;
	assert_true(fd > 33);
	assert_int_equal(fcntl(33, F_GETFD), FD_CLOEXEC);
	assert_int_equal(read(fd, &c, 1), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(write(33, "x", 1), 1);
	assert_int_equal(read(fd, &c, 1), 1);
	assert_int_equal(launch_io_pipe_at(33), -1);
	assert_int_equal(errno, EBUSY);
	assert_int_equal(launch_io_pipe_at(2), -1);
	assert_int_equal(errno, EINVAL);
	close(33);
	assert_int_equal(read(fd, &c, 1), 0);
	close(fd);
	/* the very number that the pipe itself gets */
	fd = open("/dev/null", O_RDONLY);
	close(fd);
	assert_true(fd < 3 || (fd = launch_io_pipe_at(fd)) > 3);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(opens_files, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(follows_no_strangers_link, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(feeds_a_command, enter_directory, leave_directory), T(puts_a_pipe_where_it_is_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
