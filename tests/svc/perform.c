#include "svc/perform.h"

#include "harness/running.h"

static void
lists(void *arg)
{
	struct outcome o = OUTCOME_INIT;
	struct runner r;
	struct scene s;

	(void)arg;
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "exit 0");
	scene_sh(&s, SERVICE_START_PRE, "exit 9")->ignore_failure = true;
	scene_command(&s, SERVICE_START_PRE, "/no/such/program", NULL, NULL)->ignore_failure = true;
	scene_sh(&s, SERVICE_START_PRE, "echo the reason >&2; exit 7");
	scene_sh(&s, SERVICE_START_PRE, "touch never");
	scene_sh(&s, SERVICE_STOP_POST, "echo $SERVICE_RESULT >after");
	s.svc.working_directory = mem_str(s.root);
	running_begin(&s, &r);
	REQUIRE(perform_list(&r, &o, SERVICE_RELOAD, false) == 0 && !outcome_failed(&o));
	REQUIRE(perform_list(&r, &o, SERVICE_START_PRE, false) == -1);
	REQUIRE(strcmp(o.result, "exit-code") == 0 && o.code == 1);
	REQUIRE(strcmp(o.text, "/bin/sh exited with status 7: the reason") == 0);
	REQUIRE(access("never", F_OK) != 0);
	REQUIRE(perform_list(&r, &o, SERVICE_STOP_POST, false) == 0);
	REQUIRE(scene_holds("after", "exit-code\n"));
	running_end(&s, &r);
}

static void
a_list_ends_at_its_first_failure(void **state)
{
	(void)state;
	live_in_child(lists, NULL);
}

static void
ones(void *arg)
{
	struct outcome o = OUTCOME_INIT;
	struct service_command *none;
	struct runner r;
	struct scene s;
	int status;

	(void)arg;
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "exit 0");
	scene_sh(&s, SERVICE_START_PRE, "kill -KILL $$");
	none = scene_command(&s, SERVICE_STOP, "/no/such/program", NULL, NULL);
	scene_sh(&s, SERVICE_RELOAD, "exec sleep 600");
	s.svc.timeout_start_us = 100000;
	s.svc.timeout_start_set = true;
	running_begin(&s, &r);
	REQUIRE(perform_one(&r, &o, s.svc.cmd[SERVICE_START_PRE].v, SERVICE_START_PRE, false, &status) == 1);
	REQUIRE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !outcome_failed(&o));
	perform_fail_status(&r, &o, "it", status);
	REQUIRE(strcmp(o.text, "it was killed by signal 9 (KILL)") == 0 && strcmp(o.result, "signal") == 0);
	o = (struct outcome)OUTCOME_INIT;
	REQUIRE(perform_one(&r, &o, none, SERVICE_STOP, false, &status) == -1);
	REQUIRE(o.code == 5 && WEXITSTATUS(status) == 203);
	o = (struct outcome)OUTCOME_INIT;
	REQUIRE(perform_one(&r, &o, s.svc.cmd[SERVICE_RELOAD].v, SERVICE_RELOAD, false, &status) == -1);
	REQUIRE(strcmp(o.result, "timeout") == 0 && strcmp(o.text, "/bin/sh took too long") == 0);
	REQUIRE(runner_command_done(&r));
	r.stop_asked = true;
	o = (struct outcome)OUTCOME_INIT;
	REQUIRE(perform_one(&r, &o, s.svc.cmd[SERVICE_RELOAD].v, SERVICE_RELOAD, true, &status) == -1);
	REQUIRE(strcmp(o.result, "canceled") == 0);
	running_end(&s, &r);
}

static void
each_end_is_told_apart(void **state)
{
	(void)state;
	live_in_child(ones, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(a_list_ends_at_its_first_failure), IN_DIR(each_end_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
