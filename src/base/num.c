#include "base/num.h"

#include <errno.h>
#include <stdbool.h>

static unsigned
digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

static int
digits(const char *s, unsigned base, uint64_t *out)
{
	uint64_t n = 0;
	bool over = false;

	errno = EINVAL;
	if (!*s)
		return -1;
	for (; *s; s++) {
		unsigned d = digit(*s);

		if (d >= base)
			return -1;
		over |= __builtin_mul_overflow(n, (uint64_t)base, &n) || __builtin_add_overflow(n, (uint64_t)d, &n);
	}
	if (over) {
		errno = ERANGE;
		return -1;
	}
	*out = n;
	return 0;
}

static int
out_of_range(void)
{
	errno = ERANGE;
	return -1;
}

int
num_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t n;

	if (digits(s, 10, &n) != 0)
		return -1;
	if (n < min || n > max)
		return out_of_range();
	*out = n;
	return 0;
}

int
num_i64(const char *s, int64_t min, int64_t max, int64_t *out)
{
	int neg = *s == '-';
	int64_t v;
	uint64_t n;

	if (neg || *s == '+')
		s++;
	if (digits(s, 10, &n) != 0)
		return -1;
	if (n > (uint64_t)INT64_MAX)
		return out_of_range();
	v = neg ? -(int64_t)n : (int64_t)n;
	if (v < min || v > max)
		return out_of_range();
	*out = v;
	return 0;
}

int
num_octal(const char *s, unsigned max, unsigned *out)
{
	uint64_t n;

	if (digits(s, 8, &n) != 0)
		return -1;
	if (n > max)
		return out_of_range();
	*out = (unsigned)n;
	return 0;
}

int
num_any(const char *s, uint64_t max, uint64_t *out)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	uint64_t n;

	if (digits(hex ? s + 2 : s, hex ? 16 : s[0] == '0' ? 8 : 10, &n) != 0)
		return -1;
	if (n > max)
		return out_of_range();
	*out = n;
	return 0;
}

uint64_t
num_leading(const char *s)
{
	uint64_t n = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) || __builtin_add_overflow(n, (uint64_t)(*s - '0'), &n))
			return UINT64_MAX;
	return n;
}

int
num_pid(const char *s, pid_t *out)
{
	uint64_t n;

	if (num_u64(s, 2, 4194304, &n) != 0)
		return -1;
	*out = (pid_t)n;
	return 0;
}
