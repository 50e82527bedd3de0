#include "harness/unit.h"

#include "svc/launch_dialect.h"

static void
finds_three(void **state)
{
	(void)state;
	assert_string_equal(launch_dialect_find("dpkg")->progname, "start-stop-daemon");
	assert_string_equal(launch_dialect_find("openrc")->progname, " * start-stop-daemon");
	assert_int_equal(launch_dialect_find("busybox")->usage, 1);
	assert_null(launch_dialect_find("systemd"));
	assert_null(launch_dialect_find(""));
}

static void
translates_letters(void **state)
{
	const struct launch_dialect *dpkg = launch_dialect_find("dpkg"), *openrc = launch_dialect_find("openrc");

	(void)state;
	assert_int_equal(launch_dialect_id(dpkg, 'u'), 'u');
	assert_int_equal(launch_dialect_id(openrc, 'u'), LAUNCH_ID_RUN_AS);
	assert_int_equal(launch_dialect_id(openrc, 'P'), LAUNCH_ID_PROGRESS);
	assert_int_equal(launch_dialect_id(openrc, 'x'), 'x');
	assert_int_equal(launch_dialect_id(launch_dialect_find("busybox"), LAUNCH_ID_HELP), 'H');
}

/* a letter or long name that two rows of a table share could only ever mean the first */
static void
has_no_option_twice(void **state)
{
	static const char *const names[] = { "dpkg", "openrc", "busybox" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		for (const struct opt *a = launch_dialect_find(names[i])->rows; a->id; a++)
			for (const struct opt *b = a + 1; b->id; b++)
				if (a->id == b->id || (a->name && b->name && strcmp(a->name, b->name) == 0))
					fail_msg("%s: %s and %s", names[i], a->name, b->name);
}

static void
fills_in_words(void **state)
{
	const pid_t pids[] = { 12, 345 };
	const struct launch_words w = { .what = "/x", .reason = "Why", .pids = pids, .n_pids = 2, .pid = 7, .signal = 15, .number = 3 };
	const struct {
		const char *dialect;
		enum launch_text text;
		const char *line;
	} cases[] = {
		{ "dpkg", LAUNCH_TEXT_STOPPED, "Stopped /x (pid 12 345)." },
		{ "dpkg", LAUNCH_TEXT_RETRIED, "Stopped /x (pid 12 345), retry #3." },
		{ "dpkg", LAUNCH_TEXT_NONE, "No /x found running; none killed." },
		{ "dpkg", LAUNCH_TEXT_NOT_KILLED, "warning: cannot kill 7: Why" },
		{ "dpkg", LAUNCH_TEXT_NO_PIDFILE, "cannot open pidfile '/x' for writing (Why)" },
		{ "openrc", LAUNCH_TEXT_SURVIVED_ONE, "3 process refused to stop" },
		{ "openrc", LAUNCH_TEXT_STOPPED, "Will stop PID 12 345\nSending signal 15 to PID 12 345" },
		{ "openrc", LAUNCH_TEXT_NONE_FILE, NULL },
		{ "busybox", LAUNCH_TEXT_STOPPED, "stopped /x (pid 12 345)" },
		{ "busybox", LAUNCH_TEXT_FAILED, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *line = launch_dialect_text(launch_dialect_find(cases[i].dialect), cases[i].text, &w);

		if (cases[i].line)
			assert_string_equal(line, cases[i].line);
		else
			assert_null(line);
		free(line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(finds_three), T(translates_letters), T(has_no_option_twice), T(fills_in_words) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
