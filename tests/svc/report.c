#include "svc/report.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "harness/unit.h"
#include "os/clock.h"

static char *
line_of(const struct client_state *s)
{
	struct buf b = BUF_INIT;

	report_line(&b, "exd", s);
	return buf_take(&b);
}

#define LINE(state, text) do { \
	char *line_ = line_of(&(state)); \
	assert_string_equal(line_, text); \
	free(line_); \
} while (0)

static void
lines(void **state)
{
	struct client_state s = { .recorded = true, .kept = true, .rec = { .state = RECORD_RUNNING, .main = 4711 } };

	(void)state;
	LINE(s, "exd is running, pid 4711\n");
	s.rec.since = clock_wall() - 90 * UINT64_C(1000000);
	strcpy(s.rec.text, "ready");
	LINE(s, "exd is running, pid 4711, for 1min 30s: ready\n");
	s.kept = false;
	s.orphan = true;
	s.rec.since = 0;
	LINE(s, "exd is running, but has lost its keeper, pid 4711: ready\n");
	s.orphan = false;
	LINE(s, "exd is dead: ready\n");
	s.kept = true;
	s.rec = (struct record){ .state = RECORD_EXITED };
	LINE(s, "exd is up (its command has ended well)\n");
}

static void
the_dead_have_an_exit_and_last_words(void **state)
{
	struct client_state s = { .recorded = true, .rec = { .state = RECORD_FAILED, .ended = true, .status = SIGKILL, .since = 1 } };
	struct buf b = BUF_INIT;
	int fd;

	(void)state;
	assert_int_equal(mkdir("run", 0755), 0);
	fd = open("run/log", O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "one\n\033[31mred\n", 13), 13);
	close(fd);
	setenv("TZ", "UTC", 1);
	report_more(&b, "run", &s);
	assert_string_equal(b.s, "  last exit  killed by signal 9 (KILL), 1970-01-01 00:00:00\n  log        one\n  log         [31mred\n");
	buf_free(&b);
}

static void
the_living_have_memory_and_a_past(void **state)
{
	struct client_state s = { .recorded = true, .orphan = true,
		.rec = { .state = RECORD_RUNNING, .main = getpid(), .since = 1, .last_ended = true, .last_status = 3 << 8, .last_at = 1 } };
	struct buf b = BUF_INIT;

	(void)state;
	setenv("TZ", "UTC", 1);
	report_more(&b, "nowhere", &s);
	assert_non_null(strstr(b.s, "  since      1970-01-01 00:00:00\n"));
	assert_non_null(strstr(b.s, "  memory     "));
	assert_non_null(strstr(b.s, "  last exit  status 3, 1970-01-01 00:00:00\n"));
	assert_null(strstr(b.s, "log"));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(lines), cmocka_unit_test_setup_teardown(the_dead_have_an_exit_and_last_words, enter_directory, leave_directory),
		T(the_living_have_memory_and_a_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
