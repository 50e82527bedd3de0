#include "harness/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "os/fd.h"

static int
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* the child gets more than a pipe holds, in small reads, with a signal in between */
static void
writes_and_reads_whole(void **state)
{
	enum { SIZE = 1 << 20 };
	static char data[SIZE], got[SIZE + 1];
	int ends[2], status;
	pid_t pid;

	(void)state;
	for (int i = 0; i < SIZE; i++)
		data[i] = (char)(i * 7);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		_exit(fd_write_all(ends[1], data, SIZE) == 0 ? 0 : 1);
	}
	close(ends[1]);
	assert_int_equal(fd_read_full(ends[0], got, SIZE + 1), SIZE);
	assert_memory_equal(got, data, SIZE);
	assert_int_equal(fd_read_full(ends[0], got, 10), 0);
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int bell = -1;

static void
on_alarm(int sig)
{
	(void)sig;
	if (write(bell, "", 1) != 1)
		abort();
}

/* what is there, be it less than asked for; a signal does not end it */
static void
reads_some(void **state)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct itimerval soon = { { 0, 20000 }, { 0, 20000 } }, off = { { 0, 0 }, { 0, 0 } };
	int ends[2], bells[2], status;
	char got[8] = "";
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pipe(bells), 0);
	bell = bells[1];
	assert_int_equal(sigaction(SIGALRM, &sa, NULL), 0);
	pid = fork();
	if (pid == 0) {
		/* the parent has been interrupted before there is anything */
		close(ends[0]);
		_exit(fd_read_full(bells[0], got, 4) == 4 && write(ends[1], "abc", 3) == 3 ? 0 : 1);
	}
	close(ends[1]);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_int_equal(fd_read_some(ends[0], got, sizeof got), 3);
	setitimer(ITIMER_REAL, &off, NULL);
	assert_string_equal(got, "abc");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(fd_read_some(ends[0], got, sizeof got), 0);
	signal(SIGALRM, SIG_DFL);
	close(ends[0]);
	close(bells[0]);
	close(bells[1]);
}

static void
reports_errors(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC), dir = open("/", O_RDONLY | O_CLOEXEC);
	char c;

	(void)state;
	assert_int_equal(fd_write_all(full, "x", 1), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(fd_read_full(dir, &c, 1), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(fd_write_all(full, "", 0), 0);
	close(full);
	close(dir);
}

static void
close_some(void *data)
{
	const int keep[] = { 30, 12, 2, 11 };
	const int *first = data;

	for (int fd = 3; fd < 40; fd++)
		dup2(0, fd);
	fd_close_from(*first, keep, COUNT(keep));
	for (int fd = 0; fd < 64; fd++)
		if (is_open(fd))
			printf("%d ", fd);
}

static void
closes_all_but_those_kept(void **state)
{
	int first = 3;
	char out[512];

	(void)state;
	assert_int_equal(in_child(close_some, &first, out, sizeof out), 0);
	assert_string_equal(out, "0 1 2 11 12 30 ");
	first = 12;
	assert_int_equal(in_child(close_some, &first, out, sizeof out), 0);
	assert_string_equal(out, "0 1 2 3 4 5 6 7 8 9 10 11 12 30 ");
}

static void
sets_flags(void **state)
{
	int fd = open("/dev/null", O_RDWR);

	(void)state;
	assert_int_equal(fd_set_cloexec(fd, 1), 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(fd_set_cloexec(fd, 0), 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	assert_int_equal(fd_set_nonblock(fd, 1), 0);
	assert_int_equal(fcntl(fd, F_GETFL) & (O_NONBLOCK | O_ACCMODE), O_NONBLOCK | O_RDWR);
	assert_int_equal(fd_set_nonblock(fd, 0), 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	close(fd);
	assert_int_equal(fd_set_cloexec(fd, 1), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(fd_set_nonblock(fd, 1), -1);
}

static void
copies_high(void **state)
{
	int fd = fd_dup_above(0, 100);

	(void)state;
	assert_true(fd >= 100);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	assert_int_equal(fd_dup_above(-1, 3), -1);
	assert_int_equal(errno, EBADF);
}

static void
drops_and_keeps_errno(void **state)
{
	int fd = open("/dev/null", O_RDWR);

	(void)state;
	errno = EXDEV;
	assert_int_equal(fd_drop(fd), -1);
	assert_int_equal(errno, EXDEV);
	assert_int_equal(fd_drop(-1), -1);
	assert_int_equal(errno, EXDEV);
	assert_false(is_open(fd));
}

static void
fill(void *data)
{
	int before = dup(1), after;
	struct stat st, null;

	(void)data;
	close(0);
	close(2);
	if (fd_fill_stdio() != 0 || stat("/dev/null", &null) != 0)
		_exit(1);
	if (fstat(0, &st) != 0 || st.st_rdev != null.st_rdev || fstat(2, &st) != 0 || st.st_rdev != null.st_rdev)
		_exit(2);
	after = dup(1);
	/* nothing else was left open, and what was open stayed */
	_exit(after == before + 1 && is_open(1) ? 0 : 3);
}

static void
fills_missing_stdio(void **state)
{
	char out[64];

	(void)state;
	assert_int_equal(WEXITSTATUS(in_child(fill, NULL, out, sizeof out)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(writes_and_reads_whole), T(reads_some), T(reports_errors), T(closes_all_but_those_kept), T(sets_flags), T(copies_high), T(drops_and_keeps_errno),
		T(fills_missing_stdio),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
