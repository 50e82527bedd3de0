#include "base/num.h"

#include <errno.h>

static int
digits(const char *s, unsigned base, uint64_t *out)
{
	uint64_t n = 0;

	errno = EINVAL;
	if (!*s)
		return -1;
	for (; *s; s++) {
		unsigned d = (unsigned)(unsigned char)*s - '0';

		if (d >= base) {
			errno = EINVAL;
			return -1;
		}
		if (errno == ERANGE || n > (UINT64_MAX - d) / base)
			errno = ERANGE;
		else
			n = n * base + d;
	}
	if (errno == ERANGE)
		return -1;
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
num_pid(const char *s, pid_t *out)
{
	uint64_t n;

	if (num_u64(s, 2, 4194304, &n) != 0)
		return -1;
	*out = (pid_t)n;
	return 0;
}
