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

int
main(void)
{
	const struct CMUnitTest tests[] = { T(reads_slices), T(reads_delegation) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
