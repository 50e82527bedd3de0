#include "harness/unit.h"

#include "base/buf.h"

static void
grows_and_stays_terminated(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_null(b.s);
	for (int i = 0; i < 1000; i++) {
		buf_ch(&b, 'x');
		assert_int_equal(b.len, i + 1);
		assert_int_equal(b.s[b.len], '\0');
		assert_true(b.cap > b.len);
	}
	buf_free(&b);
	assert_null(b.s);
}

static void
holds_any_byte(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_add(&b, "a\0b", 3);
	buf_add(&b, NULL, 0);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.s, "a\0b", 4);
	buf_free(&b);
}

static void
formats(void **state)
{
	struct buf b = BUF_INIT;
	char big[3000];

	(void)state;
	memset(big, 'y', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	buf_str(&b, "n=");
	buf_fmt(&b, "%d,%s", 7, big);
	buf_fmt(&b, "%s", "");
	assert_int_equal(b.len, 4 + sizeof big - 1);
	assert_memory_equal(b.s, "n=7,yyy", 7);
	assert_int_equal(b.s[b.len], '\0');
	buf_free(&b);
}

static void
clears_and_gives_away(void **state)
{
	struct buf b = BUF_INIT;
	size_t cap;
	char *s;

	(void)state;
	s = buf_take(&b);
	assert_string_equal(s, "");
	free(s);
	buf_str(&b, "text");
	cap = b.cap;
	buf_clear(&b);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.cap, cap);
	assert_string_equal(b.s, "");
	buf_str(&b, "more");
	s = buf_take(&b);
	assert_string_equal(s, "more");
	assert_null(b.s);
	assert_int_equal(b.len + b.cap, 0);
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(grows_and_stays_terminated), T(holds_any_byte), T(formats), T(clears_and_gives_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
