#include "harness/unit.h"

#include <signal.h>

#include "svc/outcome.h"

static void
the_first_failure_is_the_reason(void **state)
{
	struct outcome o = OUTCOME_INIT;

	(void)state;
	assert_false(outcome_failed(&o));
	assert_int_equal(o.code, 0);
	assert_int_equal(o.status, -1);
	outcome_fail(&o, "exec", 5, "unable to execute %s", "x");
	outcome_fail(&o, "timeout", 1, "too late");
	assert_true(outcome_failed(&o));
	assert_string_equal(o.result, "exec");
	assert_string_equal(o.text, "unable to execute x");
	assert_int_equal(o.code, 5);
}

static void
ends_have_a_word(void **state)
{
	(void)state;
	assert_string_equal(outcome_word(outcome_exited(3)), "exit-code");
	assert_string_equal(outcome_word(SIGKILL), "signal");
	assert_string_equal(outcome_word(SIGABRT | 0x80), "core-dump");
	assert_int_equal(WEXITSTATUS(outcome_exited(203)), 203);
	assert_true(WIFEXITED(outcome_exited(203)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(the_first_failure_is_the_reason), T(ends_have_a_word) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
