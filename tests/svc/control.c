#include "svc/control.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "harness/live.h"

static int
dial(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "control" };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	REQUIRE(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
	return fd;
}

static void
wait_for(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	assert_int_equal(poll(&p, 1, LIVE_SECONDS * 1000), 1);
}

static void
only_the_owner_can_reach_it(void **state)
{
	mode_t mask = umask(0);
	struct stat st;
	int fd = control_listen("control");

	(void)state;
	assert_int_equal(umask(mask), 0);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(stat("control", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(control_accept(fd), -1);
	close(fd);
	/* what a dead keeper left is replaced */
	fd = control_listen("control");
	assert_true(fd >= 0);
	close(fd);
}

static void
too_long_a_path_is_told(void **state)
{
	char path[200], text[CONTROL_TEXT];

	(void)state;
	memset(path, 'x', sizeof path);
	path[108] = '\0';
	assert_int_equal(control_listen(path), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(control_ask(path, CONTROL_STOP, text), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

struct question {
	enum control_request request;
	int code;
	const char *text;
};

static void
ask(void *arg)
{
	const struct question *q = arg;
	char text[CONTROL_TEXT];

	memset(text, 'x', sizeof text);
	REQUIRE(control_ask("control", q->request, text) == q->code);
	if (q->code >= 0)
		REQUIRE(strcmp(text, q->text) == 0);
	else
		REQUIRE(errno == ECONNRESET);
}

static pid_t
asker(const struct question *q, int listening)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(listening);
		ask((void *)(uintptr_t)q);
		_exit(0);
	}
	return pid;
}

static void
went_well(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
a_question_gets_its_answer(void **state)
{
	static char longest[CONTROL_TEXT];
	const struct question questions[] = {
		{ CONTROL_STOP, 0, "" }, { CONTROL_RELOAD, 7, "it ended meanwhile" }, { CONTROL_RESTART, 255, "  two words " },
		{ CONTROL_WAIT, 1, longest }, { CONTROL_WAIT, 3, "42 is the number" },
	};
	int fd = control_listen("control");

	(void)state;
	memset(longest, 'z', sizeof longest - 1);
	for (size_t i = 0; i < COUNT(questions); i++) {
		pid_t pid = asker(&questions[i], fd);
		int client;

		wait_for(fd);
		client = control_accept(fd);
		assert_true(client >= 0);
		assert_int_equal(fcntl(client, F_GETFD), FD_CLOEXEC);
		wait_for(client);
		assert_int_equal(control_request_of(client), questions[i].request);
		control_reply(client, questions[i].code, questions[i].text);
		went_well(pid);
	}
	close(fd);
}

static void
no_keeper_is_told(void **state)
{
	static const struct question q = { CONTROL_STOP, -1, NULL };
	char text[CONTROL_TEXT];
	int fd, client;
	pid_t pid;

	(void)state;
	assert_int_equal(control_ask("control", CONTROL_STOP, text), -1);
	assert_int_equal(errno, ENOENT);
	fd = control_listen("control");
	/* it dies before it has answered: with the question heard, or not even taken */
	pid = asker(&q, fd);
	wait_for(fd);
	client = control_accept(fd);
	close(client);
	went_well(pid);
	pid = asker(&q, fd);
	wait_for(fd);
	close(fd);
	went_well(pid);
	assert_int_equal(control_ask("control", CONTROL_STOP, text), -1);
	assert_int_equal(errno, ECONNREFUSED);
}

static void
try_as_nobody(void *arg)
{
	char text[CONTROL_TEXT];

	(void)arg;
	REQUIRE(chmod(".", 0755) == 0 && chmod("control", 0666) == 0);
	REQUIRE(setresuid(65534, 65534, 65534) == 0);
	REQUIRE(control_ask("control", CONTROL_STOP, text) == -1);
	REQUIRE(errno == ECONNRESET);
}

/* even where the mode of the socket would let them in */
static void
other_users_are_refused(void **state)
{
	int fd, status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	fd = control_listen("control");
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		try_as_nobody(NULL);
		_exit(0);
	}
	wait_for(fd);
	assert_int_equal(control_accept(fd), -1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);
}

static void
silence_death_and_nonsense_are_told_apart(void **state)
{
	static const char *const nonsense[] = { "x", "stop", "ss", "S", "1", "\xff", "\0" };
	int fd = control_listen("control"), peer, client;

	(void)state;
	peer = dial();
	client = control_accept(fd);
	assert_int_equal(control_request_of(client), -1);
	assert_int_equal(control_request_of(client), -1);
	close(peer);
	assert_int_equal(control_request_of(client), CONTROL_NONE);
	/* to answer who is gone harms nobody */
	control_reply(client, 0, "hello");
	assert_int_equal(fcntl(client, F_GETFD), -1);
	for (size_t i = 0; i < COUNT(nonsense); i++) {
		peer = dial();
		client = control_accept(fd);
		assert_true(send(peer, nonsense[i], *nonsense[i] ? strlen(nonsense[i]) : 1, 0) > 0);
		assert_int_equal(control_request_of(client), CONTROL_NONE);
		close(client);
		close(peer);
	}
	/* a message of no bytes, and one that is too long */
	peer = dial();
	client = control_accept(fd);
	assert_int_equal(send(peer, "", 0, 0), 0);
	assert_int_equal(control_request_of(client), CONTROL_NONE);
	close(client);
	close(peer);
	peer = dial();
	client = control_accept(fd);
	assert_int_equal(send(peer, "s", 1, 0), 1);
	close(peer);
	/* who asked and left has asked */
	assert_int_equal(control_request_of(client), CONTROL_STOP);
	control_reply(client, 0, "");
	close(fd);
}

static void
answers_of_others_do_no_harm(void **state)
{
	static const struct {
		const char *said;
		int code;
		const char *text;
	} cases[] = {
		{ "0 fine", 0, "fine" }, { "0", 0, "" }, { "256 x", 1, "x" }, { "-1 x", 1, "x" }, { "x", 0, "x" },
		{ "99999999999999999999 y", 1, "y" },
	};
	char text[CONTROL_TEXT], big[4096];
	int pair[2];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
		assert_true(send(pair[0], cases[i].said, strlen(cases[i].said), 0) > 0);
		assert_int_equal(control_hear(pair[1], text), cases[i].code);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(fcntl(pair[1], F_GETFD), -1);
		close(pair[0]);
	}
	memset(big, 'b', sizeof big);
	memcpy(big, "3 ", 2);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(send(pair[0], big, sizeof big, 0), sizeof big);
	assert_int_equal(control_hear(pair[1], text), 3);
	assert_int_equal(strlen(text), CONTROL_TEXT - 1);
	close(pair[0]);
}

static void
twenty_at_once_are_served(void **state)
{
	static const struct question q = { CONTROL_WAIT, 0, "here you are" };
	int fd = control_listen("control"), client;
	pid_t pids[20];

	(void)state;
	for (size_t i = 0; i < COUNT(pids); i++)
		pids[i] = asker(&q, fd);
	for (size_t i = 0; i < COUNT(pids); i++) {
		wait_for(fd);
		client = control_accept(fd);
		assert_true(client >= 0);
		wait_for(client);
		assert_int_equal(control_request_of(client), CONTROL_WAIT);
		control_reply(client, 0, "here you are");
	}
	for (size_t i = 0; i < COUNT(pids); i++)
		went_well(pids[i]);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(only_the_owner_can_reach_it), IN_DIR(too_long_a_path_is_told), IN_DIR(a_question_gets_its_answer),
		IN_DIR(no_keeper_is_told), IN_DIR(other_users_are_refused), IN_DIR(silence_death_and_nonsense_are_told_apart),
		IN_DIR(answers_of_others_do_no_harm), IN_DIR(twenty_at_once_are_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
