#include "harness/unitlines.h"

static void
reads_slices(void **state)
{
	struct service s;

	(void)state;
	with(&s, "Slice=a-%i.slice");
	assert_string_equal(s.slice, "a-i.slice");
	assert_int_equal(s.n_ignored, 0);
	service_free(&s);
	with(&s, "Slice=a.slice\nSlice=");
	assert_null(s.slice);
	assert_int_equal(remarks.n, 0);
	service_free(&s);
	/* a bad one leaves what was there */
	with(&s, "Slice=a.slice\nSlice=b\nSlice=-b.slice\nSlice=../x.slice");
	assert_string_equal(s.slice, "a.slice");
	assert_int_equal(remarks.n, 3);
	service_free(&s);
}

static void
reads_delegation(void **state)
{
	struct service s;

	(void)state;
	with(&s, "Delegate=yes");
	assert_true(s.delegate);
	assert_int_equal(s.delegate_controllers.n, 5);
	service_free(&s);
	with(&s, "Delegate=memory pids\nDelegate=pids cpu dust");
	assert_true(s.delegate);
	assert_int_equal(s.delegate_controllers.n, 3);
	assert_string_equal(s.delegate_controllers.v[2], "cpu");
	assert_int_equal(remarks.n, 1);
	service_free(&s);
	with(&s, "Delegate=yes\nDelegate=");
	assert_true(s.delegate);
	assert_int_equal(s.delegate_controllers.n, 0);
	service_free(&s);
	with(&s, "Delegate=cpu\nDelegate=no");
	assert_false(s.delegate);
	assert_int_equal(s.delegate_controllers.n, 0);
	diag_free(&remarks);
	service_free(&s);
}

static void
reads_what_a_kill_means(void **state)
{
	static const struct {
		const char *lines;
		enum service_oom policy;
		const char *limit;
	} cases[] = {
		{ "", SERVICE_OOM_STOP, NULL },
		{ "Delegate=yes", SERVICE_OOM_CONTINUE, NULL },
		{ "Delegate=yes\nOOMPolicy=stop", SERVICE_OOM_STOP, "stop" },
		{ "OOMPolicy=continue", SERVICE_OOM_CONTINUE, NULL },
		{ "OOMPolicy=stop\nOOMPolicy=kill", SERVICE_OOM_KILL, "kill" },
		{ "OOMPolicy=kill\nOOMPolicy=continue", SERVICE_OOM_CONTINUE, NULL },
		{ "OOMPolicy=kill\nOOMPolicy=", SERVICE_OOM_STOP, NULL },
		{ "OOMPolicy=kill\nOOMPolicy=die", SERVICE_OOM_KILL, "kill" },
	};
	struct service s;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		with(&s, cases[i].lines);
		assert_int_equal(s.oom_policy, cases[i].policy);
		assert_int_equal(!s.confine.resources[CONFINE_OOM], !cases[i].limit);
		if (cases[i].limit)
			assert_string_equal(s.confine.resources[CONFINE_OOM], cases[i].limit);
		assert_int_equal(remarks.n, i == COUNT(cases) - 1);
		assert_int_equal(s.n_ignored, 0);
		service_free(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(reads_slices), T(reads_delegation), T(reads_what_a_kill_means) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
