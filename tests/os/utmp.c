#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "os/utmp.h"

static char file[3 * 400];

static void
put(size_t at, int16_t type, int32_t pid)
{
	memcpy(file + at, &type, sizeof type);
	memcpy(file + at + 4, &pid, sizeof pid);
}

static void
test_both_sizes(void **state)
{
	(void)state;
	for (size_t size = 384; size <= 400; size += 16) {
		char previous = 0;

		memset(file, 0, sizeof file);
		put(0, 2, 0x2e7e);
		put(size, 1, '5' + 256 * 'N');
		put(2 * size, 7, 1234);
		memset(file + size + 8, 'x', 300);
		assert_int_equal(utmp_runlevel(file, 3 * size, &previous), '5');
		assert_int_equal(previous, 'N');
	}
}

static void
test_none(void **state)
{
	char previous;

	(void)state;
	memset(file, 0, sizeof file);
	assert_int_equal(utmp_runlevel(file, 0, &previous), 0);
	assert_int_equal(utmp_runlevel(file, 384, &previous), 0);
	assert_int_equal(utmp_runlevel(file, 100, &previous), 0);
	put(0, 1, 'x');
	assert_int_equal(utmp_runlevel(file, 384, &previous), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_both_sizes), cmocka_unit_test(test_none) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
