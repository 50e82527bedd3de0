#include "harness/unit.h"

#include <errno.h>

#include "base/timespan.h"

static void
reads_the_vectors(void **state)
{
	FILE *f = fopen("tests/svc/vectors/timespan.txt", "re");
	char text[64];
	unsigned long long us;
	uint64_t got;
	int n = 0;

	(void)state;
	assert_non_null(f);
	for (; fscanf(f, "%63[^=]=> %llu ", text, &us) == 2; n++) {
		assert_int_equal(timespan_parse(text, &got), 0);
		assert_int_equal(got, us);
	}
	fclose(f);
	assert_int_equal(n, 10);
}

static void
reads_units(void **state)
{
	static const struct {
		const char *text;
		uint64_t us;
	} cases[] = {
		{ "0", 0 }, { "1us", 1 }, { "1\xc2\xb5s", 1 }, { "2\xce\xbcs", 2 }, { "1m", 60000000 }, { "1M", 2629800000000 },
		{ "1min", 60000000 }, { "2 months", 5259600000000 }, { "1.5h", 5400000000 }, { ".5s", 500000 }, { " 7 ", 7000000 },
		{ "1h30min10s", 5410000000 }, { "0.000001", 1 }, { "1.23456789ms", 1234 }, { "+2h 5", 7205000000 }, { "3 days", 259200000000 }, { "1hr 1y", 31561200000000 },
	};
	uint64_t got;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(timespan_parse(cases[i].text, &got), 0);
		assert_int_equal(got, cases[i].us);
	}
	assert_int_equal(timespan_parse_unit("5 1s", 1, &got), 0);
	assert_int_equal(got, 1000005);
	assert_int_equal(timespan_parse_ns("5 1us 2ns 3.5us 1 nsec", &got), 0);
	assert_int_equal(got, 4508);
	assert_int_equal(timespan_parse_ns("infinity", &got), 0);
	assert_true(got == UINT64_MAX);
	assert_int_equal(timespan_parse_ns("600y", &got), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(timespan_parse("1ns", &got), -1);
}

static void
refuses_what_is_none(void **state)
{
	static const char *const bad[] = { "", "  ", "x", "-1", "5x", "1..5", "1.5.5", ".", "s", "+ 3", "+.5", "3.", "3. 5", "infinity 1", "0x5", "1e3" };
	uint64_t got = 42;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		errno = 0;
		assert_int_equal(timespan_parse(bad[i], &got), -1);
		assert_int_equal(errno, EINVAL);
	}
	assert_int_equal(timespan_parse("99999999999999999999", &got), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(timespan_parse("18446744073709551615us", &got), -1);
	assert_int_equal(timespan_parse("600000y", &got), -1);
	assert_int_equal(got, 42);
}

static void
writes_text(void **state)
{
	static const struct {
		uint64_t us;
		const char *text;
	} cases[] = {
		{ 90000000, "1min 30s" }, { 0, "0" }, { UINT64_MAX, "infinity" }, { 100000, "100ms" }, { 1, "1us" },
		{ 1500000, "1s 500ms" }, { 86400000000, "1d" }, { 31557600000000 + 3600000000, "1y 1h" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *s = timespan_text(cases[i].us);
		uint64_t back;

		assert_string_equal(s, cases[i].text);
		assert_int_equal(timespan_parse(s, &back), 0);
		assert_int_equal(back, cases[i].us);
		free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(reads_the_vectors), T(reads_units), T(refuses_what_is_none), T(writes_text) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
