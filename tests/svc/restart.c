#include "svc/restart.h"

#include "harness/kept.h"

/* systemd.service(5), "Exit causes and the effect of the Restart= settings" */
static void
the_table_of_systemd_holds(void **state)
{
	static const struct {
		const char *result;
		const char *wanted;	/* of the settings below, in order: y or n */
	} cases[] = {
		{ "success", "nyynnnn" }, { "exit-code", "nynynnn" }, { "exec", "nynynnn" }, { "signal", "nynyyny" }, { "core-dump", "nynyyny" },
		{ "timeout", "nynyynn" }, { "protocol", "nynyynn" }, { "resources", "nynyynn" }, { "watchdog", "nynyyyn" },
		{ "canceled", "nnnnnnn" }, { "start-limit-hit", "nnnnnnn" },
	};
	static const enum service_restart settings[] = {
		SERVICE_RESTART_NO, SERVICE_RESTART_ALWAYS, SERVICE_RESTART_SUCCESS, SERVICE_RESTART_FAILURE, SERVICE_RESTART_ABNORMAL,
		SERVICE_RESTART_WATCHDOG, SERVICE_RESTART_ABORT
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t k = 0; k < COUNT(settings); k++) {
			struct service s = { .restart = settings[k] };
			struct outcome o = { cases[i].result, 0, -1, "" };

			if (restart_wanted(&s, &o) != (cases[i].wanted[k] == 'y'))
				fail_msg("%s, setting %zu", cases[i].result, k);
		}
}

static void
some_ends_are_exceptions(void **state)
{
	struct service s = { .restart = SERVICE_RESTART_ALWAYS };
	struct outcome o = { "exit-code", 1, outcome_exited(7), "" };

	(void)state;
	assert_true(restart_wanted(&s, &o));
	s.restart_prevent.codes[0] = 1 << 7;
	assert_false(restart_wanted(&s, &o));
	/* what prevents counts more than what forces */
	s.restart_force.codes[0] = 1 << 7;
	assert_false(restart_wanted(&s, &o));
	s.restart_prevent.codes[0] = 0;
	s.restart = SERVICE_RESTART_NO;
	assert_true(restart_wanted(&s, &o));
	o.status = -1;
	assert_false(restart_wanted(&s, &o));
	s.restart_force.signals = 1 << SIGTERM;
	o.status = SIGTERM;
	assert_true(restart_wanted(&s, &o));
}

static void
too_many_are_too_many(void **state)
{
	struct service s = { .start_limit_us = 10, .start_limit_burst = 3 };
	struct restart_count c = { 0, 0 };

	(void)state;
	assert_true(restart_allowed(&c, &s, 100));
	assert_true(restart_allowed(&c, &s, 105));
	assert_true(restart_allowed(&c, &s, 110));
	assert_false(restart_allowed(&c, &s, 110));
	assert_false(restart_allowed(&c, &s, 110));
	/* the time counts from the first of them */
	assert_true(restart_allowed(&c, &s, 111));
	assert_true(restart_allowed(&c, &s, 121));
	assert_true(restart_allowed(&c, &s, 121));
	assert_false(restart_allowed(&c, &s, 121));
	s.start_limit_us = UINT64_MAX;
	assert_false(restart_allowed(&c, &s, UINT64_MAX));
	s.start_limit_us = 0;
	assert_true(restart_allowed(&c, &s, 121));
	s = (struct service){ .start_limit_us = 10 };
	assert_true(restart_allowed(&c, &s, 121));
}

/* --- by the keeper --- */

static void
what_fails_is_started_again(void **state)
{
	struct record r;
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	k.s.svc.working_directory = mem_str(k.s.root);
	k.s.svc.restart = SERVICE_RESTART_FAILURE;
	k.s.svc.restart_us = 1000;
	scene_sh(&k.s, SERVICE_START, "echo x >>lives; [ -e now ] || exec sleep 600; exit 4");
	scene_sh(&k.s, SERVICE_STOP_POST, "echo $SERVICE_RESULT $EXIT_STATUS >>ends");
	assert_int_equal(kept_start(&k), 0);
	UNTIL(scene_holds("lives", "x\n"));
	assert_int_equal(kill(kept_record(&k).main, SIGKILL), 0);
	UNTIL(kept_record(&k).restarts == 1 && kept_is_in(&k, RECORD_RUNNING));
	r = kept_record(&k);
	assert_true(r.last_ended && WIFSIGNALED(r.last_status));
	UNTIL(scene_holds("lives", "x\nx\n"));
	assert_true(scene_holds("ends", "signal KILL\n"));
	kept_stops(&k);
	assert_true(scene_holds("ends", "signal KILL\nsuccess TERM\n"));
	kept_end(&k);
}

static void
who_fails_too_often_has_failed(void **state)
{
	struct record r;
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_ONESHOT);
	k.s.svc.working_directory = mem_str(k.s.root);
	k.s.svc.restart = SERVICE_RESTART_FAILURE;
	k.s.svc.restart_us = 1000;
	k.s.svc.start_limit_burst = 3;
	scene_sh(&k.s, SERVICE_START, "echo x >>lives; exit 4");
	/* the first failure is the starter's, who is told that it goes on */
	assert_int_equal(kept_start(&k), 1);
	assert_string_equal(k.text, "/bin/sh exited with status 4; it is started again in 1ms");
	UNTIL(kept_is_in(&k, RECORD_FAILED));
	r = kept_record(&k);
	assert_string_equal(r.result, "start-limit-hit");
	assert_string_equal(r.text, "it ended too often, 3 times in a short time; at last: /bin/sh exited with status 4");
	assert_int_equal(r.restarts, 2);
	assert_true(scene_holds("lives", "x\nx\nx\n"));
	kept_nothing_is_left();
	record_remove(k.dir);
	kept_end(&k);
}

static void
the_pause_before_a_restart_can_be_ended(void **state)
{
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	k.s.svc.working_directory = mem_str(k.s.root);
	k.s.svc.restart = SERVICE_RESTART_ALWAYS;
	k.s.svc.restart_us = 3600 * UINT64_C(1000000);
	scene_sh(&k.s, SERVICE_START, "exec sleep 600");
	assert_int_equal(kept_start(&k), 0);
	assert_int_equal(kill(kept_record(&k).main, SIGKILL), 0);
	UNTIL(kept_is_in(&k, RECORD_RESTARTING));
	assert_int_equal(kept_record(&k).main, 0);
	assert_int_equal(control_ask(k.control, CONTROL_RELOAD, k.text), 7);
	/* who starts it need not wait for the hour */
	assert_int_equal(control_ask(k.control, CONTROL_WAIT, k.text), 0);
	assert_true(kept_is_in(&k, RECORD_RUNNING));
	assert_int_equal(kill(kept_record(&k).main, SIGKILL), 0);
	UNTIL(kept_is_in(&k, RECORD_RESTARTING));
	kept_stops(&k);
	assert_string_equal(k.text, "");
	kept_end(&k);
}

static void
a_watchdog_that_is_not_kept_quiet_bites(void **state)
{
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	k.s.svc.working_directory = mem_str(k.s.root);
	k.s.svc.watchdog_us = 50000;
	scene_sh(&k.s, SERVICE_START, "[ $WATCHDOG_PID = $$ ] && echo $WATCHDOG_USEC >new; mv new usec; exec sleep 600");
	/* it is not watched before the start is over */
	scene_sh(&k.s, SERVICE_START_POST, "while [ ! -e usec ]; do sleep 0.01; done");
	scene_sh(&k.s, SERVICE_STOP_POST, "echo $SERVICE_RESULT $EXIT_STATUS >after");
	assert_int_equal(kept_start(&k), 0);
	UNTIL(kept_is_in(&k, RECORD_FAILED));
	assert_string_equal(kept_record(&k).text, "its watchdog has not heard of it for 50ms");
	assert_true(scene_holds("after", "watchdog ABRT\n"));
	assert_true(scene_holds("usec", "50000\n"));
	kept_nothing_is_left();
	record_remove(k.dir);
	kept_end(&k);
}

static void
a_life_may_have_a_limit(void **state)
{
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	k.s.svc.runtime_max_us = 20000;
	scene_sh(&k.s, SERVICE_START, "exec sleep 600");
	assert_int_equal(kept_start(&k), 0);
	UNTIL(kept_is_in(&k, RECORD_FAILED));
	assert_string_equal(kept_record(&k).result, "timeout");
	kept_nothing_is_left();
	record_remove(k.dir);
	kept_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		T(the_table_of_systemd_holds), T(some_ends_are_exceptions), T(too_many_are_too_many), IN_DIR(what_fails_is_started_again),
		IN_DIR(who_fails_too_often_has_failed), IN_DIR(the_pause_before_a_restart_can_be_ended),
		IN_DIR(a_watchdog_that_is_not_kept_quiet_bites), IN_DIR(a_life_may_have_a_limit),
	};

	return cmocka_run_group_tests(tests, kept_adopt, NULL);
}
