#include "svc/keeper_start.h"

#include <errno.h>
#include <sys/stat.h>

#include "harness/scene.h"
#include "svc/record.h"

static int
start(struct scene *s, const char *dir, char *text)
{
	char title[] = "unit-test-of-the-start", *argv[] = { title, NULL };
	struct keeper_place place = { .root = s->root, .dir = dir, .argc = 1, .argv = argv };

	scene_ready(s);
	fflush(NULL);
	place.record_fd = record_create(dir);
	assert_true(place.record_fd >= 0);
	return keeper_start(&s->svc, &s->ctx, &place, text);
}

static void
reap_all(void)
{
	UNTIL((waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD));
}

/* the first helper command kills its parent, the keeper */
static void
a_keeper_killed_in_the_start_is_reported_and_leaves_no_record(void **state)
{
	struct scene s;
	char *dir, text[CONTROL_TEXT];
	struct stat st;

	(void)state;
	scene_service(&s, SERVICE_SIMPLE);
	dir = record_dir(s.root, "unit");
	scene_sh(&s, SERVICE_START_PRE, "kill -KILL $PPID");
	scene_command(&s, SERVICE_START, "/bin/sleep", "1000", NULL);
	assert_int_equal(start(&s, dir, text), 1);
	assert_string_equal(text, "its keeper ended unexpectedly");
	assert_int_equal(stat(dir, &st), -1);
	reap_all();
	free(dir);
	scene_free(&s);
}

static void
a_failure_comes_with_its_code_and_reason(void **state)
{
	struct scene s;
	char *dir, text[CONTROL_TEXT];
	struct stat st;

	(void)state;
	scene_service(&s, SERVICE_SIMPLE);
	dir = record_dir(s.root, "unit");
	scene_command(&s, SERVICE_START, "/nonexistent/program", NULL, NULL);
	assert_int_equal(start(&s, dir, text), 5);
	assert_string_equal(text, "unable to execute /nonexistent/program: No such file or directory");
	assert_int_equal(stat(dir, &st), -1);
	reap_all();
	free(dir);
	scene_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_keeper_killed_in_the_start_is_reported_and_leaves_no_record), T(a_failure_comes_with_its_code_and_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
