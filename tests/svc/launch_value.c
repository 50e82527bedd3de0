#include "harness/unit.h"

#include <sched.h>
#include <signal.h>

#include "os/priority.h"
#include "svc/launch_value.h"

static void
procsched(void **state)
{
	static const struct {
		const char *text, *why;
		bool fatal;
		int policy, priority;
	} cases[] = {
		{ "other", NULL, false, SCHED_OTHER, 0 }, { "fifo:10", NULL, false, SCHED_FIFO, 10 }, { "rr:99", NULL, false, SCHED_RR, 99 },
		{ "fifo", "process scheduler priority less than min", false, 0, 0 },
		{ "rr:100", "process scheduler priority greater than max", false, 0, 0 },
		{ "abc", "invalid process scheduler policy", false, 0, 0 },
		{ "a-very-long-word-that-is-no-policy", "invalid process scheduler policy", false, 0, 0 },
		{ "fifo:x", "invalid process scheduler priority", true, 0, 0 }, { "fifo:", "invalid process scheduler priority", true, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct child_spec c = CHILD_SPEC_INIT;
		bool fatal;
		const char *why = launch_value_procsched(&c, cases[i].text, &fatal);

		if (cases[i].why ? !why || strcmp(why, cases[i].why) : why != NULL)
			fail_msg("%s: %s", cases[i].text, why ? why : "fine");
		assert_int_equal(fatal, cases[i].fatal);
		assert_int_equal(c.set_sched, !cases[i].why);
		if (!why) {
			assert_int_equal(c.sched_policy, cases[i].policy);
			assert_int_equal(c.sched_priority, cases[i].priority);
		}
	}
}

static void
iosched(void **state)
{
	static const struct {
		const char *text;
		bool numbers;
		const char *why;
		int io_class, priority;
	} cases[] = {
		{ "best-effort:6", false, NULL, 2, 6 }, { "best-effort", false, NULL, 2, 4 }, { "idle:2", false, NULL, 3, 7 },
		{ "real-time:0", false, NULL, 1, 0 }, { "2:6", true, NULL, 2, 6 }, { "0", true, NULL, 0, 0 },
		{ "2:6", false, "invalid IO scheduler policy", 0, 0 }, { "none", false, "invalid IO scheduler policy", 0, 0 },
		{ "4", true, "invalid IO scheduler policy", 0, 0 },
		{ "real-time:8", false, "IO scheduler priority greater than max", 0, 0 },
		{ "best-effort:-1", false, "invalid IO scheduler priority", 0, 0 }, { "idle:x", false, "invalid IO scheduler priority", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct child_spec c = CHILD_SPEC_INIT;
		bool fatal;
		const char *why = launch_value_iosched(&c, cases[i].text, cases[i].numbers, &fatal);

		if (cases[i].why ? !why || strcmp(why, cases[i].why) : why != NULL)
			fail_msg("%s: %s", cases[i].text, why ? why : "fine");
		if (!why)
			assert_int_equal(c.ioprio, priority_io(cases[i].io_class, cases[i].priority));
	}
}

static void
numbers(void **state)
{
	struct child_spec c = CHILD_SPEC_INIT;
	int signal = -5;
	pid_t pid = -5;

	(void)state;
	assert_null(launch_value_nice(&c, "5", true));
	assert_int_equal(c.nice, 5);
	assert_true(c.set_nice && c.nice_required);
	assert_null(launch_value_nice(&c, "-100", false));
	assert_int_equal(c.nice, -20);
	assert_non_null(launch_value_nice(&c, "abc", false));
	assert_non_null(launch_value_nice(&c, "", false));
	assert_null(launch_value_umask(&c, "027"));
	assert_int_equal(c.umask, 027);
	assert_non_null(launch_value_umask(&c, "-1"));
	assert_non_null(launch_value_umask(&c, "999"));
	assert_null(launch_value_oom(&c, "-1000"));
	assert_int_equal(c.oom_score, -1000);
	assert_non_null(launch_value_oom(&c, "1001"));
	assert_null(launch_value_securebits(&c, "0x2f"));
	assert_true(c.securebits == 0x2f);
	assert_non_null(launch_value_securebits(&c, "256"));
	assert_non_null(launch_value_securebits(&c, "-1"));
	assert_null(launch_value_signal("0", &signal));
	assert_int_equal(signal, 0);
	assert_null(launch_value_signal("sigusr1", &signal));
	assert_int_equal(signal, SIGUSR1);
	assert_non_null(launch_value_signal("99", &signal));
	assert_non_null(launch_value_signal("-1", &signal));
	assert_non_null(launch_value_signal("", &signal));
	assert_int_equal(signal, SIGUSR1);
	assert_null(launch_value_pid("4194304", false, &pid));
	assert_int_equal(pid, 4194304);
	assert_string_equal(launch_value_pid("0", false, &pid), "pid value must be a number greater than 0");
	assert_string_equal(launch_value_pid("4294967297", true, &pid), "ppid value must be a number greater than 0");
	assert_non_null(launch_value_pid("-1", false, &pid));
	assert_int_equal(pid, 4194304);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(procsched), T(iosched), T(numbers) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
