#include "svc/output.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>

#include "harness/live.h"

/* a log daemon; -1 when this is no place to have one */
static int
log_daemon(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	int fd, big = 8 << 20;

	if (!live_in_throwaway())
		return -1;
	unlink(at.sun_path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof big);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	return fd;
}

/* the text behind "<30>Mmm dd hh:mm:ss "; false when there is none */
static bool
logged(int in, char *out, size_t size)
{
	char got[8192];
	ssize_t n = recv(in, got, sizeof got - 1, 0);

	if (n < 0)
		return false;
	got[n] = '\0';
	assert_true(n > 20);
	assert_int_equal(got[n - 1], 0);
	snprintf(out, size, "%s", got + 20);
	return true;
}

static void
put(struct output *o, const char *text, size_t n)
{
	assert_int_equal(write(o->write_fd, text, n), (ssize_t)n);
	output_read(o, 0);
}

static const char *
last(const struct output *o)
{
	static char line[OUTPUT_LINE + 1];

	output_last_line(o, line, sizeof line);
	return line;
}

static void
lines_may_come_in_any_pieces(void **state)
{
	static const char text[] = "one\n\ntwo and more\n\0three\nfour";
	int in = log_daemon();
	struct output o;
	char line[256];

	(void)state;
	if (in < 0)
		skip();
	/* cut anywhere into two writes */
	for (size_t cut = 0; cut < sizeof text; cut++) {
		assert_int_equal(output_init(&o, "tag", LOG_DAEMON | LOG_INFO), 0);
		if (cut)
			put(&o, text, cut);
		if (cut < sizeof text - 1)
			put(&o, text + cut, sizeof text - 1 - cut);
		assert_true(logged(in, line, sizeof line));
		assert_string_equal(line, "tag: one");
		assert_true(logged(in, line, sizeof line));
		assert_string_equal(line, "tag: two and more");
		assert_true(logged(in, line, sizeof line));
		assert_string_equal(line, "tag: three");
		assert_string_equal(last(&o), "three");
		assert_false(logged(in, line, sizeof line));
		output_flush(&o, 42);
		assert_true(logged(in, line, sizeof line));
		assert_string_equal(line, "tag[42]: four");
		assert_string_equal(last(&o), "four");
		output_close(&o);
		assert_int_equal(o.read_fd, -1);
	}
	close(in);
	unlink("/dev/log");
}

static void
long_lines_are_cut(void **state)
{
	static char text[3 * OUTPUT_LINE + 7], line[8192];
	int in = log_daemon();
	struct output o;

	(void)state;
	if (in < 0)
		skip();
	assert_int_equal(output_init(&o, "t", LOG_DAEMON | LOG_INFO), 0);
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\n';
	put(&o, text, sizeof text);
	for (int i = 0; i < 3; i++) {
		assert_true(logged(in, line, sizeof line));
		assert_int_equal(strlen(line), 3 + OUTPUT_LINE);
	}
	assert_true(logged(in, line, sizeof line));
	assert_string_equal(line, "t: xxxxxx");
	/* a line that just fits is one, and leaves no empty one behind */
	text[OUTPUT_LINE] = '\n';
	put(&o, text, OUTPUT_LINE + 1);
	assert_true(logged(in, line, sizeof line));
	assert_int_equal(strlen(line), 3 + OUTPUT_LINE);
	assert_false(logged(in, line, sizeof line));
	output_close(&o);
	close(in);
	unlink("/dev/log");
}

static void
nobody_need_listen(void **state)
{
	struct output o;
	char line[256];
	int in;

	(void)state;
	if (!live_in_throwaway())
		skip();
	unlink("/dev/log");
	assert_int_equal(output_init(&o, "t", LOG_DAEMON | LOG_INFO), 0);
	put(&o, "lost\n", 5);
	assert_string_equal(last(&o), "lost");
	/* it comes up, goes, and comes again */
	in = log_daemon();
	put(&o, "first\n", 6);
	assert_true(logged(in, line, sizeof line));
	assert_string_equal(line, "t: first");
	close(in);
	put(&o, "lost\n", 5);
	in = log_daemon();
	put(&o, "second\n", 7);
	assert_true(logged(in, line, sizeof line));
	assert_string_equal(line, "t: second");
	close(in);
	in = log_daemon();
	/* restarted between two lines: none is lost */
	put(&o, "third\n", 6);
	assert_true(logged(in, line, sizeof line));
	assert_string_equal(line, "t: third");
	output_say(&o, LOG_DAEMON | LOG_ERR, "me", "a word of ours");
	assert_true(logged(in, line, sizeof line));
	assert_memory_equal(line, "me[", 3);
	assert_non_null(strstr(line, "]: a word of ours"));
	close(in);
	unlink("/dev/log");
	output_close(&o);
}

static void
the_last_words_are_kept(void **state)
{
	struct output o;
	char few[8];

	(void)state;
	assert_int_equal(output_init(&o, "t", LOG_DAEMON | LOG_INFO), 0);
	assert_string_equal(last(&o), "");
	for (int i = 0; i < 1000; i++) {
		char line[64];
		int n = snprintf(line, sizeof line, "line %d%.*s\n", i, i % 40, "........................................");

		put(&o, line, (size_t)n);
		line[n - 1] = '\0';
		assert_string_equal(last(&o), line);
		assert_true(o.tail_n <= OUTPUT_TAIL);
		assert_int_equal(o.tail[o.tail_n - 1], '\n');
	}
	assert_int_equal(o.tail[0], 'l');
	output_last_line(&o, few, sizeof few);
	assert_string_equal(few, "line 99");
	output_close(&o);
}

/* they are shown on root's terminal */
static void
the_last_words_are_harmless(void **state)
{
	struct output o;

	(void)state;
	assert_int_equal(output_init(&o, "t", LOG_DAEMON | LOG_INFO), 0);
	put(&o, "\x1b]0;owned\x07 \x9b" "2J ok\r\n", 19);
	assert_string_equal(last(&o), " ]0;owned  ?2J ok ");
	output_close(&o);
}

static void
write_megabytes(int fd)
{
	static char part[65536];

	for (size_t i = 0; i < sizeof part; i++)
		part[i] = i % 80 == 79 ? '\n' : 'a' + (char)(i % 26);
	for (int i = 0; i < 160; i++)
		for (size_t done = 0; done < sizeof part;) {
			ssize_t n = write(fd, part + done, sizeof part - done);

			if (n < 0)
				_exit(1);
			done += (size_t)n;
		}
	_exit(0);
}

static void
ten_megabytes_take_no_time(void **state)
{
	uint64_t began = clock_now();
	struct output o;
	siginfo_t info;
	pid_t pid;

	(void)state;
	assert_int_equal(output_init(&o, "t", LOG_DAEMON | LOG_INFO), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		write_megabytes(o.write_fd);
	do {
		output_read(&o, pid);
		info.si_pid = 0;
		assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT), 0);
	} while (!info.si_pid);
	assert_int_equal(info.si_status, 0);
	output_flush(&o, pid);
	assert_int_equal(live_end(pid), 0);
	assert_true(clock_now() - began < 10 * UINT64_C(1000000));
	output_close(&o);
}

/* who writes without end does not hold us */
static void
reading_comes_to_an_end(void **state)
{
	struct output o;
	pid_t pid;

	(void)state;
	assert_int_equal(output_init(&o, "t", LOG_DAEMON | LOG_INFO), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	while (pid == 0)
		if (write(o.write_fd, "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n", 48) < 0)
			_exit(0);
	alarm(LIVE_SECONDS);
	for (int i = 0; i < 100; i++)
		output_read(&o, pid);
	output_flush(&o, pid);
	alarm(0);
	live_end(pid);
	output_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(lines_may_come_in_any_pieces), T(long_lines_are_cut), T(nobody_need_listen), T(the_last_words_are_kept),
		T(the_last_words_are_harmless), T(ten_megabytes_take_no_time), T(reading_comes_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
