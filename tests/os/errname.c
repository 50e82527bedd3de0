#include "os/errname.h"

#include <errno.h>

#include "harness/unit.h"

static void
names_and_numbers(void **state)
{
	(void)state;
	assert_int_equal(errname_number("EPERM"), EPERM);
	assert_int_equal(errname_number("EAFNOSUPPORT"), EAFNOSUPPORT);
	assert_int_equal(errname_number("38"), 38);
	assert_int_equal(errname_number("EPER"), -1);
	assert_int_equal(errname_number("0"), -1);
	assert_int_equal(errname_number("4096"), -1);
	assert_int_equal(errname_number(""), -1);
	assert_string_equal(errname_of(ENOENT), "ENOENT");
	assert_null(errname_of(4000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(names_and_numbers) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
