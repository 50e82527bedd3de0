#include "os/power.h"


#include "harness/live.h"

/* who runs the tests is no init: a container's program, or the throw-away root's */
static void
this_is_no_place_to_end(void **state)
{
	char name[16];

	(void)state;
	if (!live_in_throwaway())
		skip();
	assert_int_equal(power_init(name), POWER_NO_INIT);
	assert_string_not_equal(name, "");
	assert_string_not_equal(name, "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(this_is_no_place_to_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
