#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "os/clock.h"
#include "svc/schedule.h"

/* "TERM/5" as "s15 w5000000", a loop's start as "[" */
static void
spell(const struct schedule *s, char *out)
{
	*out = '\0';
	for (size_t i = 0; i < s->n; i++) {
		out += sprintf(out, "%s%s", i ? " " : "", i == s->loop ? "[" : "");
		if (s->v[i].signal >= 0)
			out += sprintf(out, "s%d", s->v[i].signal);
		else if (s->v[i].wait == CLOCK_FOREVER)
			out += sprintf(out, "wait");
		else
			out += sprintf(out, "w%llu", (unsigned long long)s->v[i].wait);
	}
}

#define ITEM "invalid schedule item (must be [-]<signal-name>, -<signal-number>, <timeout> or 'forever'"
#define TIME "invalid timeout value in schedule"
#define SHORT "--retry takes timeout, or schedule list of at least two items"

static const struct {
	const char *text;
	unsigned flags;
	const char *spelled, *why;
} cases[] = {
	{ "5", 0, "s10 w5000000 s9 w5000000", NULL },
	{ "5", SCHEDULE_NO_KILL, "s10 w5000000", NULL },
	{ "TERM/5", 0, "s15 w5000000", NULL },
	{ "-TERM/5", 0, "s15 w5000000", NULL },
	{ "-15/5", 0, "s15 w5000000", NULL },
	{ "15/5", 0, "w15000000 w5000000", NULL },
	{ "SIGTERM/5", 0, "s15 w5000000", NULL },
	{ "term/1", 0, "s15 w1000000", NULL },
	{ "TERM/5/KILL", 0, "s15 w5000000 s9", NULL },
	{ "TERM/0", 0, "s15 w0", NULL },
	{ "TERM/1.5", 0, "s15 w1500000", NULL },
	{ "TERM/200ms/KILL/1min", 0, "s15 w200000 s9 w60000000", NULL },
	{ "5s", 0, "s10 w5000000 s9 w5000000", NULL },
	{ "forever/TERM/1", 0, "[s15 w1000000", NULL },
	{ "TERM/1/forever/KILL/2", 0, "s15 w1000000 [s9 w2000000", NULL },
	{ "TERM/forever", SCHEDULE_FOREVER_WAITS, "s15 wait", NULL },
	{ "forever/TERM/1", SCHEDULE_FOREVER_WAITS, "wait s15 w1000000", NULL },
	{ "TERM/forever", 0, NULL, "invalid schedule: 'forever' appears last, nothing to repeat" },
	{ "TERM/5/forever", 0, NULL, "invalid schedule: 'forever' appears last, nothing to repeat" },
	{ "forever/TERM/1/forever/KILL/1", 0, NULL, "invalid schedule: 'forever' appears more than once" },
	{ "forever/TERM", 0, NULL, "nothing behind 'forever' waits" },
	{ "forever/TERM/0", 0, NULL, "nothing behind 'forever' waits" },
	{ "KILL", 0, NULL, SHORT }, { "TERM", 0, NULL, SHORT }, { "", 0, NULL, ITEM }, { "-5", 0, NULL, SHORT },
	{ "TERM/5/", 0, NULL, ITEM }, { "/TERM/5", 0, NULL, ITEM }, { "TERM//5", 0, NULL, ITEM }, { "/", 0, NULL, ITEM },
	{ "NOSUCH/5", 0, NULL, ITEM }, { "-999/5", 0, NULL, ITEM }, { "TERM/aaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, NULL, "invalid schedule item: far too long (you must delimit items with slashes)" },
	{ "--15/5", 0, NULL, ITEM }, { "-/5", 0, NULL, ITEM },
	{ "TERM/5x", 0, NULL, TIME }, { "TERM/5.", 0, NULL, TIME }, { "99999999999", 0, NULL, TIME }, { "TERM/99999999999", 0, NULL, TIME },
	{ "TERM/5.5.5", 0, NULL, TIME }, { "TERM/5 s", 0, NULL, TIME },
};

static void
parses_the_grammar(void **state)
{
	struct schedule s;
	char got[256];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *why = schedule_parse(&s, cases[i].text, 10, cases[i].flags);

		spell(&s, got);
		if (cases[i].why ? !why || strcmp(why, cases[i].why) : why || strcmp(got, cases[i].spelled))
			fail_msg("'%s': %s, %s", cases[i].text, got, why ? why : "fine");
		schedule_free(&s);
	}
}

static void
reads_times(void **state)
{
	uint64_t us;

	(void)state;
	assert_int_equal(schedule_time("1.0000019", 9, &us), 0);
	assert_int_equal(us, 1000001);
	assert_int_equal(schedule_time("2h", 2, &us), 0);
	assert_int_equal(us, UINT64_C(7200000000));
	assert_int_equal(schedule_time("0.5m", 4, &us), 0);
	assert_int_equal(us, 30000000);
	assert_int_equal(schedule_time("", 0, &us), -1);
	assert_int_equal(schedule_time(".5", 2, &us), -1);
	assert_int_equal(schedule_time("-1", 2, &us), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(parses_the_grammar), cmocka_unit_test(reads_times) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
