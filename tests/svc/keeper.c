#include "harness/kept.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include "svc/client.h"

static void
a_simple_life(void **state)
{
	struct record r;
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	scene_sh(&k.s, SERVICE_START_PRE, "echo pre >>log");
	scene_sh(&k.s, SERVICE_START, "echo main >>log; exec sleep 600");
	scene_sh(&k.s, SERVICE_START_POST, "echo post $MAINPID >post");
	scene_sh(&k.s, SERVICE_STOP, "echo stop $MAINPID >stopped");
	scene_sh(&k.s, SERVICE_STOP_POST, "echo \"$SERVICE_RESULT $EXIT_CODE $EXIT_STATUS ${MAINPID-none}\" >after");
	k.s.svc.working_directory = mem_str(k.s.root);
	assert_int_equal(kept_start(&k), 0);
	assert_string_equal(k.text, "");
	r = kept_record(&k);
	assert_int_equal(r.state, RECORD_RUNNING);
	assert_int_equal(proc_alive(r.main, r.main_start), 1);
	assert_int_equal(proc_alive(r.keeper, r.keeper_start), 1);
	snprintf(k.text, sizeof k.text, "post %ld\n", (long)r.main);
	assert_string_equal(scene_file("post"), k.text);
	/* a wait that comes when the start is over is answered at once */
	alarm(LIVE_SECONDS);
	assert_int_equal(control_ask(k.control, CONTROL_WAIT, k.text), 0);
	alarm(0);
	kept_stops(&k);
	assert_int_equal(proc_alive(r.main, r.main_start), 0);
	snprintf(k.text, sizeof k.text, "stop %ld\n", (long)r.main);
	assert_string_equal(scene_file("stopped"), k.text);
	assert_string_equal(scene_file("after"), "success killed TERM none\n");
	kept_end(&k);
}

static void
what_cannot_run_is_told(void **state)
{
	static const struct {
		const char *path;
		int code;
		const char *text;
	} cases[] = {
		{ "/no/such/program", 5, "unable to execute /no/such/program: No such file or directory" },
		{ "/etc/passwd", 4, "unable to execute /etc/passwd: Permission denied" },
		{ "no-such-program", 5, "unable to execute no-such-program: No such file or directory" },
	};
	struct kept k;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		kept_begin(&k, SERVICE_SIMPLE);
		scene_command(&k.s, SERVICE_START, cases[i].path, NULL, NULL);
		assert_int_equal(kept_start(&k), cases[i].code);
		assert_string_equal(k.text, cases[i].text);
		assert_int_equal(access(k.dir, F_OK), -1);
		kept_end(&k);
	}
}

static void
a_failed_helper_ends_the_start(void **state)
{
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	k.s.svc.working_directory = mem_str(k.s.root);
	scene_sh(&k.s, SERVICE_START_PRE, "exit 1")->ignore_failure = true;
	scene_sh(&k.s, SERVICE_START_PRE, "echo the reason >&2; exit 7");
	scene_sh(&k.s, SERVICE_START_PRE, "touch never");
	scene_sh(&k.s, SERVICE_START, "touch never; sleep 600");
	scene_sh(&k.s, SERVICE_STOP, "touch never");
	scene_sh(&k.s, SERVICE_STOP_POST, "echo $SERVICE_RESULT >after");
	assert_int_equal(kept_start(&k), 1);
	assert_string_equal(k.text, "/bin/sh exited with status 7: the reason");
	assert_int_equal(access("never", F_OK), -1);
	assert_string_equal(scene_file("after"), "exit-code\n");
	assert_int_equal(access(k.dir, F_OK), -1);
	kept_end(&k);
}

/* SuccessExitStatus= is for helpers too */
static void
helpers_may_succeed_otherwise(void **state)
{
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	k.s.svc.success.codes[0] = UINT64_C(1) << 7;
	scene_sh(&k.s, SERVICE_START_PRE, "exit 7");
	scene_sh(&k.s, SERVICE_START, "exec sleep 600");
	assert_int_equal(kept_start(&k), 0);
	kept_stops(&k);
	kept_end(&k);
}

static void
a_condition_skips_or_fails(void **state)
{
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	scene_sh(&k.s, SERVICE_CONDITION, "exit 3");
	scene_sh(&k.s, SERVICE_START, "exec sleep 600");
	assert_int_equal(kept_start(&k), 0);
	assert_string_equal(k.text, "/bin/sh says that it is not to be started");
	assert_int_equal(access(k.dir, F_OK), -1);
	kept_end(&k);
	kept_begin(&k, SERVICE_SIMPLE);
	scene_sh(&k.s, SERVICE_CONDITION, "exit 255");
	scene_sh(&k.s, SERVICE_START, "exec sleep 600");
	assert_int_equal(kept_start(&k), 1);
	kept_end(&k);
}

static void
a_start_has_its_time(void **state)
{
	static const enum service_type types[] = { SERVICE_NOTIFY, SERVICE_FORKING, SERVICE_ONESHOT };
	struct kept k;

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		uint64_t began = clock_now();

		kept_begin(&k, types[i]);
		scene_sh(&k.s, SERVICE_START, "sleep 600");
		k.s.svc.timeout_start_us = 200000;
		k.s.svc.timeout_start_set = true;
		assert_int_equal(kept_start(&k), 1);
		assert_true(strstr(k.text, "took too long") || strstr(k.text, "in time"));
		assert_true(clock_now() - began < 10 * UINT64_C(1000000));
		kept_end(&k);
	}
}

#define NOTIFY "python3 -c 'import socket,os,sys; s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); " \
	"s.sendto(sys.argv[1].encode(),os.environ[\"NOTIFY_SOCKET\"])' "

static void
readiness_is_heard(void **state)
{
	struct kept k;
	uint64_t until;

	(void)state;
	if (access("/usr/bin/python3", X_OK) != 0)
		skip();
	kept_begin(&k, SERVICE_NOTIFY);
	k.s.svc.notify_access = SERVICE_NOTIFY_ALL;
	/* the last words of one that ends at once count as well */
	scene_sh(&k.s, SERVICE_START, NOTIFY "'READY=1\nSTATUS=fine' & exec sleep 600");
	k.s.svc.timeout_start_us = 15000000;
	k.s.svc.timeout_start_set = true;
	assert_int_equal(kept_start(&k), 0);
	until = clock_after(LIVE_SECONDS * UINT64_C(1000000));
	while (strcmp(kept_record(&k).text, "fine") != 0)
		assert_true(clock_now() < until);
	kept_stops(&k);
	kept_end(&k);
	kept_begin(&k, SERVICE_NOTIFY);
	scene_sh(&k.s, SERVICE_START, "exit 0");
	assert_int_equal(kept_start(&k), 1);
	assert_string_equal(k.text, "/bin/sh ended without saying that it is ready");
	kept_end(&k);
}

static void
the_socket_of_a_long_path_is_told_whole(void **state)
{
	struct kept k;
	char name[64];

	(void)state;
	kept_begin(&k, SERVICE_NOTIFY);
	free(k.dir);
	free(k.control);
	/* as long as a socket's path may be */
	memset(name, 'n', sizeof name);
	name[107 - strlen("/notify") - strlen(k.s.root) - 1 < sizeof name ? 107 - strlen("/notify") - strlen(k.s.root) - 1 : 63] = '\0';
	k.dir = mem_fmt("%s/%s", k.s.root, name);
	k.control = mem_fmt("%s/control", k.dir);
	k.s.svc.working_directory = mem_str(k.s.root);
	k.s.svc.timeout_start_us = 1000;
	scene_sh(&k.s, SERVICE_START, "test -S \"$NOTIFY_SOCKET\" && echo $NOTIFY_SOCKET >socket; sleep 600");
	k.s.svc.timeout_start_us = 1000000;
	k.s.svc.timeout_start_set = true;
	assert_int_equal(kept_start(&k), 1);
	snprintf(k.text, sizeof k.text, "%s/notify\n", k.dir);
	assert_string_equal(scene_file("socket"), k.text);
	kept_end(&k);
}

static void
a_keeper_that_cannot_be_says_why(void **state)
{
	struct kept k;
	char name[120];

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	free(k.dir);
	memset(name, 'n', sizeof name);
	name[110] = '\0';
	k.dir = mem_fmt("%s/%s", k.s.root, name);
	scene_sh(&k.s, SERVICE_START, "sleep 600");
	assert_int_equal(kept_start(&k), 1);
	assert_string_equal(k.text, "unable to set up its keeper: File name too long");
	kept_end(&k);
}

static void
the_end_of_the_main_process_is_noted(void **state)
{
	struct record r;
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	scene_sh(&k.s, SERVICE_START, "sleep 600 & exec sleep 600");
	assert_int_equal(kept_start(&k), 0);
	r = kept_record(&k);
	assert_int_equal(kill(r.main, SIGKILL), 0);
	kept_nothing_is_left();
	r = kept_record(&k);
	assert_int_equal(r.state, RECORD_FAILED);
	assert_string_equal(r.result, "signal");
	assert_true(r.ended);
	assert_int_equal(WTERMSIG(r.status), SIGKILL);
	assert_string_equal(r.text, "the main process was killed by signal 9 (KILL)");
	/* and a new start is none the worse for it */
	scene_free(&k.s);
	free(k.dir);
	free(k.control);
	kept_begin(&k, SERVICE_SIMPLE);
	scene_sh(&k.s, SERVICE_START, "exit 0");
	assert_int_equal(kept_start(&k), 0);
	kept_nothing_is_left();
	assert_int_equal(access(k.dir, F_OK), -1);
	kept_end(&k);
}

static void
children_go_with_it(void **state)
{
	struct record r;
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	k.s.svc.timeout_stop_us = 200000;
	scene_sh(&k.s, SERVICE_START, "(setsid sh -c 'trap \"\" TERM; while :; do sleep 600; done' &) & trap '' TERM; while :; do sleep 600; done");
	assert_int_equal(kept_start(&k), 0);
	r = kept_record(&k);
	kept_stops(&k);
	assert_int_equal(proc_alive(r.main, r.main_start), 0);
	kept_end(&k);
}

static void
a_oneshot_is_done_when_it_is_done(void **state)
{
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_ONESHOT);
	k.s.svc.working_directory = mem_str(k.s.root);
	scene_sh(&k.s, SERVICE_START, "echo one >>log");
	scene_sh(&k.s, SERVICE_START, "exit 4")->ignore_failure = true;
	scene_sh(&k.s, SERVICE_START, "echo two >>log");
	assert_int_equal(kept_start(&k), 0);
	assert_string_equal(scene_file("log"), "one\ntwo\n");
	assert_int_equal(access(k.dir, F_OK), -1);
	kept_end(&k);
	kept_begin(&k, SERVICE_ONESHOT);
	scene_sh(&k.s, SERVICE_START, "kill -TERM $$");
	assert_int_equal(kept_start(&k), 1);
	assert_string_equal(k.text, "/bin/sh was killed by signal 15 (TERM)");
	kept_end(&k);
}

static void
what_remains_can_be_reloaded(void **state)
{
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_ONESHOT);
	k.s.svc.working_directory = mem_str(k.s.root);
	k.s.svc.remain_after_exit = true;
	scene_sh(&k.s, SERVICE_START, "echo up >>log");
	scene_sh(&k.s, SERVICE_RELOAD, "echo reload >>log; test ! -e bad");
	scene_sh(&k.s, SERVICE_STOP, "echo down >>log");
	assert_int_equal(kept_start(&k), 0);
	assert_int_equal(kept_record(&k).state, RECORD_EXITED);
	alarm(LIVE_SECONDS);
	assert_int_equal(control_ask(k.control, CONTROL_RELOAD, k.text), 0);
	close(open("bad", O_CREAT | O_WRONLY, 0600));
	assert_int_equal(control_ask(k.control, CONTROL_RELOAD, k.text), 1);
	assert_int_equal(control_ask(k.control, CONTROL_WAIT, k.text), 0);
	assert_int_equal(kept_record(&k).state, RECORD_EXITED);
	alarm(0);
	kept_stops(&k);
	assert_string_equal(scene_file("log"), "up\nreload\nreload\ndown\n");
	kept_end(&k);
}

static void
start_and_be_gone(void *arg)
{
	struct kept *k = arg;

	kept_start(k);
}

static void
who_gives_up_leaves_nothing_half_started(void **state)
{
	struct kept k;
	pid_t starter;

	(void)state;
	kept_begin(&k, SERVICE_NOTIFY);
	k.s.svc.working_directory = mem_str(k.s.root);
	scene_sh(&k.s, SERVICE_START, "touch begun; sleep 600");
	scene_sh(&k.s, SERVICE_STOP_POST, "echo $SERVICE_RESULT >after");
	fflush(NULL);
	starter = fork();
	if (starter == 0) {
		start_and_be_gone(&k);
		_exit(0);
	}
	UNTIL(access("begun", F_OK) == 0);
	live_end(starter);
	UNTIL(access(k.dir, F_OK) != 0);
	assert_string_equal(scene_file("after"), "canceled\n");
	kept_end(&k);
}

static void
a_killed_keeper_lets_go_of_the_record(void **state)
{
	struct client_state look;
	struct record r;
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_SIMPLE);
	scene_sh(&k.s, SERVICE_START, "exec sleep 600");
	assert_int_equal(kept_start(&k), 0);
	r = kept_record(&k);
	assert_int_equal(kill(r.keeper, SIGKILL), 0);
	assert_int_equal(waitpid(r.keeper, NULL, 0), r.keeper);
	assert_int_equal(client_look(k.dir, &look), 0);
	assert_false(look.kept);
	assert_true(look.orphan);
	assert_int_equal(control_ask(k.control, CONTROL_STOP, k.text), -1);
	assert_int_equal(errno, ECONNREFUSED);
	live_end(r.main);
	kept_end(&k);
}

static void
a_stale_pidfile_does_not_hold_the_start(void **state)
{
	uint64_t began = clock_now();
	struct kept k;
	FILE *f;

	(void)state;
	kept_begin(&k, SERVICE_FORKING);
	k.s.svc.pid_file = mem_fmt("%s/pid", k.s.root);
	f = fopen(k.s.svc.pid_file, "w");
	fprintf(f, "%ld\n", (long)getpid());
	fclose(f);
	scene_sh(&k.s, SERVICE_START, "exit 0");
	assert_int_equal(kept_start(&k), 1);
	assert_non_null(strstr(k.text, "all its processes ended"));
	assert_true(clock_now() - began < 20 * UINT64_C(1000000));
	kept_end(&k);
}

static void
a_forking_service_names_its_process(void **state)
{
	struct record r;
	struct kept k;

	(void)state;
	kept_begin(&k, SERVICE_FORKING);
	k.s.svc.pid_file = mem_fmt("%s/a/b/c/pid", k.s.root);
	k.s.svc.working_directory = mem_str(k.s.root);
	/* the directories appear one after the other, when the parent has ended */
	scene_sh(&k.s, SERVICE_START, "(sleep 0.1; mkdir a; mkdir a/b; sleep 0.1; mkdir a/b/c; sleep 600 & echo $! >a/b/c/pid; exec sleep 600) &");
	assert_int_equal(kept_start(&k), 0);
	r = kept_record(&k);
	assert_int_equal(r.main, atoi(scene_file("a/b/c/pid")));
	kept_stops(&k);
	/* removed by us */
	assert_int_equal(access("a/b/c/pid", F_OK), -1);
	kept_end(&k);
	kept_begin(&k, SERVICE_FORKING);
	scene_sh(&k.s, SERVICE_START, "sleep 600 & exit 0");
	assert_int_equal(kept_start(&k), 0);
	assert_true(kept_record(&k).main > 1);
	kept_stops(&k);
	kept_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(a_simple_life), IN_DIR(what_cannot_run_is_told), IN_DIR(a_failed_helper_ends_the_start),
		IN_DIR(helpers_may_succeed_otherwise), IN_DIR(a_condition_skips_or_fails), IN_DIR(a_start_has_its_time),
		IN_DIR(readiness_is_heard), IN_DIR(the_socket_of_a_long_path_is_told_whole), IN_DIR(a_keeper_that_cannot_be_says_why),
		IN_DIR(the_end_of_the_main_process_is_noted), IN_DIR(children_go_with_it), IN_DIR(a_oneshot_is_done_when_it_is_done),
		IN_DIR(what_remains_can_be_reloaded), IN_DIR(who_gives_up_leaves_nothing_half_started),
		IN_DIR(a_killed_keeper_lets_go_of_the_record), IN_DIR(a_stale_pidfile_does_not_hold_the_start),
		IN_DIR(a_forking_service_names_its_process),
	};

	return cmocka_run_group_tests(tests, kept_adopt, NULL);
}
