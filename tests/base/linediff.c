#include "harness/unit.h"

#include "base/linediff.h"

static void
is(const char *a, const char *b, const char *want)
{
	struct buf out = BUF_INIT;

	buf_str(&out, "");
	linediff_unified(&out, a, "a", b, "b");
	assert_string_equal(out.s, want);
	buf_free(&out);
}

static void
shows_what_differs(void **state)
{
	(void)state;
	is("", "", "");
	is("x\ny\n", "x\ny\n", "");
	is("", "x\n", "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n");
	is("x\n", "", "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-x\n");
	is("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nfive\n6\n", "--- a\n+++ b\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+five\n 6\n");
	is("a\nb\nc\n", "b\nc\nd\n", "--- a\n+++ b\n@@ -1,3 +1,3 @@\n-a\n b\n c\n+d\n");
}

static void
joins_what_is_near_and_parts_what_is_far(void **state)
{
	(void)state;
	is("x\n1\n2\n3\n4\n5\n6\nx\n", "y\n1\n2\n3\n4\n5\n6\ny\n",
	    "--- a\n+++ b\n@@ -1,8 +1,8 @@\n-x\n+y\n 1\n 2\n 3\n 4\n 5\n 6\n-x\n+y\n");
	is("x\n1\n2\n3\n4\n5\n6\n7\nx\n", "y\n1\n2\n3\n4\n5\n6\n7\ny\n",
	    "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-x\n+y\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-x\n+y\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(shows_what_differs), T(joins_what_is_near_and_parts_what_is_far) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
