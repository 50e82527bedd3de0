#include "harness/unit.h"

#include <fnmatch.h>

#include "base/pattern.h"

static void
stars_and_marks(void **state)
{
	(void)state;
	assert_true(pattern_match("", "", 0) && pattern_match("*", "", 0) && pattern_match("**", "ab", 0) && pattern_match("a?c", "abc", 0));
	assert_false(pattern_match("", "a", 0) || pattern_match("?", "", 0) || pattern_match("a?c", "ac", 0) || pattern_match("a", "ab", 0));
	assert_true(pattern_match("*a*b*c", "xaxbxbxc", 0) && pattern_match("*.conf", ".conf", 0) && pattern_match("a*/c", "ab/x/c", 0));
	assert_false(pattern_match("*a*b*c", "xaxcxb", 0) || pattern_match("a*b", "abc", 0));
	assert_true(pattern_match("\\*\\?", "*?", 0) && pattern_match("\\a", "a", 0));
	assert_false(pattern_match("\\*", "a", 0) || pattern_match("\\", "\\", 0) || pattern_match("\\", "", 0));
}

static void
brackets(void **state)
{
	(void)state;
	assert_true(pattern_match("[abc]", "b", 0) && pattern_match("[a-c]x", "cx", 0) && pattern_match("[]a]", "]", 0) && pattern_match("[!]a]", "b", 0));
	assert_true(pattern_match("[a-]", "-", 0) && pattern_match("[-a]", "-", 0) && pattern_match("[\\]]", "]", 0) && pattern_match("[[.-.]]", "-", 0));
	assert_true(pattern_match("[^a]", "b", 0) && pattern_match("[a", "[a", 0) && pattern_match("[[=a=]b]", "a", 0) && pattern_match("[[:x]", ":", 0));
	assert_false(pattern_match("[abc]", "d", 0) || pattern_match("[!abc]", "a", 0) || pattern_match("[a-c]", "-", 0) || pattern_match("[a]", "", 0));
	assert_true(pattern_match("[\xe0-\xff]", "\xe9", 0) && !pattern_match("[\xe0-\xff]", "a", 0));
}

/* as the C library has them in the C locale */
static void
classes(void **state)
{
	static const char *const patterns[] = {
		"[[:alnum:]]", "[[:alpha:]]", "[[:blank:]]", "[[:cntrl:]]", "[[:digit:]]", "[[:graph:]]", "[[:lower:]]", "[[:print:]]", "[[:punct:]]",
		"[[:space:]]", "[[:upper:]]", "[[:xdigit:]]", "[![:alpha:]_]", "[[:digit:][:space:]x]",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(patterns); i++)
		for (int c = 1; c < 256; c++) {
			char text[2] = { (char)c, '\0' };

			assert_int_equal(pattern_match(patterns[i], text, 0), fnmatch(patterns[i], text, 0) == 0);
		}
}

static void
either_case(void **state)
{
	(void)state;
	assert_true(pattern_match("aBc-*", "AbC-x", PATTERN_FOLD) && pattern_match("[a-c][X]", "Bx", PATTERN_FOLD));
	assert_false(pattern_match("abc", "Abc", 0) || pattern_match("[", "{", PATTERN_FOLD) || pattern_match("@", "`", PATTERN_FOLD));
}

static void
the_clock_does_not_explode(void **state)
{
	char text[5000];

	(void)state;
	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = '\0';
	assert_false(pattern_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text, 0));
}

static void
plain_or_not(void **state)
{
	(void)state;
	assert_true(pattern_wild("a*") && pattern_wild("?") && pattern_wild("[x]") && pattern_wild("a\\b"));
	assert_false(pattern_wild("") || pattern_wild("a-b.c]"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(stars_and_marks), T(brackets), T(classes), T(either_case), T(the_clock_does_not_explode), T(plain_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
