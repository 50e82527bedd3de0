#include "svc/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "harness/live.h"

static struct service
service(enum service_output out, const char *out_path, enum service_output err, const char *err_path)
{
	struct service s;

	service_init(&s, "x");
	s.out = out;
	s.err = err;
	s.out_path = out_path ? strdup(out_path) : NULL;
	s.err_path = err_path ? strdup(err_path) : NULL;
	return s;
}

static const char *
content(const char *path)
{
	static char text[64];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);

	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
fill(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
the_log_by_default(void **state)
{
	struct service s = service(SERVICE_OUT_LOG, NULL, SERVICE_OUT_INHERIT, NULL);
	struct streams st;
	const char *bad;

	(void)state;
	assert_int_equal(streams_open(&st, &s, 77, CHILD_FD_NULL, &bad), 0);
	assert_int_equal(st.fd[0], CHILD_FD_NULL);
	assert_int_equal(st.fd[1], 77);
	assert_int_equal(st.fd[2], 77);
	streams_close(&st);
	service_free(&s);
}

/* as systemd has it: who reads from a socket answers there, unless told otherwise */
static void
a_socket_is_what_it_is_told_to_be(void **state)
{
	static const struct {
		bool in, out_set;
		enum service_output out, err;
		int fd[3];
	} cases[] = {
		{ true, false, SERVICE_OUT_LOG, SERVICE_OUT_INHERIT, { 88, 88, 88 } }, { true, true, SERVICE_OUT_LOG, SERVICE_OUT_INHERIT, { 88, 77, 77 } },
		{ true, false, SERVICE_OUT_LOG, SERVICE_OUT_LOG, { 88, 88, 77 } }, { false, true, SERVICE_OUT_SOCKET, SERVICE_OUT_LOG, { -1, 88, 77 } },
		{ false, true, SERVICE_OUT_LOG, SERVICE_OUT_SOCKET, { -1, 77, 88 } }, { false, false, SERVICE_OUT_LOG, SERVICE_OUT_INHERIT, { -1, 77, 77 } },
		{ true, true, SERVICE_OUT_NULL, SERVICE_OUT_INHERIT, { 88, -1, -1 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct service s = service(cases[i].out, NULL, cases[i].err, NULL);
		struct streams st;
		const char *bad;

		s.in_socket = cases[i].in;
		s.out_set = cases[i].out_set;
		assert_int_equal(streams_take_socket(&s), cases[i].in || cases[i].out == SERVICE_OUT_SOCKET || cases[i].err == SERVICE_OUT_SOCKET);
		assert_int_equal(streams_open(&st, &s, 77, 88, &bad), 0);
		for (int f = 0; f < 3; f++)
			assert_int_equal(st.fd[f], cases[i].fd[f]);
		streams_close(&st);
		service_free(&s);
	}
}

static void
output_inherits_from_the_empty_input(void **state)
{
	struct service s = service(SERVICE_OUT_INHERIT, NULL, SERVICE_OUT_LOG, NULL);
	struct streams st;
	const char *bad;

	(void)state;
	assert_int_equal(streams_open(&st, &s, CHILD_FD_KEEP, CHILD_FD_NULL, &bad), 0);
	assert_int_equal(st.fd[1], CHILD_FD_NULL);
	assert_int_equal(st.fd[2], CHILD_FD_KEEP);
	service_free(&s);
}

static void
files_are_kept_continued_or_emptied(void **state)
{
	static const struct {
		enum service_output kind;
		const char *after;
	} rows[] = { { SERVICE_OUT_FILE, "newtent" }, { SERVICE_OUT_APPEND, "contentnew" }, { SERVICE_OUT_TRUNCATE, "new" } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct service s = service(rows[i].kind, "file", SERVICE_OUT_INHERIT, NULL);
		struct streams st;
		const char *bad;

		fill("file", "content");
		assert_int_equal(streams_open(&st, &s, 77, CHILD_FD_NULL, &bad), 0);
		assert_int_equal(st.fd[1], st.fd[2]);
		assert_int_equal(write(st.fd[1], "new", 3), 3);
		streams_close(&st);
		assert_string_equal(content("file"), rows[i].after);
		service_free(&s);
	}
}

static void
new_files_are_not_for_all(void **state)
{
	struct service s = service(SERVICE_OUT_NULL, NULL, SERVICE_OUT_APPEND, "fresh");
	mode_t mask = umask(0);
	struct streams st;
	struct stat info;
	const char *bad;

	(void)state;
	assert_int_equal(streams_open(&st, &s, 77, CHILD_FD_NULL, &bad), 0);
	assert_int_equal(stat("fresh", &info), 0);
	assert_int_equal(info.st_mode & 07777, 0640);
	streams_close(&st);
	umask(mask);
	service_free(&s);
}

static void
links_are_refused_and_their_targets_keep_their_content(void **state)
{
	(void)state;
	fill("victim", "precious");
	assert_int_equal(symlink("victim", "soft"), 0);
	assert_int_equal(link("victim", "hard"), 0);
	for (int i = 0; i < 2; i++) {
		struct service s = service(SERVICE_OUT_LOG, NULL, SERVICE_OUT_TRUNCATE, i ? "hard" : "soft");
		struct streams st;
		const char *bad;

		assert_int_equal(streams_open(&st, &s, 77, CHILD_FD_NULL, &bad), -1);
		assert_int_equal(errno, i ? EMLINK : ELOOP);
		assert_string_equal(bad, i ? "hard" : "soft");
		assert_string_equal(content("victim"), "precious");
		service_free(&s);
	}
}

static void
a_fifo_does_not_hold_us(void **state)
{
	struct service s = service(SERVICE_OUT_APPEND, "fifo", SERVICE_OUT_LOG, NULL);
	struct streams st;
	const char *bad;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0666), 0);
	alarm(20);
	assert_int_equal(streams_open(&st, &s, 77, CHILD_FD_NULL, &bad), -1);
	assert_int_equal(errno, ENXIO);
	alarm(0);
	service_free(&s);
}

static void
a_failure_closes_what_was_open(void **state)
{
	struct service s = service(SERVICE_OUT_APPEND, "file", SERVICE_OUT_APPEND, "no/such/directory");
	int next = dup(0);
	struct streams st;
	const char *bad;

	(void)state;
	close(next);
	assert_int_equal(streams_open(&st, &s, 77, CHILD_FD_NULL, &bad), -1);
	assert_string_equal(bad, "no/such/directory");
	assert_int_equal(dup(0), next);
	close(next);
	service_free(&s);
}

#define IN_DIRECTORY(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_log_by_default), T(a_socket_is_what_it_is_told_to_be), T(output_inherits_from_the_empty_input),
		IN_DIRECTORY(files_are_kept_continued_or_emptied), IN_DIRECTORY(new_files_are_not_for_all),
		IN_DIRECTORY(links_are_refused_and_their_targets_keep_their_content), IN_DIRECTORY(a_failure_closes_what_was_open),
		IN_DIRECTORY(a_fifo_does_not_hold_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
