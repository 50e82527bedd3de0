#include "os/detach.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "harness/live.h"

static ssize_t
link_of(const char *path, char *out, size_t size)
{
	ssize_t n = readlink(path, out, size - 1);

	out[n > 0 ? n : 0] = '\0';
	return n;
}

/* what the detached child finds, one answer a letter */
static void
look_around(int fd, int stray)
{
	char path[256], line[8] = "-----";

	line[0] = getsid(0) == getpid() ? 'S' : 's';
	line[1] = link_of("/proc/self/cwd", path, sizeof path) > 0 && strcmp(path, "/") == 0 ? 'C' : 'c';
	line[2] = fcntl(stray, F_GETFD) < 0 ? 'F' : 'f';
	line[3] = 'N';
	for (int i = 0; i < 3; i++) {
		char name[32];

		snprintf(name, sizeof name, "/proc/self/fd/%d", i);
		if (link_of(name, path, sizeof path) <= 0 || strcmp(path, "/dev/null") != 0)
			line[3] = 'n';
	}
	line[4] = fcntl(fd, F_GETFD) >= 0 ? 'K' : 'k';
	_exit(write(fd, line, 5) == 5 ? 0 : 1);
}

static void
child_is_alone(void **state)
{
	int pair[2], stray = open("/dev/zero", O_RDONLY), status;
	char said[8] = "";
	pid_t pid;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	pid = detach_fork(&pair[1], 1);
	if (pid == 0)
		look_around(pair[1], stray);
	assert_true(pid > 0);
	close(pair[1]);
	assert_int_equal(read(pair[0], said, 5), 5);
	assert_string_equal(said, "SCFNK");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(pair[0]);
	close(stray);
}

static void
adopt_orphans(void *arg)
{
	pid_t child, orphan;
	int p[2], gone[2];

	(void)arg;
	REQUIRE(detach_adopt() == 0);
	REQUIRE(pipe(p) == 0 && pipe(gone) == 0);
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		orphan = fork();
		if (orphan > 0)
			(void)!write(p[1], &orphan, sizeof orphan);
		/* the orphan waits until its parent is gone: the writing end of the second pipe was its only one */
		if (orphan == 0) {
			close(gone[1]);
			(void)!read(gone[0], &orphan, 1);
			_exit(42);
		}
		_exit(0);
	}
	close(gone[1]);
	REQUIRE(read(p[0], &orphan, sizeof orphan) == (ssize_t)sizeof orphan);
	for (int found = 0, status; found < 2; found++) {
		pid_t pid = waitpid(-1, &status, 0);

		REQUIRE(pid == child || pid == orphan);
		if (pid == orphan)
			REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	}
}

static void
orphans_come_to_us(void **state)
{
	(void)state;
	live_in_child(adopt_orphans, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(child_is_alone), T(orphans_come_to_us) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
