#include "harness/unit.h"

#include "gen/kept.h"

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
each_line_of_a_trigger_gets_a_verdict(void **state)
{
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;
	struct lost l = { 0 };

	(void)state;
	put("a.timer", "[Timer]\nOnCalendar=daily\nPersistent=yes\nNope=1\n");
	assert_int_equal(trigger_read(&all, "a.timer", ".", &d), 0);
	kept_judge_trigger(&l, &all.v[0]);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.v[0].grade, LOST_PART);
	assert_string_equal(l.v[0].text, "kept with a.service; this in /etc/crontab does it: 0 0 * * * root /etc/init.d/a start");
	assert_string_equal(l.v[1].text, "kept with a.service; nothing keeps its times");
	assert_int_equal(l.v[2].grade, LOST_ALL);
	assert_int_equal(l.v[2].line, 4);
	assert_int_equal(l.count[LOST_PART], 2);
	lost_free(&l);
	trigger_free(&all);
}

/* The worst verdict that a socket and a timer bring to their service. */
static void
brings(const char *socket, const char *timer, enum lost_grade worst, const char *text)
{
	static const char unit[] = "[Service]\nExecStart=/bin/x\n[Install]\nWantedBy=a.target\n";
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;
	struct lost l = { 0 };
	struct service s;

	put("a.socket", socket);
	put("a.timer", timer);
	assert_int_equal(unit_read_text(&s, unit, strlen(unit), "a.service", "a", NULL, &d), 0);
	trigger_find(&all, &s, "a.service", "", "/none", &d);
	kept_judge_service(&l, &all, &s, "a.service");
	assert_int_equal(l.n, (*socket != '\0') + (*timer != '\0'));
	assert_int_equal(l.v[0].grade, worst);
	assert_non_null(strstr(l.v[0].text, text));
	lost_free(&l);
	service_free(&s);
	trigger_free(&all);
	diag_free(&d);
}

static void
a_service_is_told_of_them(void **state)
{
	(void)state;
	brings("[Socket]\nListenStream=1\n", "", LOST_NOTE, "kept; nothing listens, so the service opens its sockets itself");
	brings("[Socket]\nListenStream=1\nAccept=yes\nService=a.service\n", "", LOST_ALL, "cannot do without its socket");
	brings("", "[Timer]\nOnCalendar=daily\nPersistent=yes\n", LOST_NOTE, "this in /etc/crontab would: 0 0 * * * root /etc/init.d/a start");
	brings("", "[Timer]\nOnBootSec=5min\n", LOST_NOTE, "kept; nothing keeps its times");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_line_of_a_trigger_gets_a_verdict, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(a_service_is_told_of_them, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
