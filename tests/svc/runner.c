#include "svc/runner.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "harness/scene.h"

static void
run(struct scene *s, struct runner *r, enum service_notify access)
{
	scene_service(s, SERVICE_NOTIFY);
	s->svc.notify_access = access;
	s->svc.notify_access_set = true;
	scene_sh(s, SERVICE_START, "exec sleep 600");
	scene_ready(s);
	s->ctx.notify_path = mem_fmt("%s/notify", s->root);
	REQUIRE(runner_init(r, &s->svc, &s->ctx, s->root, (struct cgroup)CGROUP_INIT, false) == 0);
}

static void
done(struct scene *s, struct runner *r)
{
	group_signal(&r->group, SIGKILL, 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
	runner_free(r);
	scene_free(s);
}

static void
tell(const char *text)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "notify" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	REQUIRE(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
	REQUIRE(send(fd, text, strlen(text), 0) == (ssize_t)strlen(text));
	close(fd);
}

static bool
is_ready(struct runner *r)
{
	return r->ready;
}

static pid_t
teller(const char *text, bool stays)
{
	pid_t pid = fork();

	REQUIRE(pid >= 0);
	if (pid > 0)
		return pid;
	tell(text);
	while (stays)
		pause();
	_exit(0);
}

/* a process that spoke and died at once: whatever order we hear it in, the words come first */
static void
hear_last_words(void *arg)
{
	(void)arg;
	for (int i = 0; i < 30; i++) {
		struct runner r;
		struct scene s;
		pid_t pid;

		run(&s, &r, SERVICE_NOTIFY_MAIN);
		pid = teller("READY=1\nSTATUS=last words", false);
		r.main = pid;
		REQUIRE(runner_wait(&r, runner_main_done, clock_after(10000000), false) == RUNNER_MET);
		REQUIRE(r.ready);
		REQUIRE(strcmp(r.text, "last words") == 0);
		REQUIRE(r.main_ended && r.main_status == 0);
		done(&s, &r);
	}
}

static void
last_words_are_heard(void **state)
{
	(void)state;
	live_in_child(hear_last_words, NULL);
}

static void
hear_whom(void *arg)
{
	enum service_notify access = *(enum service_notify *)arg;
	struct runner r;
	struct scene s;
	pid_t main, child;

	run(&s, &r, access);
	main = waitpid(-1, NULL, WNOHANG) == -1 ? fork() : -1;
	while (main == 0)
		pause();
	/* nobody knows the main process yet: who has no number is not it */
	REQUIRE(r.main == 0);
	tell("READY=1");
	runner_step(&r, clock_after(100000));
	REQUIRE(!r.ready);
	REQUIRE(runner_set_main(&r, main) == 0);
	child = teller("READY=1", true);
	if (access == SERVICE_NOTIFY_ALL) {
		REQUIRE(runner_wait(&r, is_ready, clock_after(10000000), false) == RUNNER_MET);
	} else {
		REQUIRE(runner_wait(&r, is_ready, clock_after(200000), false) == RUNNER_TIMEOUT);
		r.command = child;
		tell("READY=1");
		(void)teller("READY=1", true);
		runner_step(&r, clock_after(200000));
		REQUIRE(!r.ready);
		r.command = teller("READY=1", true);
		REQUIRE(runner_wait(&r, is_ready, clock_after(access == SERVICE_NOTIFY_EXEC ? 10000000 : 200000), false) ==
		    (access == SERVICE_NOTIFY_EXEC ? RUNNER_MET : RUNNER_TIMEOUT));
	}
	done(&s, &r);
}

static void
only_who_may_speak_is_heard(void **state)
{
	enum service_notify access[] = { SERVICE_NOTIFY_MAIN, SERVICE_NOTIFY_EXEC, SERVICE_NOTIFY_ALL };

	(void)state;
	for (size_t i = 0; i < COUNT(access); i++)
		live_in_child(hear_whom, &access[i]);
}

static void
flood(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "notify" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	REQUIRE(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
	for (;;)
		send(fd, "READY=1\nSTATUS=flood", 20, 0);
}

static bool
asked_to_stop(struct runner *r)
{
	return r->stop_asked;
}

/* four strangers write to the notify socket as fast as they can, and the stop is heard all the same */
static void
be_flooded(void *arg)
{
	struct runner r;
	struct scene s;
	pid_t pids[4], main, asker;

	(void)arg;
	for (size_t i = 0; i < COUNT(pids); i++)
		pids[i] = -1;
	run(&s, &r, SERVICE_NOTIFY_MAIN);
	main = fork();
	while (main == 0)
		pause();
	REQUIRE(runner_set_main(&r, main) == 0);
	for (size_t i = 0; i < COUNT(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			flood();
	}
	asker = fork();
	if (asker == 0) {
		char text[CONTROL_TEXT];

		_exit(control_ask("control", CONTROL_STOP, text) == 42 ? 0 : 1);
	}
	REQUIRE(runner_wait(&r, asked_to_stop, clock_after(10000000), false) == RUNNER_MET);
	REQUIRE(!r.ready);
	runner_reply(&r, CONTROL_STOP, 42, "");
	done(&s, &r);
}

static void
a_flood_does_not_drown_a_stop(void **state)
{
	(void)state;
	live_in_child(be_flooded, NULL);
}

static void
change_main(void *arg)
{
	struct runner r;
	struct scene s;
	pid_t a, zombie;

	(void)arg;
	run(&s, &r, SERVICE_NOTIFY_ALL);
	a = fork();
	while (a == 0)
		pause();
	REQUIRE(runner_set_main(&r, a) == 0);
	/* who is not there changes nothing */
	REQUIRE(runner_set_main(&r, 4194304) == -1);
	REQUIRE(r.main == a);
	zombie = fork();
	if (zombie == 0) {
		/* our own child is a zombie that is no child of the runner's */
		pid_t grandchild = fork();
		char text[64];

		if (grandchild == 0)
			_exit(0);
		REQUIRE(waitid(P_PID, (id_t)grandchild, &(siginfo_t){ 0 }, WEXITED | WNOWAIT) == 0);
		snprintf(text, sizeof text, "MAINPID=%ld\nREADY=1", (long)grandchild);
		tell(text);
		for (;;)
			pause();
	}
	REQUIRE(runner_wait(&r, is_ready, clock_after(10000000), false) == RUNNER_MET);
	REQUIRE(r.main == a && !r.main_ended);
	/* a stranger is not taken either */
	tell("MAINPID=1");
	runner_step(&r, clock_after(100000));
	REQUIRE(r.main == a);
	kill(a, SIGKILL);
	REQUIRE(runner_wait(&r, runner_main_done, clock_after(10000000), false) == RUNNER_MET);
	REQUIRE(WIFSIGNALED(r.main_status) && WTERMSIG(r.main_status) == SIGKILL);
	done(&s, &r);
}

static void
the_main_process_changes_to_living_ones_of_ours(void **state)
{
	(void)state;
	live_in_child(change_main, NULL);
}

static bool
never(struct runner *r)
{
	(void)r;
	return false;
}

static void
be_asked_by_many(void *arg)
{
	struct runner r;
	struct scene s;
	pid_t pids[RUNNER_CLIENTS + 4];

	(void)arg;
	run(&s, &r, SERVICE_NOTIFY_MAIN);
	for (size_t i = 0; i < COUNT(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			char text[CONTROL_TEXT];

			_exit(control_ask("control", CONTROL_WAIT, text));
		}
	}
	REQUIRE(runner_wait(&r, never, clock_after(500000), false) == RUNNER_TIMEOUT);
	REQUIRE(r.n_clients <= RUNNER_CLIENTS);
	REQUIRE(!r.stop_asked);
	runner_started(&r, 5, "");
	/* these come when it is over */
	REQUIRE(runner_wait(&r, never, clock_after(200000), false) == RUNNER_TIMEOUT);
	REQUIRE(r.n_clients == 0);
	done(&s, &r);
}

static void
many_clients_are_served_or_refused(void **state)
{
	(void)state;
	live_in_child(be_asked_by_many, NULL);
}

static void
ends_by_time_and_by_stop(void *arg)
{
	struct runner r;
	struct scene s;
	uint64_t began;

	(void)arg;
	run(&s, &r, SERVICE_NOTIFY_MAIN);
	began = clock_now();
	REQUIRE(runner_wait(&r, never, clock_after(50000), true) == RUNNER_TIMEOUT);
	REQUIRE(clock_now() - began >= 50000);
	r.extend = clock_after(150000);
	REQUIRE(runner_wait(&r, never, clock_after(50000), true) == RUNNER_TIMEOUT);
	REQUIRE(clock_now() - began >= 200000);
	kill(getpid(), SIGTERM);
	REQUIRE(runner_wait(&r, never, CLOCK_FOREVER, true) == RUNNER_STOP);
	REQUIRE(runner_empty(&r));
	REQUIRE(runner_main_done(&r) && runner_command_done(&r));
	done(&s, &r);
}

static void
waiting_has_its_ends(void **state)
{
	(void)state;
	live_in_child(ends_by_time_and_by_stop, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(last_words_are_heard), IN_DIR(only_who_may_speak_is_heard), IN_DIR(a_flood_does_not_drown_a_stop),
		IN_DIR(the_main_process_changes_to_living_ones_of_ours), IN_DIR(many_clients_are_served_or_refused),
		IN_DIR(waiting_has_its_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
