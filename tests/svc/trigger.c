#include "harness/unit.h"

#include "svc/trigger.h"
#include "svc/unit.h"

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
read_service(struct service *s, const char *name, const char *text)
{
	struct diag d = DIAG_INIT;

	assert_int_equal(unit_read_text(s, text, strlen(text), "x.service", name, NULL, &d), 0);
	diag_free(&d);
}

static void
is_read(const char *unit, const char *text, const char *service, bool accept, size_t lines)
{
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;

	put(unit, text);
	assert_int_equal(trigger_read(&all, unit, ".", &d), 0);
	assert_int_equal(d.n, 0);
	assert_int_equal(all.n, 1);
	assert_string_equal(all.v[0].service, service);
	assert_int_equal(all.v[0].accept, accept);
	assert_int_equal(all.v[0].n, lines);
	trigger_free(&all);
}

static void
knows_what_it_starts(void **state)
{
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;

	(void)state;
	assert_true(trigger_is_unit("a.socket") && trigger_is_unit("a.timer") && !trigger_is_unit("a.service"));
	is_read("a.socket", "[Unit]\nAfter=b\n[Socket]\nListenStream=1\nX-Mine=1\n[Install]\nWantedBy=sockets.target\n", "a.service", false, 1);
	is_read("a.socket", "[Socket]\nListenStream=1\nAccept=yes\n", "a@.service", true, 2);
	is_read("a@.socket", "[Socket]\nAccept=yes\nAccept=no\n", "a@.service", false, 2);
	is_read("a.socket", "[Socket]\nAccept=yes\nService=b.service\n", "b.service", true, 2);
	is_read("a.timer", "[Timer]\nOnCalendar=daily\n", "a.service", false, 1);
	is_read("a.timer", "[Timer]\nUnit=b.service\n[Socket]\nAccept=yes\n", "b.service", false, 1);
	assert_int_equal(trigger_read(&all, "none.socket", ".", &d), -1);
	assert_int_equal(d.errors, 1);
	diag_free(&d);
	put("a.socket", "[Socket]\nListenStream=1\nListenNoise=1\nUser=x\n");
	d = (struct diag)DIAG_INIT;
	assert_int_equal(trigger_read(&all, "a.socket", ".", &d), 0);
	assert_true(all.v[0].v[0].known && !all.v[0].v[1].known && all.v[0].v[2].known);
	assert_int_equal(all.v[0].v[1].line, 3);
	trigger_free(&all);
}

/* The triggers of a service, each behind a blank. */
static void
has(const char *unit, const char *text, const char *want)
{
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;
	struct service s;
	char got[256] = "";

	read_service(&s, unit, text);
	trigger_find(&all, &s, unit, "", "/none", &d);
	for (size_t i = 0; i < all.n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), " %s", all.v[i].path);
	assert_string_equal(got, want);
	trigger_free(&all);
	service_free(&s);
	diag_free(&d);
}

static void
a_service_has_those_that_start_it(void **state)
{
	(void)state;
	put("a.socket", "[Socket]\nListenStream=1\n");
	put("a.timer", "[Timer]\nOnCalendar=daily\n");
	put("b.socket", "[Socket]\nListenStream=1\nService=a.service\n");
	put("c.socket", "[Socket]\nListenStream=1\nAccept=yes\n");
	has("a.service", "[Service]\nExecStart=/bin/x\n", " a.socket a.timer");
	has("a.service", "[Unit]\nAfter=b.socket c.socket\n[Service]\nExecStart=/bin/x\nSockets=b.socket none.socket\n", " a.socket a.timer b.socket");
	has("b.service", "[Service]\nExecStart=/bin/x\n", "");
	has("c@.service", "[Service]\nExecStart=/bin/x\n", " c.socket");
	has("c@one.service", "[Service]\nExecStart=/bin/x\n", " c.socket");
	has("c.service", "[Service]\nExecStart=/bin/x\n", "");
}

static void
some_cannot_do_without(void **state)
{
	static const struct {
		const char *socket, *service;
		bool needs;
	} cases[] = {
		{ "Accept=yes", "ExecStart=/bin/x\n[Install]\nWantedBy=a.target", true }, { "Accept=no", "ExecStart=/bin/x\n[Install]\nWantedBy=a.target", false },
		{ "Accept=no", "ExecStart=/bin/x\nStandardInput=socket\n[Install]\nWantedBy=a.target", true }, { "Accept=no", "ExecStart=/bin/x", true },
		{ "Accept=no", "ExecStart=/bin/x -H fd:// -v\n[Install]\nWantedBy=a.target", true },
		{ "Accept=no", "ExecStart=/bin/x --address=systemd: \n[Install]\nWantedBy=a.target", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct triggers all = { 0 };
		struct diag d = DIAG_INIT;
		struct service s;
		char text[256];

		snprintf(text, sizeof text, "[Service]\n%s\n", cases[i].service);
		read_service(&s, "a", text);
		snprintf(text, sizeof text, "[Socket]\nListenStream=1\n%s\n", cases[i].socket);
		put("a.socket", text);
		assert_int_equal(trigger_read(&all, "a.socket", ".", &d), 0);
		if ((trigger_need(&all.v[0], &s) != NULL) != cases[i].needs)
			fail_msg("%s, %s", cases[i].socket, cases[i].service);
		trigger_free(&all);
		service_free(&s);
	}
}

static void
it_is_kept_as_a_section(void **state)
{
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	put("a.socket", "[Unit]\nDescription=A\n[Socket]\nListenStream=1 \\\n # no\n 2\n SocketMode = 0600\n");
	assert_int_equal(trigger_read(&all, "a.socket", ".", &d), 0);
	all.v[0].listen = TRIGGER_DEMAND;
	trigger_write(&out, &all.v[0]);
	assert_string_equal(out.s, "\n# a.socket\n[Socket]\nX-Unit=a.socket\nX-Listen=demand\nListenStream=1   2\nSocketMode=0600\n");
	buf_free(&out);
	trigger_free(&all);
}

static void
a_script_keeps_each_of_its_sockets(void **state)
{
	struct triggers all = { 0 };
	struct unit_sources src = { 0 };
	struct diag d = DIAG_INIT;

	(void)state;
	put("script", "[Socket]\nX-Unit=a.socket\nX-Listen=no\nListenStream=1\n[Service]\nExecStart=/bin/x\n"
	    "[Socket]\nX-Unit=b.socket\nX-Listen=demand\nListenStream=2\nAccept=yes\n");
	put("own.conf", "[Socket]\nListenStream=3\n[Socket]\nX-Unit=b.socket\nX-Listen=start\nBacklog=4\n");
	assert_int_equal(unit_load(&src, "script", &d), 0);
	assert_int_equal(unit_load(&src, "own.conf", &d), 0);
	trigger_kept(&all, &src, "s");
	assert_int_equal(all.n, 2);
	assert_string_equal(all.v[0].unit, "a.socket");
	assert_int_equal(all.v[0].listen, TRIGGER_NO);
	assert_int_equal(all.v[0].n, 2);
	assert_string_equal(all.v[0].v[1].value, "3");
	assert_int_equal(all.v[1].listen, TRIGGER_START);
	assert_int_equal(all.v[1].n, 3);
	assert_true(all.v[1].accept);
	trigger_free(&all);
	unit_sources_free(&src);
	put("script", "[Socket]\nListenStream=1\n");
	assert_int_equal(unit_load(&src, "script", &d), 0);
	trigger_kept(&all, &src, "s@one");
	assert_int_equal(all.n, 1);
	assert_string_equal(all.v[0].unit, "s.socket");
	trigger_free(&all);
	unit_sources_free(&src);
	diag_free(&d);
}

static void
some_are_listened_at(void **state)
{
	static const struct {
		const char *service, *socket, *unit;
		enum trigger_listen listen;
	} cases[] = {
		{ "[Install]\nWantedBy=a.target", "", "a.service", TRIGGER_NO }, { "[Install]\nWantedBy=a.target\nAlso=a.socket", "", "a.service", TRIGGER_START },
		{ "[Install]\nAlso=a.socket", "", "a.service", TRIGGER_DEMAND }, { "[Unit]\nRequires=a.socket", "", "a.service", TRIGGER_DEMAND },
		{ "[Unit]\nAfter=a.socket\n[Install]\nWantedBy=a.target", "", "a.service", TRIGGER_NO },
		{ "Sockets=a.socket\n[Install]\nWantedBy=a.target", "", "a.service", TRIGGER_START }, { "", "", "a.service", TRIGGER_DEMAND },
		{ "", "Accept=yes", "a@.service", TRIGGER_START }, { "", "Accept=yes", "a@one.service", TRIGGER_NO },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct triggers all = { 0 };
		struct diag d = DIAG_INIT;
		struct service s;
		char text[256];

		snprintf(text, sizeof text, "[Service]\nExecStart=/bin/x\n%s\n", cases[i].service);
		read_service(&s, "a", text);
		snprintf(text, sizeof text, "[Socket]\nListenStream=1\n%s\n[Install]\nWantedBy=sockets.target\n", cases[i].socket);
		put("a.socket", text);
		assert_int_equal(trigger_read(&all, "a.socket", ".", &d), 0);
		if (trigger_listens(&all.v[0], &s, cases[i].unit) != cases[i].listen)
			fail_msg("%s, %s: %d", cases[i].service, cases[i].socket, trigger_listens(&all.v[0], &s, cases[i].unit));
		trigger_settle(&all, &s, cases[i].unit);
		assert_int_equal(all.v[0].listen, cases[i].listen);
		assert_true(cases[i].listen == TRIGGER_NO || s.deps[SERVICE_WANTED_BY].n == 1);
		trigger_free(&all);
		service_free(&s);
	}
}

static void
cron_can_do_most_times(void **state)
{
	static const struct {
		const char *calendar, *line;
	} cases[] = {
		{ "daily", "0 0 * * *" }, { "weekly", "0 0 * * 1" }, { "hourly", "0 * * * *" }, { "yearly", "0 0 1 1 *" }, { "*-*-* 07..23:30", "30 7-23 * * *" },
		{ "Mon..Fri 10:00", "0 10 * * 1,2,3,4,5" }, { "*:0/10", "0-59/10 * * * *" }, { "*-*-* 00,12:00:00", "0 0,12 * * *" },
		{ "Sun *-*-1..7 1:00:00", NULL }, { "*-*~1 10:00", NULL }, { "2030-*-* 10:00", NULL }, { "*:*:30", NULL }, { "*:*:*", NULL },
		{ "daily UTC", NULL }, { "nonsense", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *line = trigger_cron(cases[i].calendar, "a.service"), want[128];

		if (!cases[i].line) {
			assert_null(line);
			continue;
		}
		snprintf(want, sizeof want, "%s root /etc/init.d/a start", cases[i].line);
		assert_non_null(line);
		assert_string_equal(line, want);
		free(line);
	}
	assert_null(trigger_cron("daily", "a@.service"));
	assert_null(trigger_cron("daily", "a.target"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(knows_what_it_starts), IN_DIR(a_service_has_those_that_start_it), IN_DIR(some_cannot_do_without),
		IN_DIR(it_is_kept_as_a_section), IN_DIR(a_script_keeps_each_of_its_sockets), IN_DIR(some_are_listened_at), T(cron_can_do_most_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
