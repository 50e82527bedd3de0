#include "os/syslog.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>

#include "harness/live.h"

/* a log daemon of the kind; -1 when this is no place to have one */
static int
listen_at_dev_log(int type)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	int fd;

	if (!live_in_throwaway())
		return -1;
	unlink(at.sun_path);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static void
nobody_listens(void **state)
{
	int fd;

	(void)state;
	if (!live_in_throwaway())
		skip();
	unlink("/dev/log");
	assert_int_equal(syslog_open(), -1);
	assert_int_equal(errno, ENOENT);
	fd = listen_at_dev_log(SOCK_DGRAM);
	close(fd);
	assert_int_equal(syslog_open(), -1);
	assert_int_equal(errno, ECONNREFUSED);
	unlink("/dev/log");
}

static void
writes_what_log_daemons_read(void **state)
{
	int in = listen_at_dev_log(SOCK_DGRAM), out;
	char got[4096], month[4];
	int day, h, m, s, used = 0;
	ssize_t n;

	(void)state;
	if (in < 0)
		skip();
	out = syslog_open();
	assert_true(out >= 0);
	assert_int_equal(fcntl(out, F_GETFD), FD_CLOEXEC);
	assert_int_equal(syslog_send(out, LOG_DAEMON | LOG_INFO, "a tag%s", 42, "a\nline\0!", 8), 0);
	n = recv(in, got, sizeof got, 0);
	assert_true(n > 0);
	assert_int_equal(sscanf(got, "<30>%3s %d %d:%d:%d %n", month, &day, &h, &m, &s, &used), 5);
	assert_int_equal(got[7], ' ');
	assert_int_equal(used, 20);
	assert_int_equal(n, used + (int)sizeof "a tag%s[42]: a\nline\0!");
	assert_memory_equal(got + used, "a tag%s[42]: a\nline\0!", sizeof "a tag%s[42]: a\nline\0!");
	/* no pid, no text, a long tag */
	assert_int_equal(syslog_send(out, LOG_LOCAL7 | LOG_DEBUG, "t", 0, "", 0), 0);
	n = recv(in, got, sizeof got, 0);
	assert_int_equal(n, 20 + 1 + (int)sizeof "t: ");
	assert_memory_equal(got + 21, "t: ", sizeof "t: ");
	memset(got, 'x', 300);
	got[300] = '\0';
	assert_int_equal(syslog_send(out, 191, got, 4194304, "y", 1), 0);
	n = recv(in, got, sizeof got, 0);
	assert_int_equal(n, 21 + 64 + (int)sizeof "[4194304]: y");
	assert_memory_equal(got + 21 + 60, "xxxx[4194304]: y", sizeof "xxxx[4194304]: y");
	close(out);
	close(in);
	unlink("/dev/log");
}

static void
speaks_to_stream_daemons(void **state)
{
	int in = listen_at_dev_log(SOCK_STREAM), out, peer;
	char got[256];
	ssize_t n;

	(void)state;
	if (in < 0)
		skip();
	out = syslog_open();
	assert_true(out >= 0);
	assert_int_equal(syslog_send(out, 30, "t", 1, "one", 3), 0);
	assert_int_equal(syslog_send(out, 30, "t", 1, "two", 3), 0);
	peer = accept(in, NULL, NULL);
	assert_true(peer >= 0);
	n = recv(peer, got, sizeof got, 0);
	assert_int_equal(n, 2 * (20 + (int)sizeof "t[1]: one"));
	assert_memory_equal(got + 20, "t[1]: one", sizeof "t[1]: one");
	assert_memory_equal(got + n - (int)sizeof "t[1]: two", "t[1]: two", sizeof "t[1]: two");
	/* its end is told, and does not kill us by SIGPIPE */
	close(peer);
	close(in);
	assert_int_equal(syslog_send(out, 30, "t", 1, "three", 5), -1);
	assert_int_equal(errno, EPIPE);
	close(out);
	unlink("/dev/log");
}

static void
never_waits_for_a_busy_daemon(void **state)
{
	int in = listen_at_dev_log(SOCK_DGRAM), out;
	static char line[60000];
	int i;

	(void)state;
	if (in < 0)
		skip();
	memset(line, 'z', sizeof line);
	out = syslog_open();
	assert_true(out >= 0);
	alarm(LIVE_SECONDS);
	for (i = 0; i < 100000 && syslog_send(out, 30, "t", 1, line, sizeof line) == 0; i++)
		;
	assert_int_equal(errno, EAGAIN);
	assert_true(i < 100000);
	alarm(0);
	close(in);
	assert_int_equal(syslog_send(out, 30, "t", 1, "x", 1), -1);
	assert_int_equal(errno, ECONNREFUSED);
	close(out);
	unlink("/dev/log");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(nobody_listens), T(writes_what_log_daemons_read), T(speaks_to_stream_daemons), T(never_waits_for_a_busy_daemon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
