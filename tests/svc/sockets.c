#include "svc/sockets.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "harness/live.h"
#include "svc/unit.h"

/* The sockets of a script "a" with these lines in the test's directory, which is the root of their files; what is wrong to bad. */
static char *
read_lines(struct sockets *s, struct service *svc, const char *service, const char *socket)
{
	struct diag d = DIAG_INIT;
	char root[100], text[1000];
	FILE *f = fopen("a", "w");

	snprintf(text, sizeof text, "[Service]\nExecStart=/bin/true\n%s\n[Socket]\nX-Unit=a.socket\nX-Listen=start\n%s\n", service, socket);
	fputs(text, f);
	fclose(f);
	assert_non_null(getcwd(root, sizeof root));
	assert_int_equal(unit_read(svc, "a", "a", NULL, &d), 0);
	diag_free(&d);
	*s = (struct sockets){ 0 };
	return sockets_read(s, svc, "a", root);
}

static void
opens_them_high_and_closes_them(void **state)
{
	struct sockets s;
	struct service svc;
	int fds[SOCKETS_MAX];
	char *bad;

	(void)state;
	assert_null(read_lines(&s, &svc, "", "ListenStream=/run/a\nListenFIFO=/run/f\nListenDatagram=@unit-a\nFileDescriptorName=n\nSymlinks=/run/l\nRemoveOnStop=yes"));
	assert_string_equal(s.names, "LISTEN_FDNAMES=n:n:n");
	assert_string_equal(s.count, "LISTEN_FDS=3");
	assert_true(s.has_files && !s.demand && !s.accept);
	bad = sockets_open(&s);
	assert_null(bad);
	assert_int_equal(sockets_list(&s, fds), 3);
	for (int i = 0; i < 3; i++) {
		assert_true(fds[i] >= SOCKETS_FIRST + SOCKETS_MAX);
		assert_true(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
	}
	assert_int_equal(access("run/l", F_OK), 0);
	sockets_close(&s, false);
	assert_int_equal(fcntl(fds[0], F_GETFD), -1);
	assert_int_equal(sockets_list(&s, fds), 0);
	assert_int_equal(access("run/a", F_OK), -1);
	assert_int_equal(access("run/f", F_OK), -1);
	assert_int_equal(access("run/l", F_OK), -1);
	sockets_free(&s);
	service_free(&svc);
}

static void
takes_over_what_is_held(void **state)
{
	struct sockets first, second;
	struct service svc, svc2;
	int fds[SOCKETS_MAX], again[SOCKETS_MAX];
	struct stat a, b;

	(void)state;
	assert_null(read_lines(&first, &svc, "", "ListenStream=/run/a\nListenStream=/run/b"));
	assert_null(sockets_open(&first));
	sockets_list(&first, fds);
	assert_null(read_lines(&second, &svc2, "", "ListenStream=/run/b\nListenStream=/run/c"));
	second.held[0] = dup(fds[0]);
	second.held[1] = dup(fds[1]);
	second.n_held = 2;
	assert_int_equal(fstat(fds[1], &a), 0);
	sockets_close(&first, true);
	assert_null(sockets_open(&second));
	assert_int_equal(sockets_list(&second, again), 2);
	assert_int_equal(fstat(again[0], &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	assert_int_equal(fcntl(second.held[0], F_GETFD), -1);
	sockets_close(&second, false);
	sockets_free(&first);
	sockets_free(&second);
	service_free(&svc);
	service_free(&svc2);
}

static void
a_failure_leaves_nothing(void **state)
{
	struct sockets s;
	struct service svc;
	int fds[SOCKETS_MAX];
	char *bad;

	(void)state;
	assert_null(read_lines(&s, &svc, "", "ListenStream=/run/a\nListenStream=/run/taken"));
	assert_int_equal(mkdir("run", 0755), 0);
	close(open("run/taken", O_WRONLY | O_CREAT, 0600));
	bad = sockets_open(&s);
	assert_string_equal(bad, "unable to listen at /run/taken (a.socket): it is in use");
	free(bad);
	assert_int_equal(sockets_list(&s, fds), 0);
	assert_int_equal(access("run/a", F_OK), -1);
	assert_int_equal(access("run/taken", F_OK), 0);
	sockets_free(&s);
	service_free(&svc);
}

static void
refuses_what_cannot_be(void **state)
{
	static const struct {
		const char *service, *socket, *why;
	} cases[] = {
		{ "StandardInput=socket", "ListenStream=1\nListenStream=2", "its standard input can be one socket only" },
		{ "StandardInput=socket", "SocketMode=0600", "its standard input is to be a socket, and there is none" },
		{ "StandardInput=socket", "ListenStream=1\nListenStream=2\nAccept=yes", NULL },
		{ "", "ListenDatagram=1\nAccept=yes", "nobody connects to 1, so Accept= must be off" },
		{ "", "ListenStream=1\nAccept=yes\n[Socket]\nX-Unit=b.socket\nListenStream=2", "some of its sockets are for each connection, and some are not" },
		{ "", "ListenStream=1\nSocketUser=nobodyatall", "unknown user nobodyatall" }, { "", "ListenStream=1\nSocketGroup=nobodyatall", "unknown group nobodyatall" },
		{ "", "ListenStream=1\nSocketUser=nobodyatall\nConditionPathExists=/none", "unknown user" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sockets s;
		struct service svc;
		char *bad = read_lines(&s, &svc, cases[i].service, cases[i].socket);

		if ((bad == NULL) != (cases[i].why == NULL) || (bad && !strstr(bad, cases[i].why)))
			fail_msg("%s, %s: %s", cases[i].service, cases[i].socket, bad ? bad : "is taken");
		free(bad);
		sockets_free(&s);
		service_free(&svc);
	}
}

static void
flushes_who_waits(void **state)
{
	struct sockets s;
	struct service svc;
	int fds[SOCKETS_MAX], client = socket(AF_UNIX, SOCK_STREAM, 0);
	char c;

	(void)state;
	assert_null(read_lines(&s, &svc, "", "ListenStream=/run/a\nFlushPending=yes"));
	assert_null(sockets_open(&s));
	sockets_list(&s, fds);
	assert_int_equal(connect(client, &s.v[0].u.ports[0].at.a.any, s.v[0].u.ports[0].at.len), 0);
	sockets_flush(&s);
	assert_int_equal(read(client, &c, 1), 0);
	close(client);
	sockets_close(&s, false);
	sockets_free(&s);
	service_free(&svc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(opens_them_high_and_closes_them), IN_DIR(takes_over_what_is_held), IN_DIR(a_failure_leaves_nothing), IN_DIR(refuses_what_cannot_be),
		IN_DIR(flushes_who_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
