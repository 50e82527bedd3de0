#include "harness/live.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "svc/launch_ready.h"
#include "svc/notify.h"

static void
send_to(const char *address, const char *text)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	size_t n = strlen(address);

	memcpy(a.sun_path, address, n);
	a.sun_path[0] = '\0';
	if (sendto(fd, text, strlen(text), 0, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		_exit(98);
	close(fd);
}

/* a daemon that says these things, one a line, and then waits, or ends with `status` */
static pid_t
daemon_that(const char *address, const char *first, const char *second, int status)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		setsid();
		if (first)
			send_to(address, first);
		if (second)
			send_to(address, second);
		if (status >= 0)
			_exit(status);
		for (;;)
			pause();
	}
	return pid;
}

static enum launch_ready_end
ask(struct launch_ready *r, pid_t pid, int *detail)
{
	enum launch_ready_end end;
	struct procref ref;

	/* a daemon that has ended already cannot be held: it is known by its pid until we reap it */
	if (procref_open(&ref, pid, 0) != 0)
		ref = (struct procref){ .pid = pid, .fd = -1 };
	end = launch_ready_wait(r, &ref, detail);
	procref_close(&ref);
	return end;
}

static void
hears_notifications(void **state)
{
	char address[64];
	struct launch_ready r = { .kind = LAUNCH_READY_NOTIFY, .fd = notify_bind_abstract(address, sizeof address), .uid = geteuid() };
	int detail = 0;
	pid_t pid;

	(void)state;
	assert_true(r.fd >= 0);
	r.timeout = 20000000;
	pid = daemon_that(address, "STATUS=soon", "READY=1", -1);
	assert_int_equal(ask(&r, pid, &detail), LAUNCH_READY_YES);
	live_end(pid);
	pid = daemon_that(address, "ERRNO=2", NULL, -1);
	assert_int_equal(ask(&r, pid, &detail), LAUNCH_READY_ERRNO);
	assert_int_equal(detail, ENOENT);
	live_end(pid);
	/* it said so before it ended */
	pid = daemon_that(address, "READY=1", NULL, 0);
	assert_int_equal(ask(&r, pid, &detail), LAUNCH_READY_YES);
	while (waitpid(pid, NULL, WNOHANG) == 0)
		live_nap();
	/* microseconds: the time left is now a tenth of a second, not the twenty that it was */
	pid = daemon_that(address, "EXTEND_TIMEOUT_USEC=100000", NULL, -1);
	assert_int_equal(ask(&r, pid, &detail), LAUNCH_READY_TIMEOUT);
	live_end(pid);
	close(r.fd);
}

static void
does_not_believe_a_stranger(void **state)
{
	char address[64];
	struct launch_ready r = { .kind = LAUNCH_READY_NOTIFY, .fd = notify_bind_abstract(address, sizeof address), .uid = geteuid() };
	int detail = 0;
	pid_t pid, other;

	(void)state;
	r.timeout = 300000;
	pid = daemon_that(address, NULL, NULL, -1);
	other = daemon_that(address, "READY=1", NULL, -1);
	assert_int_equal(ask(&r, pid, &detail), LAUNCH_READY_TIMEOUT);
	live_end(other);
	live_end(pid);
	close(r.fd);
}

static void
ends_when_the_daemon_does(void **state)
{
	static const enum launch_ready_kind kinds[] = { LAUNCH_READY_ALIVE, LAUNCH_READY_NOTIFY, LAUNCH_READY_NEWLINE };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		char address[64];
		int p[2], detail = 0;
		struct launch_ready r = { .kind = kinds[i], .fd = -1, .timeout = 60000000 };
		uint64_t begin = clock_now();

		assert_int_equal(pipe2(p, O_NONBLOCK), 0);
		if (kinds[i] == LAUNCH_READY_NOTIFY)
			r.fd = notify_bind_abstract(address, sizeof address);
		else if (kinds[i] == LAUNCH_READY_NEWLINE)
			r.fd = dup(p[0]);
		assert_int_equal(ask(&r, daemon_that(NULL, NULL, NULL, 7), &detail), LAUNCH_READY_DIED);
		assert_true(WIFEXITED(detail) && WEXITSTATUS(detail) == 7);
		assert_true(clock_now() - begin < 20000000);
		close(p[0]), close(p[1]);
		if (r.fd >= 0)
			close(r.fd);
	}
}

static void
hears_a_newline(void **state)
{
	struct launch_ready r = { .kind = LAUNCH_READY_NEWLINE, .timeout = 20000000 };
	int p[2], detail;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(p, O_NONBLOCK), 0);
	r.fd = p[0];
	pid = fork();
	if (pid == 0) {
		REQUIRE(write(p[1], "not yet", 7) == 7);
		REQUIRE(write(p[1], "ready\n", 6) == 6);
		for (;;)
			pause();
	}
	assert_int_equal(ask(&r, pid, &detail), LAUNCH_READY_YES);
	live_end(pid);
	/* the other end is closed: it never will be, and we do not spin until the time is over */
	close(p[1]);
	r.timeout = 50000;
	pid = live_child();
	assert_int_equal(ask(&r, pid, &detail), LAUNCH_READY_TIMEOUT);
	live_end(pid);
	close(p[0]);
}

static void
takes_who_stays_for_ready(void **state)
{
	struct launch_ready r = { .kind = LAUNCH_READY_ALIVE, .fd = -1, .timeout = 20000 };
	pid_t pid = live_child();
	int detail;

	(void)state;
	assert_int_equal(ask(&r, pid, &detail), LAUNCH_READY_YES);
	live_end(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(hears_notifications), T(does_not_believe_a_stranger), T(ends_when_the_daemon_does), T(hears_a_newline), T(takes_who_stays_for_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
