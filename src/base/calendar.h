#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H
#include <stdbool.h>
#include <stdint.h>
/*
 * Calendar events as systemd.time(7) writes them for OnCalendar=: "daily", "Mon..Fri 10:00", "*-*-* 07..23:30", "*-*~1".
 * Whole seconds, UTC; a time zone other than UTC and fractions of seconds are errors.  Some days counted from the end and empty ranges
 * (5..5) that systemd refuses are taken.
 */
enum { CALENDAR_PARTS = 64 };

/* One item of a comma-separated list: start, start..stop, start/repeat, start..stop/repeat. */
struct calendar_part {
	int start;
	int stop;	/* -1: none */
	int repeat;	/* 0: none */
};

/* One field; n 0 is "*". */
struct calendar_field {
	struct calendar_part v[CALENDAR_PARTS];
	int n;
};

struct calendar {
	unsigned weekdays;	/* bit 0 is Monday; 0: any */
	bool from_end;		/* days count from the end of the month (~) */
	bool utc;		/* "UTC" was written */
	struct calendar_field year, month, day, hour, minute, second;
};

/* 0, or -1 with errno EINVAL; *out is undefined then. */
int calendar_parse(const char *s, struct calendar *out);
/* The normalised form, as `systemd-analyze calendar` prints it.  The caller frees it. */
char *calendar_text(const struct calendar *);
/* The first event after that time, both in seconds since 1970: 0 and *next; -1 when there is none until 2199. */
int calendar_next(const struct calendar *, int64_t after, int64_t *next);

#endif
