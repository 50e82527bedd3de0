#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/map.h"

static void
test_empty(void **state)
{
	struct map m = MAP_INIT;

	(void)state;
	assert_int_equal(map_get(&m, "a"), -1);
	map_free(&m);
}

static void
test_add_keeps_and_set_changes(void **state)
{
	struct map m = MAP_INIT;

	(void)state;
	assert_int_equal(map_add(&m, "a", 1), 1);
	assert_int_equal(map_add(&m, "a", 2), 1);
	map_set(&m, "a", 3);
	assert_int_equal(map_get(&m, "a"), 3);
	assert_int_equal(map_get(&m, ""), -1);
	map_free(&m);
}

static void
test_many(void **state)
{
	static char names[3000][16];
	struct map m = MAP_INIT;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(names[i], sizeof names[i], "svc%d", i);
		map_set(&m, names[i], i);
	}
	assert_int_equal(m.n, 3000);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(map_get(&m, names[i]), i);
	assert_int_equal(map_get(&m, "svc3000"), -1);
	map_free(&m);
}

static void
test_renumber(void **state)
{
	struct map m = MAP_INIT;
	const int to[] = { 2, 0, 1 };

	(void)state;
	map_renumber(&m, to);
	map_set(&m, "a", 0);
	map_set(&m, "b", 1);
	map_set(&m, "c", 2);
	map_renumber(&m, to);
	assert_int_equal(map_get(&m, "a"), 2);
	assert_int_equal(map_get(&m, "b"), 0);
	assert_int_equal(map_get(&m, "c"), 1);
	map_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_add_keeps_and_set_changes),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_renumber),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
