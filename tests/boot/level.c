#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "boot/level.h"

static void
test_letters(void **state)
{
	(void)state;
	for (int n = 0; n < LEVELS; n++)
		assert_int_equal(level_of(level_letter(n)), n);
	assert_int_equal(level_of('s'), LEVEL_S);
	assert_int_equal(level_of('7'), -1);
	assert_int_equal(level_of('\0'), -1);
}

static void
test_sets(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(level_set("2345"), LEVEL_USER);
	assert_int_equal(level_set("S"), LEVEL_BIT(LEVEL_S));
	assert_int_equal(level_set("27"), 0);
	assert_int_equal(level_set(""), 0);
	level_print(&b, LEVEL_USER | LEVEL_BIT(LEVEL_S), " ");
	assert_string_equal(b.s, "2 3 4 5 S");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_letters), cmocka_unit_test(test_sets) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
