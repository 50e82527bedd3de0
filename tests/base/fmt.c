#include "harness/unit.h"

#include <limits.h>

#include "base/fmt.h"

/* the same text as the C library makes, whole, and cut at every length */
#define SAME(...) do { \
	char want_[256], got_[256]; \
	int n_ = snprintf(want_, sizeof want_, __VA_ARGS__); \
	assert_int_equal(fmt_to(got_, sizeof got_, __VA_ARGS__), n_); \
	assert_string_equal(got_, want_); \
	for (int i_ = 0; i_ <= n_; i_++) { \
		memset(got_, '~', sizeof got_); \
		assert_int_equal(fmt_to(got_, (size_t)i_, __VA_ARGS__), n_); \
		assert_memory_equal(got_, want_, i_ > 0 ? (size_t)i_ - 1 : 0); \
		assert_int_equal(got_[i_ > 0 ? i_ - 1 : 0], i_ > 0 ? '\0' : '~'); \
		assert_int_equal(got_[i_], '~'); \
	} \
} while (0)

static void
numbers_are_libcs(void **state)
{
	(void)state;
	SAME("%d %d %d %d", 0, -1, INT_MAX, INT_MIN);
	SAME("%ld %ld %lld %lld", LONG_MAX, LONG_MIN, LLONG_MAX, LLONG_MIN);
	SAME("%u %lu %llu %zu", UINT_MAX, ULONG_MAX, ULLONG_MAX, SIZE_MAX);
	SAME("%x %lx %llx %o %zx", 0xbeefU, ULONG_MAX, 0ULL, 0777U, (size_t)31);
	SAME("%jd %ju", INTMAX_MIN, UINTMAX_MAX);
	SAME("%zd", (ssize_t)-5);
	SAME("%02d|%02d|%2d|%-4d|%04d|%05d", 7, 123, 7, 7, -7, 123456);
	SAME("%04x|%04o|%02x|%016llx|%03o", 0xaU, 0755U, 0xffU, 1ULL, 8U);
	SAME("%0*d|%*d|%*d|%-*d|", 5, 42, 5, 42, -5, 42, 3, 1);
}

static void
strings_are_libcs(void **state)
{
	const char *volatile none = NULL;

	(void)state;
	SAME("%s", "");
	SAME("plain");
	SAME("a%sb%%c%c", "x", 'y');
	SAME("%-8s|%8s|%.2s|%-5.2s|%5.1s|", "abc", "abc", "abc", "abc", "abc");
	SAME("%.*s|%.*s|%.*s|%*s|%-*s|", 2, "abc", 0, "abc", -1, "abc", 6, "abc", 6, "abc");
	SAME("%3c|%-3c|", 'x', 'y');
	assert_int_equal(fmt_to(NULL, 0, "%s", none), 6);
}

static void
a_string_need_not_end_within_its_precision(void **state)
{
	const char open[3] = { 'a', 'b', 'c' };
	char got[8];

	(void)state;
	assert_int_equal(fmt_to(got, sizeof got, "%.3s", open), 3);
	assert_string_equal(got, "abc");
}

static void
other_directives_end_the_text(void **state)
{
	static const char *const formats[] = { "ab%", "ab%l", "ab%n", "ab%f", "ab%+d", "ab%-", "ab%.", "ab%5" };
	char got[8];

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		const char *volatile f = formats[i];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
		assert_int_equal(fmt_to(got, sizeof got, f), 2);
#pragma GCC diagnostic pop
		assert_string_equal(got, "ab");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(numbers_are_libcs), T(strings_are_libcs), T(a_string_need_not_end_within_its_precision),
		T(other_directives_end_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
