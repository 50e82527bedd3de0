#include "harness/unit.h"

#include "base/utf8.h"

static void
knows_what_is_well_formed(void **state)
{
	static const char *const good[] = { "", "abc", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "\x7f" };
	static const char *const bad[] = {
		"\x80", "\xff", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "a\xe2\x82", "\xe2\x28\xa1", "ok\xfe",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(utf8_valid(good[i], strlen(good[i])));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
}

static void
writes_each_length(void **state)
{
	static const struct {
		uint32_t c;
		const char *bytes;
	} cases[] = { { 'a', "a" }, { 0xe9, "\xc3\xa9" }, { 0x20ac, "\xe2\x82\xac" }, { 0x1f600, "\xf0\x9f\x98\x80" }, { 0x7ff, "\xdf\xbf" } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[4];

		assert_int_equal(utf8_put(out, cases[i].c), strlen(cases[i].bytes));
		assert_memory_equal(out, cases[i].bytes, strlen(cases[i].bytes));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(knows_what_is_well_formed), T(writes_each_length) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
