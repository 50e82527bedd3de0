#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"

static void
writes(const char *in, const char *want)
{
	struct buf b = BUF_INIT;

	json_string(&b, in);
	assert_string_equal(b.s, want);
	buf_free(&b);
}

static void
test_strings(void **state)
{
	(void)state;
	writes("", "\"\"");
	writes("a b", "\"a b\"");
	writes("\"\\\n\r\t\x01\x7f", "\"\\\"\\\\\\n\\r\\t\\u0001\x7f\"");
	writes("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
	writes("\xff" "a\xc3", "\"\xef\xbf\xbd" "a\xef\xbf\xbd\"");
}

static void
test_fields(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	json_field(&b, "a", "x");
	json_field(&b, "b", NULL);
	assert_string_equal(b.s, ",\"a\":\"x\"");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_strings), cmocka_unit_test(test_fields) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
