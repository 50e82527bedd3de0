#include "base/calendar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/str.h"

enum { FIRST_YEAR = 1970, LAST_YEAR = 2199, DAY_SECONDS = 86400 };

static const char *const weekday_names[7][2] = {
	{ "Mon", "Monday" }, { "Tue", "Tuesday" }, { "Wed", "Wednesday" }, { "Thu", "Thursday" }, { "Fri", "Friday" },
	{ "Sat", "Saturday" }, { "Sun", "Sunday" },
};

static const struct {
	const char *word, *means;
} words[] = {
	{ "minutely", "*-*-* *:*:00" }, { "hourly", "*-*-* *:00:00" }, { "daily", "*-*-* 00:00:00" },
	{ "weekly", "Mon *-*-* 00:00:00" }, { "monthly", "*-*-01 00:00:00" }, { "quarterly", "*-01,04,07,10-01 00:00:00" },
	{ "semiannually", "*-01,07-01 00:00:00" }, { "semi-annually", "*-01,07-01 00:00:00" }, { "biannually", "*-01,07-01 00:00:00" },
	{ "yearly", "*-01-01 00:00:00" }, { "annually", "*-01-01 00:00:00" }, { "anually", "*-01-01 00:00:00" },
};

static int
bad(void)
{
	errno = EINVAL;
	return -1;
}

/* --- reading --- */

static int
read_weekday(const char **p)
{
	size_t n = strspn(*p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	for (int d = 0; d < 7; d++)
		for (int form = 0; form < 2; form++)
			if (strlen(weekday_names[d][form]) == n && strncasecmp(*p, weekday_names[d][form], n) == 0) {
				*p += n;
				return d;
			}
	return -1;
}

/* "Mon,Wed..Fri" with an optional comma behind; nothing at all is fine */
static int
read_weekdays(const char **p, struct calendar *c)
{
	int first, last;

	while ((first = read_weekday(p)) >= 0) {
		last = first;
		if (strncmp(*p, "..", 2) == 0) {
			*p += 2;
			last = read_weekday(p);
			if (last < first)
				return bad();
		}
		for (int d = first; d <= last; d++)
			c->weekdays |= 1U << d;
		*p += **p == ',';
	}
	if (c->weekdays == 0x7f)
		c->weekdays = 0;
	if (**p && !strchr(" \t", **p))
		return c->weekdays ? bad() : 0;
	*p += strspn(*p, " \t");
	return 0;
}

static int
read_number(const char **p)
{
	int n = 0, digits = 0;

	for (; **p >= '0' && **p <= '9'; (*p)++)
		if (++digits > 4)
			return -1;
		else
			n = n * 10 + (**p - '0');
	return digits ? n : -1;
}

static int
read_part(const char **p, struct calendar_part *part)
{
	part->start = read_number(p);
	part->stop = -1;
	part->repeat = 0;
	if (part->start < 0)
		return bad();
	if (strncmp(*p, "..", 2) == 0) {
		*p += 2;
		part->stop = read_number(p);
		if (part->stop < part->start)
			return bad();
	}
	if (**p == '/') {
		++*p;
		part->repeat = read_number(p);
		if (part->repeat <= 0)
			return bad();
	}
	return 0;
}

static int
read_field(const char **p, struct calendar_field *f)
{
	f->n = 0;
	if (**p == '*') {
		++*p;
		return 0;
	}
	for (;;) {
		if (f->n == CALENDAR_PARTS || read_part(p, &f->v[f->n]) != 0)
			return bad();
		f->n++;
		if (**p != ',')
			return 0;
		++*p;
	}
}

static void
set_one(struct calendar_field *f, int value)
{
	f->n = 1;
	f->v[0] = (struct calendar_part){ value, -1, 0 };
}

/* "Y-M-D", "M-D", with ~ in the place of the last - to count days from the end; nothing when a time comes at once */
static int
read_date(const char **p, struct calendar *c)
{
	struct calendar_field f[3];
	const char *begin = *p;
	int n = 0;

	if (!**p)
		return 0;
	for (;;) {
		if (read_field(p, &f[n++]) != 0)
			return -1;
		if (**p == ':' && n == 1) {
			*p = begin;
			return 0;
		}
		if ((**p != '-' && **p != '~') || n == 3 || c->from_end)
			break;
		c->from_end = *(*p)++ == '~';
	}
	if (n == 1 || (**p && !strchr(" \t", **p)))
		return bad();
	c->day = f[n - 1];
	c->from_end &= c->day.n > 0;
	c->month = f[n - 2];
	if (n == 3)
		c->year = f[0];
	*p += strspn(*p, " \t");
	return 0;
}

static int
read_time(const char **p, struct calendar *c)
{
	if (!**p || strcmp(*p, "UTC") == 0) {
		set_one(&c->hour, 0);
		set_one(&c->minute, 0);
		set_one(&c->second, 0);
		return 0;
	}
	if (read_field(p, &c->hour) != 0 || **p != ':')
		return bad();
	++*p;
	if (read_field(p, &c->minute) != 0)
		return -1;
	set_one(&c->second, 0);
	if (**p == ':') {
		++*p;
		if (read_field(p, &c->second) != 0)
			return -1;
	}
	if (**p && !strchr(" \t", **p))
		return bad();
	*p += strspn(*p, " \t");
	return 0;
}

/* --- putting in order --- */

static int
by_start(const void *a, const void *b)
{
	const struct calendar_part *x = a, *y = b;

	if (x->start != y->start)
		return x->start - y->start;
	if (x->stop != y->stop)
		return x->stop - y->stop;
	return x->repeat - y->repeat;
}

static int
settle(struct calendar_field *f, int min, int max)
{
	int kept = 0;

	for (int i = 0; i < f->n; i++) {
		struct calendar_part *p = &f->v[i];

		if (p->start < min || p->start > max || p->stop > max || (p->repeat && p->stop < 0 && p->start + p->repeat > max))
			return bad();
		if (p->stop >= 0 && (p->stop == p->start || (p->repeat && p->start + p->repeat > p->stop)))
			*p = (struct calendar_part){ p->start, -1, 0 };
		if (p->stop >= 0 && p->repeat)
			p->stop -= (p->stop - p->start) % p->repeat;
		if (p->stop >= 0 && p->repeat == 1)
			p->repeat = 0;
	}
	sort_items(f->v, (size_t)f->n, sizeof *f->v, by_start);
	for (int i = 0; i < f->n; i++)
		if (i == 0 || by_start(&f->v[kept - 1], &f->v[i]) != 0)
			f->v[kept++] = f->v[i];
	f->n = kept;
	return 0;
}

static void
short_years(struct calendar_field *f)
{
	for (int i = 0; i < f->n; i++)
		if (f->v[i].start < 100 && !f->v[i].repeat)
			f->v[i].start += f->v[i].start < 70 ? 2000 : 1900;
}

int
calendar_parse(const char *s, struct calendar *c)
{
	const char *p;

	memset(c, 0, sizeof *c);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(s, words[i].word) == 0)
			s = words[i].means;
	p = s + strspn(s, " \t");
	if (!*p || read_weekdays(&p, c) != 0 || read_date(&p, c) != 0 || read_time(&p, c) != 0)
		return bad();
	c->utc = strcmp(p, "UTC") == 0;
	if (*p && !c->utc)
		return bad();
	short_years(&c->year);
	if (settle(&c->year, FIRST_YEAR, LAST_YEAR) != 0 || settle(&c->month, 1, 12) != 0 || settle(&c->day, 1, 31) != 0 ||
	    settle(&c->hour, 0, 23) != 0 || settle(&c->minute, 0, 59) != 0 || settle(&c->second, 0, 59) != 0)
		return -1;
	return 0;
}

/* --- writing --- */

static void
put_weekdays(struct buf *b, unsigned days)
{
	bool any = false;

	for (int d = 0; d < 7; d++) {
		int last = d;

		if (!(days & 1U << d))
			continue;
		while (last < 6 && days & 1U << (last + 1))
			last++;
		buf_fmt(b, "%s%s", any ? "," : "", weekday_names[d][0]);
		if (last > d)
			buf_fmt(b, "%s%s", last > d + 1 ? ".." : ",", weekday_names[last][0]);
		any = true;
		d = last;
	}
	if (any)
		buf_ch(b, ' ');
}

static void
put_field(struct buf *b, const struct calendar_field *f, int width)
{
	if (f->n == 0)
		buf_ch(b, '*');
	for (int i = 0; i < f->n; i++) {
		const struct calendar_part *p = &f->v[i];

		buf_fmt(b, "%s%0*d", i ? "," : "", width, p->start);
		if (p->stop >= 0)
			buf_fmt(b, "..%0*d", width, p->stop);
		if (p->repeat)
			buf_fmt(b, "/%d", p->repeat);
	}
}

char *
calendar_text(const struct calendar *c)
{
	struct buf b = BUF_INIT;

	put_weekdays(&b, c->weekdays);
	put_field(&b, &c->year, 4);
	buf_ch(&b, '-');
	put_field(&b, &c->month, 2);
	buf_ch(&b, c->from_end ? '~' : '-');
	put_field(&b, &c->day, 2);
	buf_ch(&b, ' ');
	put_field(&b, &c->hour, 2);
	buf_ch(&b, ':');
	put_field(&b, &c->minute, 2);
	buf_ch(&b, ':');
	put_field(&b, &c->second, 2);
	if (c->utc)
		buf_str(&b, " UTC");
	return buf_take(&b);
}

/* --- the next one --- */

static bool
part_has(const struct calendar_part *p, int value, int max)
{
	int stop = p->stop >= 0 ? p->stop : p->repeat ? max : p->start;

	return value >= p->start && value <= stop && (!p->repeat || (value - p->start) % p->repeat == 0);
}

static bool
has(const struct calendar_field *f, int value, int max)
{
	for (int i = 0; i < f->n; i++)
		if (part_has(&f->v[i], value, max))
			return true;
	return f->n == 0;
}

/* the first value from `from` on, or -1 */
static int
first_from(const struct calendar_field *f, int from, int max)
{
	for (int v = from; v <= max; v++)
		if (has(f, v, max))
			return v;
	return -1;
}

/* days since 1970 to year, month, day: the Gregorian calendar in 400-year eras that begin in March */
static void
civil(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool
day_fits(const struct calendar *c, int64_t days, int year, int month, int day)
{
	/* 1970-01-01 was a Thursday */
	unsigned weekday = (unsigned)((days + 3) % 7);
	int last = month_days(year, month);

	if (c->weekdays && !(c->weekdays & 1U << weekday))
		return false;
	return has(&c->year, year, LAST_YEAR) && has(&c->month, month, 12) && has(&c->day, c->from_end ? last - day + 1 : day, last);
}

/* the first time of day from that second of the day on, or -1 */
static int
time_from(const struct calendar *c, int from)
{
	int h = from / 3600, m = from / 60 % 60, s = from % 60;

	for (h = first_from(&c->hour, h, 23); h >= 0; h = first_from(&c->hour, h + 1, 23)) {
		if (h != from / 3600)
			m = s = 0;
		for (m = first_from(&c->minute, m, 59); m >= 0; m = first_from(&c->minute, m + 1, 59)) {
			int second = first_from(&c->second, h * 60 + m == from / 60 ? s : 0, 59);

			if (second >= 0)
				return h * 3600 + m * 60 + second;
		}
		m = 0;
	}
	return -1;
}

int
calendar_next(const struct calendar *c, int64_t after, int64_t *next)
{
	int64_t t = after < 0 ? 0 : after + 1, days = t / DAY_SECONDS;
	int from = (int)(t % DAY_SECONDS), year, month, day;

	for (;; days++, from = 0) {
		int at;

		civil(days, &year, &month, &day);
		if (year > LAST_YEAR)
			break;
		if (!day_fits(c, days, year, month, day))
			continue;
		at = time_from(c, from);
		if (at >= 0) {
			*next = days * DAY_SECONDS + at;
			return 0;
		}
	}
	errno = ENOENT;
	return -1;
}
