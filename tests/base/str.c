#include "harness/unit.h"

#include "base/str.h"

static void
starts_and_ends(void **state)
{
	(void)state;
	assert_true(str_starts("abc", "ab") && str_starts("abc", "") && !str_starts("ab", "abc"));
	assert_true(str_ends("a.service", ".service") && str_ends("x", "") && str_ends("abc", "abc") && str_starts("abc", "abc") && !str_ends("x", "xx"));
	assert_true(str_same(NULL, NULL) && str_same("a", "a"));
	assert_false(str_same("a", NULL) || str_same(NULL, "a") || str_same("a", "b"));
}

static void
base_names(void **state)
{
	(void)state;
	assert_string_equal(str_base("/usr/sbin/x"), "x");
	assert_string_equal(str_base("x"), "x");
	assert_string_equal(str_base("a/"), "");
	assert_string_equal(str_base(""), "");
}

static void
trims(void **state)
{
	char a[] = " \t a b\r\n", b[] = "   ", c[] = "";

	(void)state;
	assert_string_equal(str_trim(a), "a b");
	assert_string_equal(str_trim(b), "");
	assert_string_equal(str_trim(c), "");
}

static void
splits(void **state)
{
	struct vec v = VEC_INIT;

	(void)state;
	str_split(&v, ":a::bc:d:", ":");
	str_split(&v, "", ":");
	str_split(&v, " e,f ", " ,");
	assert_int_equal(v.n, 5);
	assert_string_equal(v.v[1], "bc");
	assert_string_equal(v.v[4], "f");
	assert_null(v.v[5]);
	vec_free(&v);
}

static void
truth(void **state)
{
	static const char *const yes[] = { "1", "yes", "Y", "true", "T", "ON" }, *const no[] = { "0", "NO", "n", "False", "f", "off" },
	    *const neither[] = { "", "2", "yess", "enable", " yes" };

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++)
		assert_int_equal(str_bool(yes[i]), 1);
	for (size_t i = 0; i < COUNT(no); i++)
		assert_int_equal(str_bool(no[i]), 0);
	for (size_t i = 0; i < COUNT(neither); i++)
		assert_int_equal(str_bool(neither[i]), -1);
}

static void
finds(void **state)
{
	static const char *const whats[] = { "", "a", "aab", "b", "aaa", "aabaab", "c", "aabaabX", "abaab", "ba" };
	static const char text[] = "ab\0abc";

	(void)state;
	for (size_t i = 0; i < COUNT(whats); i++) {
		const char *in = "aabaab";

		assert_ptr_equal(str_find(in, whats[i]), strstr(in, whats[i]));
	}
	assert_null(str_find("", "a"));
	assert_null(str_find(text, "c"));
	assert_ptr_equal(str_find_in(text, 6, "abc"), text + 3);
	assert_ptr_equal(str_find_in(text, 6, "c"), text + 5);
	assert_null(str_find_in(text, 5, "abc"));
	assert_ptr_equal(str_find_in(text, 0, ""), text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(starts_and_ends), T(base_names), T(trims), T(splits), T(truth), T(finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
