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
	kept_judge_trigger(&l, &all.v[0], true);
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

static void
each_line_of_a_socket_gets_a_verdict(void **state)
{
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;
	struct lost l = { 0 };

	(void)state;
	put("a.socket", "[Socket]\nListenStream=1\nSocketMode=9\nNope=1\nListenUSBFunction=/x\n");
	assert_int_equal(trigger_read(&all, "a.socket", ".", &d), 0);
	kept_judge_trigger(&l, &all.v[0], true);
	assert_int_equal(l.n, 4);
	assert_int_equal(l.count[LOST_ALL], 3);
	assert_int_equal(l.count[LOST_NOTHING], 1);
	assert_string_equal(l.v[3].text, "kept with a.service, whose script listens");
	lost_free(&l);
	kept_judge_trigger(&l, &all.v[0], false);
	assert_int_equal(l.count[LOST_PART], 3);
	lost_free(&l);
	trigger_free(&all);
}

/* The last verdict that a socket and a timer bring to a unit with these lines. */
static void
brings(const char *lines, const char *socket, const char *timer, bool native, enum lost_grade grade, const char *text)
{
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;
	struct lost l = { 0 };
	struct unit_sources src = { 0 };
	struct service s;

	put("a.socket", socket);
	put("a.timer", timer);
	put("a.service", lines);
	assert_int_equal(unit_load(&src, "a.service", &d), 0);
	assert_int_equal(unit_parse(&s, &src, "a", NULL, &d), 0);
	trigger_find(&all, &s, "a.service", "", "/none", &d);
	lost_judge(&l, &s, &src, !native);
	kept_judge_service(&l, &all, &s, "a.service", native);
	if (l.v[l.n - 1].grade != grade || !strstr(l.v[l.n - 1].text, text))
		fail_msg("%s: %s", lost_grade_name(l.v[l.n - 1].grade), l.v[l.n - 1].text);
	lost_free(&l);
	service_free(&s);
	unit_sources_free(&src);
	trigger_free(&all);
	diag_free(&d);
}

#define WANTED "[Service]\nExecStart=/bin/x\n[Install]\nWantedBy=a.target\n"

static void
a_service_is_told_of_them(void **state)
{
	static const char plain[] = "[Socket]\nListenStream=1\n", each[] = "[Socket]\nListenStream=1\nAccept=yes\nService=a.service\n";

	(void)state;
	brings(WANTED, plain, "", false, LOST_NOTE, "kept; nothing listens, so the service opens its sockets itself");
	brings(WANTED, each, "", false, LOST_ALL, "cannot do without its socket");
	brings(WANTED, plain, "", true, LOST_NOTE, "kept; it is not enabled, so the service opens its sockets itself");
	brings(WANTED "Also=a.socket\n", plain, "", true, LOST_NOTHING, "it is opened before the service starts, and passed to it");
	brings("[Service]\nExecStart=/bin/x\n", plain, "", true, LOST_NOTHING, "starts the service for who connects");
	brings(WANTED, each, "", true, LOST_NOTHING, "starts a process for each connection");
	brings(WANTED, "", "[Timer]\nOnCalendar=daily\nPersistent=yes\n", true, LOST_NOTE, "this in /etc/crontab would: 0 0 * * * root /etc/init.d/a start");
	brings(WANTED, "", "[Timer]\nOnBootSec=5min\n", true, LOST_NOTE, "kept; nothing keeps its times");
}

/* The verdict on the first line of [Service] that is worse than a note. */
static void
loses(const char *lines, const char *socket, const char *text)
{
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;
	struct lost l = { 0 };
	struct unit_sources src = { 0 };
	struct service s;
	const char *got = NULL;

	put("a.socket", socket);
	put("a.service", lines);
	assert_int_equal(unit_load(&src, "a.service", &d), 0);
	assert_int_equal(unit_parse(&s, &src, "a", NULL, &d), 0);
	trigger_find(&all, &s, "a.service", "", "/none", &d);
	lost_judge(&l, &s, &src, false);
	kept_judge_service(&l, &all, &s, "a.service", true);
	for (size_t i = 0; i < l.n && !got; i++)
		if (l.v[i].grade >= LOST_PART)
			got = l.v[i].text;
	if ((got == NULL) != (text == NULL) || (got && !strstr(got, text)))
		fail_msg("%s: %s", lines, got ? got : "nothing is lost");
	lost_free(&l);
	service_free(&s);
	unit_sources_free(&src);
	trigger_free(&all);
	diag_free(&d);
}

static void
the_service_s_own_lines_are_judged_with_them(void **state)
{
	static const char each[] = "[Socket]\nListenStream=1\nAccept=yes\nService=a.service\n";

	(void)state;
	loses("[Service]\nExecStart=/bin/x\nStandardInput=socket\n", "", "no socket unit beside it");
	loses("[Service]\nExecStart=/bin/x\nStandardInput=socket\n", each, NULL);
	loses("[Service]\nExecStart=/bin/x\nExecStartPre=/bin/y\n", each, "once for all connections");
	loses("[Service]\nExecStart=/bin/x\nRestart=always\n", each, "not started again");
	loses("[Service]\nExecStart=/bin/x\nRestart=no\n", each, NULL);
	loses("[Service]\nExecStart=/bin/x %i\n", each, "no name of its own");
	loses("[Service]\nExecStart=/bin/x\n", "[Socket]\nListenStream=1\nSmackLabel=x\n", "security labels");
	loses("[Service]\nExecStart=/bin/x\n", "[Socket]\nListenStream=1\nUser=x\nPrivateTmp=yes\n", NULL);
	loses("[Service]\nExecStart=/bin/x\n", "[Socket]\nListenStream=1\nExecStartPre=/bin/y\nPrivateTmp=yes\n", "for the commands of a socket");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_line_of_a_trigger_gets_a_verdict, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(each_line_of_a_socket_gets_a_verdict, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(a_service_is_told_of_them, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(the_service_s_own_lines_are_judged_with_them, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
