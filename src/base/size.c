#include "base/size.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define DIGITS "0123456789"

static int
fail(int error)
{
	errno = error;
	return -1;
}

/* One "1.5G" off *p.  *last: the suffix before it; each must be smaller than that. */
static int
part(const char **p, uint64_t *sum, int *last)
{
	static const char suffixes[] = "BKMGTPE";
	uint64_t n = 0, unit = 1, rest = 0;
	const char *s = *p + (**p == '+'), *start = s, *fraction, *hit;
	int rank;

	for (; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(n, UINT64_C(10), &n) || __builtin_add_overflow(n, (uint64_t)(*s - '0'), &n))
			return fail(ERANGE);
	if (s == start)
		return fail(EINVAL);
	fraction = *s == '.' ? s + 1 : s;
	s = fraction + strspn(fraction, DIGITS);
	s += strspn(s, " \t");
	hit = *s ? strchr(suffixes, *s) : NULL;
	rank = hit ? (int)(hit - suffixes) : -1;
	if (rank >= *last)
		return fail(EINVAL);
	*last = rank;
	if (hit) {
		unit <<= 10 * (hit - suffixes);
		s++;
	}
	for (size_t i = strspn(fraction, DIGITS); fraction[-1] == '.' && i > 0; i--)
		rest = ((uint64_t)(fraction[i - 1] - '0') * unit + rest) / 10;
	*p = s + strspn(s, " \t");
	if (__builtin_mul_overflow(n, unit, &n) || __builtin_add_overflow(n, rest, &n) || __builtin_add_overflow(*sum, n, sum))
		return fail(ERANGE);
	return 0;
}

int
size_parse(const char *s, uint64_t *out)
{
	uint64_t sum = 0;
	int last = sizeof "BKMGTPE";

	s += strspn(s, " \t");
	do
		if (part(&s, &sum, &last) != 0)
			return -1;
	while (*s);
	*out = sum;
	return 0;
}
