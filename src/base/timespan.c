#include "base/timespan.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

#define SEC UINT64_C(1000000)

/* longer names before their prefixes */
static const struct {
	const char *name;
	uint64_t us;
} units[] = {
	{ "seconds", SEC }, { "second", SEC }, { "sec", SEC }, { "s", SEC },
	{ "minutes", 60 * SEC }, { "minute", 60 * SEC }, { "min", 60 * SEC },
	{ "months", 2629800 * SEC }, { "month", 2629800 * SEC }, { "M", 2629800 * SEC },
	{ "msec", 1000 }, { "ms", 1000 }, { "m", 60 * SEC },
	{ "hours", 3600 * SEC }, { "hour", 3600 * SEC }, { "hr", 3600 * SEC }, { "h", 3600 * SEC },
	{ "days", 86400 * SEC }, { "day", 86400 * SEC }, { "d", 86400 * SEC },
	{ "weeks", 604800 * SEC }, { "week", 604800 * SEC }, { "w", 604800 * SEC },
	{ "years", 31557600 * SEC }, { "year", 31557600 * SEC }, { "y", 31557600 * SEC },
	{ "usec", 1 }, { "us", 1 }, { "\xc2\xb5s", 1 }, { "\xce\xbcs", 1 },
};

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, STR_BLANK);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The whole number, then where its fraction starts in *fraction (NULL: none). */
static int
read_number(const char **p, uint64_t *n, const char **fraction)
{
	const char *start;

	errno = EINVAL;
	if (**p == '+' && is_digit((*p)[1]))
		(*p)++;
	for (start = *p, *n = 0; is_digit(**p); (*p)++)
		if (__builtin_mul_overflow(*n, UINT64_C(10), n) || __builtin_add_overflow(*n, (uint64_t)(**p - '0'), n)) {
			errno = ERANGE;
			return -1;
		}
	*fraction = NULL;
	if (**p != '.')
		return *p > start ? 0 : -1;
	for (start = *fraction = ++*p; is_digit(**p); (*p)++)
		;
	return *p > start ? 0 : -1;
}

/* how many of them there are to a microsecond: 1, or 1000 for nanoseconds, which have names of their own then */
static uint64_t
read_unit(const char **p, uint64_t unit, uint64_t scale)
{
	const char *at = skip_blanks(*p);

	if (scale == 1000 && str_starts(at, "ns")) {
		*p = at + (str_starts(at, "nsec") ? 4 : 2);
		return 1;
	}
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (str_starts(at, units[i].name)) {
			*p = at + strlen(units[i].name);
			return units[i].us * scale;
		}
	return unit;
}

static uint64_t
fraction_of(const char *digits, uint64_t unit)
{
	uint64_t sum = 0;

	for (; digits && is_digit(*digits) && unit > 0; digits++) {
		unit /= 10;
		sum += (uint64_t)(*digits - '0') * unit;
	}
	return sum;
}

static int
read_part(const char **p, uint64_t unit, uint64_t scale, uint64_t *sum)
{
	const char *fraction, *end;
	uint64_t n, part;

	if (read_number(p, &n, &fraction) != 0)
		return -1;
	end = *p;
	unit = read_unit(p, unit, scale);
	if (*p == end && **p && !strchr(STR_BLANK, **p)) {
		errno = EINVAL;
		return -1;
	}
	if (__builtin_mul_overflow(n, unit, &part) || __builtin_add_overflow(part, fraction_of(fraction, unit), &part) ||
	    __builtin_add_overflow(*sum, part, sum) || *sum == UINT64_MAX) {
		errno = ERANGE;
		return -1;
	}
	return 0;
}

static int
parse(const char *s, uint64_t unit, uint64_t scale, uint64_t *out)
{
	uint64_t sum = 0;

	s = skip_blanks(s);
	if (str_starts(s, "infinity") && !*skip_blanks(s + 8)) {
		*out = UINT64_MAX;
		return 0;
	}
	if (!*s) {
		errno = EINVAL;
		return -1;
	}
	for (; *s; s = skip_blanks(s))
		if (read_part(&s, unit, scale, &sum) != 0)
			return -1;
	*out = sum;
	return 0;
}

int
timespan_parse_unit(const char *s, uint64_t unit, uint64_t *out)
{
	return parse(s, unit, 1, out);
}

int
timespan_parse_ns(const char *s, uint64_t *out)
{
	return parse(s, 1, 1000, out);
}

int
timespan_parse(const char *s, uint64_t *out)
{
	return timespan_parse_unit(s, SEC, out);
}

char *
timespan_text(uint64_t us)
{
	static const struct {
		const char *name;
		uint64_t us;
	} parts[] = {
		{ "y", 31557600 * SEC }, { "month", 2629800 * SEC }, { "w", 604800 * SEC }, { "d", 86400 * SEC },
		{ "h", 3600 * SEC }, { "min", 60 * SEC }, { "s", SEC }, { "ms", 1000 }, { "us", 1 },
	};
	struct buf b = BUF_INIT;

	if (us == UINT64_MAX || us == 0)
		return mem_str(us ? "infinity" : "0");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (us >= parts[i].us)
			buf_fmt(&b, "%s%llu%s", b.len ? " " : "", (unsigned long long)(us / parts[i].us), parts[i].name);
		us %= parts[i].us;
	}
	return buf_take(&b);
}
