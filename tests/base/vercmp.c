#include "harness/unit.h"

#include "base/vercmp.h"

static void
orders_versions(void **state)
{
	/* each before the next */
	static const char *const rising[] = { "~", "~~", "", "0", "1~rc1", "1", "1-1", "1-1.2", "1^1", "1.0", "1.2", "1.10", "2.a", "2.b", "2.1", "6.1.0-13-amd64", "10" };

	(void)state;
	for (size_t i = 0; i + 1 < COUNT(rising); i++) {
		if (vercmp(rising[i], rising[i + 1]) >= 0)
			fail_msg("\"%s\" is not before \"%s\"", rising[i], rising[i + 1]);
		if (vercmp(rising[i + 1], rising[i]) <= 0)
			fail_msg("\"%s\" is not behind \"%s\"", rising[i + 1], rising[i]);
	}
	assert_int_equal(vercmp("^.b", "^"), -1);
	assert_int_equal(vercmp("0", "a"), 1);
	assert_int_equal(vercmp("1.02", "1.2"), 0);
	assert_int_equal(vercmp("1_2", "1 2"), 0);
	assert_int_equal(vercmp("99999999999999999999998", "99999999999999999999999"), -1);
}

static void
takes_operators(void **state)
{
	static const struct {
		const char *text;
		enum vercmp_op op;
		const char *rest;
	} cases[] = {
		{ ">=1", VERCMP_GE, "1" }, { "<=1", VERCMP_LE, "1" }, { "==1", VERCMP_EQ, "1" }, { "=1", VERCMP_EQ, "1" }, { "!=1", VERCMP_NE, "1" },
		{ "<1", VERCMP_LT, "1" }, { ">1", VERCMP_GT, "1" }, { "1", VERCMP_NONE, "1" }, { "", VERCMP_NONE, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *s = cases[i].text;

		assert_int_equal(vercmp_take_op(&s), cases[i].op);
		assert_string_equal(s, cases[i].rest);
	}
}

static void
applies_operators(void **state)
{
	static const struct {
		enum vercmp_op op;
		bool less, same, more;
	} cases[] = {
		{ VERCMP_LE, 1, 1, 0 }, { VERCMP_GE, 0, 1, 1 }, { VERCMP_NE, 1, 0, 1 }, { VERCMP_EQ, 0, 1, 0 }, { VERCMP_LT, 1, 0, 0 }, { VERCMP_GT, 0, 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(vercmp_holds(cases[i].op, -1), cases[i].less);
		assert_int_equal(vercmp_holds(cases[i].op, 0), cases[i].same);
		assert_int_equal(vercmp_holds(cases[i].op, 1), cases[i].more);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(orders_versions), T(takes_operators), T(applies_operators) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
