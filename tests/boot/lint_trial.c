#include "boot/lint_trial.h"

#include "harness/unit.h"

static const char good_script[] = "#!/bin/sh\n# chkconfig: 345 20 80\ncase \"$1\" in\nstart) [ -x /usr/sbin/not-there ] || exit 5; a ;;\nstop) b ;;\n"
    "restart|force-reload) c ;;\nstatus) d ;;\n*) echo usage; exit 3 ;;\nesac\n";

static struct lint lint;

/* A trial in which all is as it should be. */
static struct trial
good(void)
{
	struct trial t = { .ended = true, .pidfile = true };

	for (int i = 0; i < TRIAL_STEPS; i++)
		t.v[i] = (struct trial_step){ .done = true };
	for (int i = TRIAL_NO_ACTION; i <= TRIAL_UNKNOWN; i++) {
		t.v[i].code = 3;
		strcpy(t.v[i].output, "usage");
	}
	t.v[TRIAL_STATUS_BEFORE].code = t.v[TRIAL_STATUS_STOPPED].code = 3;
	t.v[TRIAL_STATUS_KILLED].code = 1;
	for (int i = TRIAL_START; i <= TRIAL_RESTART; i++)
		t.v[i].running = t.v[i].asked = true;
	t.v[TRIAL_START_KILLED].running = t.v[TRIAL_START_KILLED].asked = true;
	return t;
}

/* The codes of what is found, separated by blanks. */
static const char *
findings_of(const struct trial *t, const char *script)
{
	static char out[512];

	lint_free(&lint);
	lint_read(&lint, "demo", script, strlen(script), 0755, NULL);
	lint_trial(&lint, t, NULL, 30000000);
	out[0] = '\0';
	for (size_t i = 0; i < lint.n; i++) {
		strcat(out, i ? " " : "");
		strcat(out, lint_rule(lint.v[i].code)->code);
	}
	return out;
}

static const char *
findings(const struct trial *t)
{
	return findings_of(t, good_script);
}

static const char *
text(void)
{
	return lint.n == 1 ? lint.v[0].text : "not one finding";
}

static void
a_good_one(void **state)
{
	struct trial t = good();

	(void)state;
	assert_string_equal(findings(&t), "");
	/* reload and try-restart are for those who have them */
	t.v[TRIAL_RELOAD].code = t.v[TRIAL_TRY_RESTART].code = t.v[TRIAL_TRY_STOPPED].code = 3;
	assert_string_equal(findings(&t), "");
	t.v[TRIAL_STATUS_KILLED].code = 3;
	assert_string_equal(findings(&t), "");
}

static void
each_wrong_code(void **state)
{
	static const struct {
		enum trial_what what;
		int code;
		const char *finding, *text;
	} rows[] = {
		{ TRIAL_NO_ACTION, 0, "run-usage", "called without an action it ends with 0, as if it had been done" },
		{ TRIAL_UNKNOWN, 1, "run-usage", "called with an action that there is not it ends with 1; 1 is SUSE's, the LSB has 2 or 3" },
		{ TRIAL_STATUS_BEFORE, 0, "run-status", "status before any start ends with 0, though nothing runs; 3 is right" },
		{ TRIAL_STATUS_BEFORE, 1, "run-status", "status before any start ends with 1; there is neither pidfile nor lock file: 3 is right" },
		{ TRIAL_STATUS_STOPPED, 4, "run-status", "status after a stop ends with 4; 3 is right" },
		{ TRIAL_STOP_BEFORE, 1, "run-code", "stop before any start ends with 1; 0 is right" },
		{ TRIAL_START_AGAIN, 1, "run-code", "start of what runs ends with 1; 0 is right" },
		{ TRIAL_RELOAD, 1, "run-code", "reload ends with 1; 0 is right" },
		{ TRIAL_FORCE_RELOAD, 3, "run-code", "force-reload ends with 3; 0 is right" },
		{ TRIAL_RESTART, 7, "run-code", "restart ends with 7; 0 is right" },
		{ TRIAL_STOP, 1, "run-code", "stop ends with 1; 0 is right" },
		{ TRIAL_STOP_AGAIN, 7, "run-code", "stop of what is stopped ends with 7; 0 is right" },
		{ TRIAL_TRY_STOPPED, 1, "run-code", "try-restart of what is stopped ends with 1; 0 is right" },
		{ TRIAL_STATUS_KILLED, 0, "run-status", "status after the daemon was killed ends with 0; 1 is right, there is a pidfile" },
		{ TRIAL_START_KILLED, 1, "run-code", "start after the daemon was killed ends with 1; 0 is right" },
		{ TRIAL_TRY_RESTART, TRIAL_LATE, "run-late", "try-restart does not end within 30s" },
		{ TRIAL_RESTART, TRIAL_LATE, "run-late", "restart does not end within 30s" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trial t = good();

		t.v[rows[i].what].code = rows[i].code;
		assert_string_equal(findings(&t), rows[i].finding);
		assert_string_equal(text(), rows[i].text);
	}
}

static void
processes_and_files(void **state)
{
	struct trial t = good();

	(void)state;
	t.v[TRIAL_START].status = 3;
	assert_string_equal(findings(&t), "run-status");
	t = good();
	t.v[TRIAL_START].running = false;
	t.v[TRIAL_START].died = true;
	assert_string_equal(findings_of(&t, "#!/bin/sh\n# chkconfig: 345 1 1\nx\n"), "run-nothing");
	t = good();
	t.v[TRIAL_START].late = 999;
	assert_string_equal(findings(&t), "");
	t.v[TRIAL_START].late = 1000;
	assert_string_equal(findings(&t), "run-early");
	t = good();
	t.v[TRIAL_START_AGAIN].twice = true;
	assert_string_equal(findings(&t), "run-twice");
	t = good();
	t.v[TRIAL_RELOAD].running = false;
	assert_string_equal(findings(&t), "run-code");
	t = good();
	t.v[TRIAL_RESTART].same = t.v[TRIAL_START_AGAIN].same = true;
	assert_string_equal(findings(&t), "run-restart");
	t = good();
	t.v[TRIAL_STOP].late = 99;
	assert_string_equal(findings(&t), "");
	t.v[TRIAL_STOP].late = 200;
	strcpy(t.v[TRIAL_STOP].left, "demo");
	assert_string_equal(findings(&t), "run-early");
	assert_string_equal(text(), "stop ends 200 ms before the last process: demo");
	t.v[TRIAL_STOP].running = true;
	assert_string_equal(findings(&t), "run-left");
	t = good();
	strcpy(t.files, "/run/demo.pid");
	t.v[TRIAL_STATUS_STOPPED].code = 1;
	assert_string_equal(findings(&t), "run-files run-status");
	t = good();
	t.v[TRIAL_START_KILLED].running = false;
	assert_string_equal(findings(&t), "run-code");
}

static void
what_says_nothing(void **state)
{
	struct trial t = good();

	(void)state;
	t.v[TRIAL_NO_ACTION].output[0] = '\0';
	assert_string_equal(findings(&t), "run-usage");
	t.v[TRIAL_NO_ACTION].code = 0;
	assert_string_equal(findings(&t), "run-usage run-usage");
	assert_string_equal(findings_of(&t, "#!/bin/sh\n# chkconfig: 345 1 1\ncase $1 in start|\"\") a ;; esac\n"), "");
	t = good();
	t.v[TRIAL_FORCE_RELOAD] = t.v[TRIAL_UNKNOWN];
	t.v[TRIAL_FORCE_RELOAD].running = true;
	assert_string_equal(findings(&t), "action-missing");
	strcpy(t.v[TRIAL_FORCE_RELOAD].output, "something else");
	assert_string_equal(findings(&t), "run-code");
	/* its words tell it apart where its code does not */
	t = good();
	t.v[TRIAL_UNKNOWN].code = 0;
	t.v[TRIAL_TRY_RESTART] = t.v[TRIAL_UNKNOWN];
	assert_string_equal(findings(&t), "run-usage");
}

/* A script that has no daemon: what it does is done when it ends. */
static void
no_daemon(void **state)
{
	struct trial t = good();

	(void)state;
	for (int i = TRIAL_START_AGAIN; i < TRIAL_STEPS; i++)
		if (i != TRIAL_STOP && i != TRIAL_STATUS_STOPPED && i != TRIAL_STOP_AGAIN)
			t.v[i].done = false;
	t.v[TRIAL_START].running = false;
	t.v[TRIAL_STATUS_BEFORE].code = t.v[TRIAL_STATUS_STOPPED].code = 0;
	t.v[TRIAL_START].code = 0;
	assert_string_equal(findings(&t), "run-skipped");
	assert_string_equal(findings_of(&t, "#!/bin/sh\n# chkconfig: 345 1 1\ntrue\n"), "");
	assert_string_equal(findings_of(&t, "#!/bin/sh\n# chkconfig: 345 1 1\n[ ! -f /var/lib/not-there ] || true\n"), "");
	assert_string_equal(findings_of(&t, "#!/bin/sh\n# chkconfig: 345 1 1\nstart-stop-daemon -S -x /x\n"), "run-status run-status");
}

/* What differs from step to step is told step by step; what never differs, once. */
static void
a_status_that_never_changes(void **state)
{
	struct trial t = good();

	(void)state;
	for (int i = TRIAL_START; i <= TRIAL_RESTART; i++)
		t.v[i].status = 4;
	t.v[TRIAL_START_KILLED].status = 4;
	t.v[TRIAL_STATUS_BEFORE].code = t.v[TRIAL_STATUS].code = t.v[TRIAL_STATUS_STOPPED].code = t.v[TRIAL_STATUS_KILLED].code = 4;
	assert_string_equal(findings(&t), "run-status");
	assert_string_equal(text(), "status ends with 4 whether it runs or not");
	assert_int_equal(lint.v[0].line, 7);
	t.v[TRIAL_STATUS_KILLED].code = 1;
	assert_string_equal(findings(&t), "run-status run-status run-status run-status run-status run-status run-status run-status run-status");
}

static void
both_calls_that_make_no_sense(void **state)
{
	struct trial t = good();

	(void)state;
	t.v[TRIAL_NO_ACTION].code = t.v[TRIAL_UNKNOWN].code = 1;
	assert_string_equal(findings(&t), "run-usage");
	assert_string_equal(text(), "called without an action, or with one that there is not, it ends with 1; 1 is SUSE's, the LSB has 2 or 3");
	assert_int_equal(lint.v[0].line, 8);
	assert_string_equal(findings_of(&t, "#!/bin/sh\n# chkconfig: 345 1 1\n. /etc/rc.status\nx\n"), "");
	t.v[TRIAL_UNKNOWN].code = 4;
	assert_string_equal(findings(&t), "run-usage run-usage");
}

/* Scripts that look at their settings before they look at what they are asked. */
static void
what_is_turned_off(void **state)
{
	struct trial t = { .ended = true };

	(void)state;
	for (int i = TRIAL_NO_ACTION; i <= TRIAL_START; i++) {
		t.v[i] = (struct trial_step){ .done = true };
		strcpy(t.v[i].output, "turned off\n");
	}
	assert_string_equal(findings(&t), "run-skipped");
	assert_string_equal(text(), "/usr/sbin/not-there is not installed: start ends with 0 (the LSB has 5, Debian 0)");
	assert_string_equal(findings_of(&t, "#!/bin/sh\n# chkconfig: 345 1 1\ncase $1 in start) a ;; stop|restart|force-reload|status) b ;; *) exit 2 ;; esac\n"),
	    "run-skipped");
	assert_string_equal(text(), "it ends with 0 before it looks at the action: it is turned off, not configured, or not for this machine");
	/* one that has no actions is another matter */
	assert_string_equal(findings_of(&t, "#!/bin/sh\n# chkconfig: 345 1 1\nstart-stop-daemon -S -x /x\n"), "action-missing run-usage run-status");
	strcpy(t.v[TRIAL_START].output, "started\n");
	assert_string_equal(findings_of(&t, "#!/bin/sh\n# chkconfig: 345 1 1\ncase $1 in start) a ;; stop|restart|force-reload|status) b ;; *) exit 2 ;; esac\n"),
	    "action-missing run-usage");
}

/* Only what the script ends for is what is not installed. */
static void
what_is_needed(void **state)
{
	static const struct {
		const char *line;
		bool needed;
	} rows[] = {
		{ "[ -x /usr/sbin/not-there ] || exit 0", true },
		{ "test -f /usr/sbin/not-there || exit 5", true },
		{ "if [ ! -x /usr/sbin/not-there ]; then\n\techo no\n\texit 5\nfi", true },
		{ "if ! [ -x /usr/sbin/not-there ]; then exit 5; fi", true },
		{ "[ ! -x /usr/sbin/not-there ] && exit 5", true },
		{ "test -x /usr/sbin/not-there || { echo no\n\tif [ $1 = stop ]; then exit 0\n\telse exit 5; fi; }", true },
		{ "[ -x /usr/sbin/not-there ] && /usr/sbin/not-there", false },
		{ "[ ! -x /usr/sbin/not-there ] || /usr/sbin/not-there", false },
		{ "if [ -x /usr/sbin/not-there ]; then /usr/sbin/not-there; fi; exit 1", false },
		{ "if [ ! -x /usr/sbin/not-there ]; then x; fi; exit 1", false },
		{ "[ -x /usr/sbin/not-there ] && exit 0", false },
		{ "[ -x /usr/sbin/not-there ]", false },
		{ "test -x", false },
	};
	struct trial t = good();

	(void)state;
	t.v[TRIAL_START] = (struct trial_step){ .done = true, .code = 1 };
	for (size_t i = 0; i < COUNT(rows); i++) {
		char script[300];

		snprintf(script, sizeof script, "#!/bin/sh\n# chkconfig: 345 1 1\n%s\n", rows[i].line);
		if ((strstr(findings_of(&t, script), "run-skipped") != NULL) != rows[i].needed)
			fail_msg("%s: %s", rows[i].line, findings_of(&t, script));
	}
}

static void
what_could_not_be_tried(void **state)
{
	struct trial t = good();

	(void)state;
	t.v[TRIAL_START] = (struct trial_step){ .done = true, .code = 5 };
	strcpy(t.v[TRIAL_START].output, "not here\n");
	assert_string_equal(findings(&t), "run-skipped");
	assert_string_equal(text(), "/usr/sbin/not-there is not installed: start ends with 5 (the LSB has 5, Debian 0)");
	assert_string_equal(lint.v[0].output, "not here\n");
	t.v[TRIAL_START].code = 0;
	assert_string_equal(findings(&t), "run-skipped");
	t.v[TRIAL_NO_ACTION] = (struct trial_step){ .done = true, .code = TRIAL_BROKEN, .error = 2 };
	assert_string_equal(findings(&t), "run-broken");
	t = good();
	t.ended = false;
	t.now = TRIAL_STOP;
	assert_string_equal(findings(&t), "run-kills");
	assert_int_equal(lint_rule(LINT_RUN_SKIPPED)->level, DIAG_NOTE);
}

static int
forget(void **state)
{
	(void)state;
	lint_free(&lint);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_good_one), T(each_wrong_code), T(processes_and_files), T(what_says_nothing), T(no_daemon), T(what_could_not_be_tried),
		T(a_status_that_never_changes), T(both_calls_that_make_no_sense), T(what_is_turned_off), T(what_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
