#include "base/calendar.h"

#include <errno.h>
#include <time.h>

#include "harness/unit.h"

/* "2026-11-21 00:00:00" as seconds since 1970 */
static int64_t
seconds(const char *text)
{
	struct tm t = { 0 };

	assert_non_null(strptime(text, "%Y-%m-%d %H:%M:%S", &t));
	return (int64_t)timegm(&t);
}

/* What systemd 252 said: "TEXT => Normalized form: FORM; Next elapse: DAY DATE TIME UTC; Iter. #2: ...;" at 2026-11-20 12:3x */
static void
check_line(char *line)
{
	char *arrow = strstr(line, " => Normalized form: "), *form = arrow + 21, *rest = strstr(form, "; Next elapse: "), *text;
	int64_t now = seconds("2026-11-20 12:32:00");
	struct calendar c;

	*arrow = *rest = '\0';
	rest += 15;
	assert_int_equal(calendar_parse(line, &c), 0);
	text = calendar_text(&c);
	assert_string_equal(text, form);
	free(text);
	if (strncmp(rest, "never", 5) == 0) {
		assert_int_equal(calendar_next(&c, now, &now), -1);
		return;
	}
	for (int i = 0; i < 3; i++) {
		int64_t next;

		assert_int_equal(calendar_next(&c, now, &next), 0);
		assert_int_equal(next, seconds(strchr(rest, '2')));
		now = next;
		rest = strstr(rest, "Iter. #");
		if (!rest)
			break;
		rest += 10;
	}
}

static void
vectors(void **state)
{
	FILE *f = fopen("tests/svc/vectors/calendar.txt", "r");
	char line[1024];
	int n = 0;

	(void)state;
	assert_non_null(f);
	for (; fgets(line, sizeof line, f); n++)
		check_line(line);
	fclose(f);
	assert_int_equal(n, 12);
}

static void
forms(void **state)
{
	static const char *const rows[][2] = {
		{ "Mon,Tue 8:05", "Mon,Tue *-*-* 08:05:00" }, { "Mon,Tue,Wed,Fri..Sun 1:2:3", "Mon..Wed,Fri..Sun *-*-* 01:02:03" },
		{ "monday..tuesday 0:0", "Mon,Tue *-*-* 00:00:00" }, { "Mon..Sun 12:00", "*-*-* 12:00:00" },
		{ "12-31", "*-12-31 00:00:00" }, { "2026-1-2 3:4", "2026-01-02 03:04:00" }, { "*-*", "*-*-* 00:00:00" }, { "70-01-01", "1970-01-01 00:00:00" },
		{ "*:0/15", "*-*-* *:00/15:00" }, { "*-*-1/7 0:0 UTC", "*-*-01/7 00:00:00 UTC" }, { "5,3,5,1:00", "*-*-* 01,03,05:00:00" },
		{ "*-02~03..05", "*-02~03..05 00:00:00" }, { "yearly", "*-01-01 00:00:00" }, { "MINUTELY", "*-*-* *:*:00" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct calendar c;
		char *text;

		assert_int_equal(calendar_parse(rows[i][0], &c), 0);
		text = calendar_text(&c);
		assert_string_equal(text, rows[i][1]);
		free(text);
	}
}

static void
nonsense(void **state)
{
	static const char *const rows[] = {
		"", " ", "Foo", "Mon..", "25:00", "12:60", "1:2:3:4", "*-13-01", "*-*-32", "2026", "sun..mon 0:0", "2026-1-2T3:4", "*:*/15", "22/2:00", "*-*-31/2", "12:00 CET", "-", "12:00:00.5", "*/0:00",
		"5..3:00", "*-0-1", "Mon,Tue", "12:", ":30", "*-*-*-*", "2200-01-01", "99999-01-01", "1/x:00", "Montag 1:00",
	};
	struct calendar c;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		errno = 0;
		/* a weekday alone is an event at midnight */
		if (strcmp(rows[i], "Mon,Tue") == 0)
			assert_int_equal(calendar_parse(rows[i], &c), 0);
		else if (calendar_parse(rows[i], &c) == 0)
			fail_msg("taken: '%s'", rows[i]);
		else
			assert_int_equal(errno, EINVAL);
	}
}

/* against a second opinion: every second of two days, by the libc */
static void
each_event_is_the_first_that_fits(void **state)
{
	struct calendar c;
	int64_t begin = seconds("2028-02-28 00:00:00"), next;

	(void)state;
	assert_int_equal(calendar_parse("Mon,Tue *-*-28,29 5..7/2:30,45:10/25", &c), 0);
	for (int64_t t = begin; t < begin + 2 * 86400; t++) {
		int64_t want = t + 1;

		for (;; want++) {
			time_t at = (time_t)want;
			struct tm *tm = gmtime(&at);

			if ((tm->tm_wday == 1 || tm->tm_wday == 2) && (tm->tm_mday == 28 || tm->tm_mday == 29) &&
			    (tm->tm_hour == 5 || tm->tm_hour == 7) && (tm->tm_min == 30 || tm->tm_min == 45) &&
			    (tm->tm_sec == 10 || tm->tm_sec == 35))
				break;
			if (want > begin + 3 * 86400)
				break;
		}
		assert_int_equal(calendar_next(&c, t, &next), 0);
		if (want <= begin + 3 * 86400)
			assert_int_equal(next, want);
		else
			assert_true(next > want);
		/* step from event to event, and a second before and behind each */
		if (t + 2 < next && t + 2 < begin + 2 * 86400)
			t = next - 2;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(vectors), T(forms), T(nonsense), T(each_event_is_the_first_that_fits) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
