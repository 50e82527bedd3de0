#include "harness/unit.h"

#include <errno.h>

#include "base/size.h"

static void
reads_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} cases[] = {
		{ "0", 0 }, { "+5", 5 }, { "512", 512 }, { "7B", 7 }, { "64K", 65536 }, { "1.5G", 1610612736 }, { "1G 500M", 1598029824 }, { " 2 M ", 2097152 },
		{ "15E", 15ULL << 60 }, { "0.5K", 512 }, { "1.25K", 1280 }, { "2.K", 2048 }, { "1.0000000000000000000000001G", 1073741824 }, { "1K1", 1025 }, { "18446744073709551615", UINT64_MAX },
	};
	uint64_t got;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(size_parse(cases[i].text, &got), 0);
		assert_int_equal(got, cases[i].bytes);
	}
}

static void
refuses_the_rest(void **state)
{
	static const struct {
		const char *text;
		int error;
	} cases[] = {
		{ "", EINVAL }, { " ", EINVAL }, { "K", EINVAL }, { "-1", EINVAL }, { "1X", EINVAL }, { "1KK", EINVAL }, { ".5K", EINVAL },
		{ "16E", ERANGE }, { "18446744073709551616", ERANGE }, { "15E 1E", EINVAL }, { "1 2", EINVAL }, { "1M 1G", EINVAL }, { "15E 1024P", ERANGE }, { "+", EINVAL }, { "0x10", EINVAL },
	};
	uint64_t got = 42;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		errno = 0;
		assert_int_equal(size_parse(cases[i].text, &got), -1);
		assert_int_equal(errno, cases[i].error);
	}
	assert_int_equal(got, 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(reads_sizes), T(refuses_the_rest) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
