#include "svc/notify.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "harness/live.h"

static struct notify_message
parse(const char *text, size_t n)
{
	struct notify_message m;

	char copy[4097];

	memset(&m, 0, sizeof m);
	memcpy(copy, text, n);
	copy[n] = '\0';
	notify_parse(copy, &m);
	return m;
}

#define PARSE(text) parse(text, sizeof(text) - 1)

static void
knows_the_words(void **state)
{
	struct notify_message m = PARSE("READY=1\nSTATUS=up and running\nMAINPID=4711\nERRNO=2\nEXTEND_TIMEOUT_USEC=5000000\n"
	    "WATCHDOG_USEC=20000000\nWATCHDOG=1\nRELOADING=1\nSTOPPING=1\nX_OTHER=1\nBARRIER=1\nFDSTORE=1");

	(void)state;
	assert_true(m.ready && m.reloading && m.stopping && m.watchdog && !m.watchdog_trigger && m.has_status);
	assert_string_equal(m.status, "up and running");
	assert_int_equal(m.main_pid, 4711);
	assert_int_equal(m.errnum, 2);
	assert_int_equal(m.extend_us, 5000000);
	assert_int_equal(m.watchdog_us, 20000000);
	m = PARSE("WATCHDOG=trigger");
	assert_true(m.watchdog_trigger && !m.watchdog);
	m = PARSE("STATUS=");
	assert_true(m.has_status);
	assert_string_equal(m.status, "");
}

static void
takes_no_nonsense(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} nothing[] = {
#define N(t) { t, sizeof(t) - 1 }
		N(""), N("\n\n\n"), N("="), N("=1"), N("READY"), N("READY="), N("READY=0"), N("READY=2"), N("READY=11"), N("READY=1 "),
		N(" READY=1"), N("ready=1"), N("READY =1"), N("READY=yes"), N("XREADY=1"), N("READY=\n1"), N("\0READY=1"),
		N("READY=1\r\n"), N("MAINPID=0"), N("MAINPID=1"), N("MAINPID=-1"), N("MAINPID=+7"), N("MAINPID= 7"), N("MAINPID=7x"),
		N("MAINPID=4194305"), N("MAINPID=4294967303"), N("MAINPID=18446744073709551623"), N("MAINPID="),
		N("MAINPID=99999999999999999999999999"), N("ERRNO=4096"), N("ERRNO=-5"), N("ERRNO=x"), N("EXTEND_TIMEOUT_USEC=-1"),
		N("EXTEND_TIMEOUT_USEC=18446744073709551616"), N("WATCHDOG=0"), N("WATCHDOG=2"), N("READY\0=1"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(nothing); i++) {
		struct notify_message m = parse(nothing[i].text, nothing[i].n);

		if (m.ready || m.main_pid || m.errnum || m.extend_us || m.watchdog_us || m.watchdog || m.has_status)
			fail_msg("'%s' said something", nothing[i].text);
	}
	assert_int_equal(PARSE("MAINPID=2").main_pid, 2);
	assert_int_equal(PARSE("MAINPID=4194304").main_pid, 4194304);
	assert_true(PARSE("EXTEND_TIMEOUT_USEC=18446744073709551615").extend_us == UINT64_MAX);
	/* the last one counts */
	assert_int_equal(PARSE("MAINPID=5\nMAINPID=6").main_pid, 6);
	assert_false(PARSE("READY=1\nREADY=0").ready);
}

static void
status_is_one_clean_line(void **state)
{
	char text[4096];
	struct notify_message m = PARSE("STATUS=a\tb\x1b[31mc\x7f\rd=e=f\nREADY=1");

	(void)state;
	assert_string_equal(m.status, "a b [31mc  d=e=f");
	assert_true(m.ready);
	memset(text, 's', sizeof text);
	memcpy(text, "STATUS=", 7);
	m = parse(text, sizeof text);
	assert_int_equal(strlen(m.status), sizeof m.status - 1);
	/* a terminal of eight bits takes a bare 0x9b for an escape sequence; what is no UTF-8 is not shown */
	m = PARSE("STATUS=\xc3\xa4 \x9b" "31m \xff");
	assert_string_equal(m.status, "\xc3\xa4 ?31m ?");
	/* and none is cut in two */
	memset(text, 's', 7 + 254);
	memcpy(text, "STATUS=", 7);
	memcpy(text + 7 + 254, "\xc3\xa4\xc3\xa4", 4);
	m = parse(text, 7 + 254 + 4);
	assert_int_equal(strlen(m.status), 254);
}

/* --- over the socket --- */

static int
sender(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "notify" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	REQUIRE(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
	return fd;
}

static void
anyone_may_write_to_it(void **state)
{
	struct notify_message m;
	struct stat st;
	mode_t mask = umask(077);
	int fd = notify_bind("notify"), out;

	(void)state;
	umask(mask);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(stat("notify", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0777);
	assert_int_equal(notify_receive(fd, &m), 0);
	out = sender();
	assert_int_equal(send(out, "READY=1", 7, 0), 7);
	assert_int_equal(notify_receive(fd, &m), 1);
	assert_true(m.ready);
	assert_int_equal(m.sender, getpid());
	assert_int_equal(m.uid, getuid());
	assert_int_equal(notify_receive(fd, &m), 0);
	close(out);
	close(fd);
	/* an old one is replaced */
	fd = notify_bind("notify");
	assert_true(fd >= 0);
	close(fd);
}

static void
too_long_a_path_is_told(void **state)
{
	char path[200];

	(void)state;
	memset(path, 'x', sizeof path);
	path[108] = '\0';
	assert_int_equal(notify_bind(path), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	path[107] = '\0';
	close(notify_bind(path));
	assert_int_equal(access(path, F_OK), 0);
}

static void
say_as_nobody(void *arg)
{
	(void)arg;
	REQUIRE(chmod(".", 0755) == 0);
	REQUIRE(setresuid(65534, 65534, 65534) == 0);
	REQUIRE(send(sender(), "READY=1", 7, 0) == 7);
}

/* credentials of another process: only root may send those */
static void
say_for_another(int out, pid_t pid, const char *text)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec io = { (void *)(uintptr_t)text, strlen(text) };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	struct ucred cred = { pid, 0, 0 };

	memset(&control, 0, sizeof control);
	CMSG_FIRSTHDR(&m)->cmsg_level = SOL_SOCKET;
	CMSG_FIRSTHDR(&m)->cmsg_type = SCM_CREDENTIALS;
	CMSG_FIRSTHDR(&m)->cmsg_len = CMSG_LEN(sizeof cred);
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &cred, sizeof cred);
	assert_int_equal(sendmsg(out, &m, 0), (ssize_t)strlen(text));
}

static void
the_kernel_tells_who_speaks(void **state)
{
	struct notify_message m;
	int fd, out;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	fd = notify_bind("notify");
	live_in_child(say_as_nobody, NULL);
	assert_int_equal(notify_receive(fd, &m), 1);
	assert_int_equal(m.uid, 65534);
	assert_true(m.sender > 1 && m.sender != getpid());
	pid = live_child();
	out = sender();
	say_for_another(out, pid, "READY=1");
	assert_int_equal(notify_receive(fd, &m), 1);
	assert_int_equal(m.sender, pid);
	live_end(pid);
	close(out);
	close(fd);
}

static void
pass_fds(int out, const int *fds, size_t n, const char *text)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(253 * sizeof(int))];
	} control;
	struct iovec io = { (void *)(uintptr_t)text, strlen(text) };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(n * sizeof(int)) };

	memset(&control, 0, sizeof control);
	CMSG_FIRSTHDR(&m)->cmsg_level = SOL_SOCKET;
	CMSG_FIRSTHDR(&m)->cmsg_type = SCM_RIGHTS;
	CMSG_FIRSTHDR(&m)->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), fds, n * sizeof(int));
	assert_int_equal(sendmsg(out, &m, 0), (ssize_t)strlen(text));
}

static int
open_descriptors(void)
{
	int n = 0;

	for (int i = 0; i < 1024; i++)
		n += fcntl(i, F_GETFD) >= 0;
	return n;
}

static void
passed_descriptors_are_closed(void **state)
{
	int fd = notify_bind("notify"), out = sender(), p[2], many[253], before;
	struct notify_message m;
	struct pollfd wait;

	(void)state;
	before = open_descriptors();
	assert_int_equal(pipe(p), 0);
	pass_fds(out, &p[1], 1, "BARRIER=1");
	close(p[1]);
	wait = (struct pollfd){ p[0], POLLIN, 0 };
	assert_int_equal(poll(&wait, 1, 0), 0);
	assert_int_equal(notify_receive(fd, &m), 1);
	/* this is what sd_notify_barrier(3) waits for */
	assert_int_equal(poll(&wait, 1, 0), 1);
	assert_true(wait.revents & POLLHUP);
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = p[0];
	pass_fds(out, many, COUNT(many), "READY=1");
	close(p[0]);
	assert_int_equal(notify_receive(fd, &m), 1);
	assert_true(m.ready);
	assert_int_equal(m.sender, getpid());
	assert_int_equal(open_descriptors(), before);
	close(out);
	close(fd);
}

static void
messages_may_have_4096_bytes(void **state)
{
	int fd = notify_bind("notify"), out = sender();
	static char text[70000];
	struct notify_message m;

	(void)state;
	memset(text, '\n', sizeof text);
	memcpy(text, "READY=1", 7);
	memcpy(text + 4096 - 9, "MAINPID=7", 9);
	assert_int_equal(send(out, text, 4096, 0), 4096);
	assert_int_equal(notify_receive(fd, &m), 1);
	assert_true(m.ready);
	assert_int_equal(m.main_pid, 7);
	/* MAINPID=77 cut short would be another process */
	text[4096] = '7';
	assert_int_equal(send(out, text, 4097, 0), 4097);
	assert_int_equal(notify_receive(fd, &m), 1);
	assert_false(m.ready);
	assert_int_equal(m.main_pid, 0);
	assert_int_equal(m.sender, getpid());
	assert_int_equal(send(out, text, sizeof text, 0), sizeof text);
	assert_int_equal(notify_receive(fd, &m), 1);
	assert_false(m.ready);
	/* one of no bytes at all does not end anything */
	assert_int_equal(send(out, text, 0, 0), 0);
	assert_int_equal(send(out, "STOPPING=1", 10, 0), 10);
	assert_int_equal(notify_receive(fd, &m), 1);
	assert_false(m.ready || m.stopping);
	assert_int_equal(notify_receive(fd, &m), 1);
	assert_true(m.stopping);
	close(out);
	close(fd);
}

static void
garbage_does_no_harm(void **state)
{
	unsigned seed = 4711;
	char text[4096];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		static const char *const bits[] = { "READY=1", "MAINPID=", "=", "\n", "STATUS=", "\0", "9", "\xff", "WATCHDOG=trigger", "ERRNO=" };
		size_t n = 0;

		while (n < 200) {
			const char *bit = bits[(seed = seed * 1103515245 + 12345) / 65536 % COUNT(bits)];
			size_t len = *bit ? strlen(bit) : 1;

			memcpy(text + n, bit, len);
			n += len;
		}
		parse(text, (seed >> 8) % n);
	}
	for (int i = 0; i < 2000; i++) {
		for (size_t k = 0; k < sizeof text; k++)
			text[k] = (char)((seed = seed * 1103515245 + 12345) >> 16);
		parse(text, sizeof text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		T(knows_the_words), T(takes_no_nonsense), T(status_is_one_clean_line), IN_DIR(anyone_may_write_to_it),
		IN_DIR(too_long_a_path_is_told), IN_DIR(the_kernel_tells_who_speaks), IN_DIR(passed_descriptors_are_closed),
		IN_DIR(messages_may_have_4096_bytes), T(garbage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
