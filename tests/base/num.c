#include "harness/unit.h"

#include <errno.h>
#include <limits.h>

#include "base/num.h"

static void
whole_numbers(void **state)
{
	static const struct {
		const char *text;
		int error;
		uint64_t value;
	} rows[] = {
		{ "0", 0, 0 }, { "007", 0, 7 }, { "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", ERANGE, 0 }, { "99999999999999999999999", ERANGE, 0 },
		{ "99999999999999999999999x", EINVAL, 0 },
		{ "", EINVAL, 0 }, { "-1", EINVAL, 0 }, { "+1", EINVAL, 0 }, { " 1", EINVAL, 0 }, { "1 ", EINVAL, 0 },
		{ "1\n", EINVAL, 0 }, { "0x10", EINVAL, 0 }, { "1.5", EINVAL, 0 }, { "a", EINVAL, 0 }, { "1a", EINVAL, 0 }, { "\xb2", EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t n = 42;

		errno = 0;
		assert_int_equal(num_u64(rows[i].text, 0, UINT64_MAX, &n), rows[i].error ? -1 : 0);
		if (rows[i].error)
			assert_int_equal(errno, rows[i].error);
		assert_true(n == (rows[i].error ? 42 : rows[i].value));
	}
}

static void
within_limits(void **state)
{
	uint64_t n = 0;

	(void)state;
	assert_int_equal(num_u64("5", 5, 5, &n), 0);
	assert_int_equal(num_u64("4", 5, 9, &n), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(num_u64("10", 5, 9, &n), -1);
	assert_true(n == 5);
}

static void
signed_numbers(void **state)
{
	int64_t n = 0;

	(void)state;
	assert_int_equal(num_i64("-20", -20, 19, &n), 0);
	assert_int_equal(n, -20);
	assert_int_equal(num_i64("+19", -20, 19, &n), 0);
	assert_int_equal(n, 19);
	assert_int_equal(num_i64("-21", -20, 19, &n), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(num_i64("9223372036854775808", INT64_MIN, INT64_MAX, &n), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(num_i64("--1", -20, 19, &n), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(num_i64("-", -20, 19, &n), -1);
	assert_int_equal(n, 19);
}

static void
octal(void **state)
{
	unsigned n = 1;

	(void)state;
	assert_int_equal(num_octal("0755", 07777, &n), 0);
	assert_int_equal(n, 0755);
	assert_int_equal(num_octal("8", 07777, &n), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(num_octal("10000", 07777, &n), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(n, 0755);
}

static void
pids(void **state)
{
	static const char *const bad[] = { "0", "1", "-1", "4194305", "99999999999", "12x", "", " 12" };
	pid_t pid = 0;

	(void)state;
	assert_int_equal(num_pid("2", &pid), 0);
	assert_int_equal(num_pid("4194304", &pid), 0);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(num_pid(bad[i], &pid), -1);
	assert_int_equal(pid, 4194304);
}

static void
any_base(void **state)
{
	static const struct {
		const char *text;
		int error;
		uint64_t value;
	} rows[] = {
		{ "0", 0, 0 }, { "9", 0, 9 }, { "010", 0, 8 }, { "0x1f", 0, 31 }, { "0XfF", 0, 255 }, { "00", 0, 0 }, { "0xff", 0, 255 }, { "255", 0, 255 },
		{ "256", ERANGE, 0 }, { "0x100", ERANGE, 0 }, { "0xffffffffffffffffff", ERANGE, 0 }, { "08", EINVAL, 0 }, { "0x", EINVAL, 0 },
		{ "0xg", EINVAL, 0 }, { "1f", EINVAL, 0 }, { "x1", EINVAL, 0 }, { "", EINVAL, 0 }, { "-1", EINVAL, 0 }, { " 1", EINVAL, 0 }, { "0x 1", EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t n = 42;

		errno = 0;
		assert_int_equal(num_any(rows[i].text, 255, &n), rows[i].error ? -1 : 0);
		if (rows[i].error)
			assert_int_equal(errno, rows[i].error);
		assert_true(n == (rows[i].error ? 42 : rows[i].value));
	}
}

static void
leading_numbers(void **state)
{
	(void)state;
	assert_true(num_leading("12") == 12 && num_leading("012 3") == 12 && num_leading("7%") == 7 && num_leading("18446744073709551615x") == UINT64_MAX);
	assert_true(num_leading("18446744073709551617") == UINT64_MAX && num_leading("99999999999999999999999") == UINT64_MAX);
	assert_true(num_leading("") == 0 && num_leading("x1") == 0 && num_leading(" 1") == 0 && num_leading("-1") == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(whole_numbers), T(within_limits), T(signed_numbers), T(octal), T(any_base), T(pids), T(leading_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
