#include "svc/stop.h"

#include <sys/prctl.h>

#include "harness/live.h"

enum { SHORT = 500000, LONG = 30000000 };

struct scene {
	struct service svc;
	struct group group;
	pid_t main, other;	/* other: a second process, deaf or not */
};

enum manners { POLITE, DEAF, EXITS };

static pid_t
spawn(enum manners manners)
{
	int p[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(p), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (manners == DEAF) {
			signal(SIGTERM, SIG_IGN);
			signal(SIGHUP, SIG_IGN);
		}
		if (manners == EXITS)
			_exit(0);
		close(p[0]);
		close(p[1]);
		for (;;)
			pause();
	}
	close(p[1]);
	assert_int_equal(read(p[0], &c, 1), 0);
	close(p[0]);
	return pid;
}

static void
set(struct scene *s, enum service_kill_mode mode, enum manners main, enum manners other, uint64_t timeout)
{
	memset(s, 0, sizeof *s);
	service_init(&s->svc, "unit");
	s->svc.kill_mode = mode;
	s->svc.timeout_stop_us = timeout;
	group_init(&s->group, (struct cgroup)CGROUP_INIT, getpid());
	s->main = spawn(main);
	s->other = spawn(other);
}

static void
clear(struct scene *s)
{
	group_signal(&s->group, SIGKILL, 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
	group_free(&s->group);
	service_free(&s->svc);
}

static int
reap(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return -1;
	return WIFSIGNALED(status) ? WTERMSIG(status) : 100 + WEXITSTATUS(status);
}

/* as long as nobody reaps them they are zombies, and those are gone */
static enum stop_state
run(struct scene *s, uint64_t *took)
{
	uint64_t began = clock_now();
	enum stop_state end = stop_wait(&(struct stop){ 0 }, &s->svc, &s->group, s->main, 0);

	*took = clock_now() - began;
	return end;
}

static void
all_get_the_signal(void **state)
{
	struct scene s;
	uint64_t took;

	(void)state;
	set(&s, SERVICE_KILL_GROUP, POLITE, POLITE, LONG);
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_true(took < LONG / 2);
	assert_int_equal(reap(s.main), SIGTERM);
	assert_int_equal(reap(s.other), SIGTERM);
	clear(&s);
	set(&s, SERVICE_KILL_GROUP, POLITE, POLITE, LONG);
	s.svc.kill_signal = SIGINT;
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_int_equal(reap(s.main), SIGINT);
	assert_int_equal(reap(s.other), SIGINT);
	clear(&s);
}

static void
the_deaf_are_killed_when_the_time_is_up(void **state)
{
	struct scene s;
	uint64_t took;

	(void)state;
	set(&s, SERVICE_KILL_GROUP, POLITE, DEAF, SHORT);
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_true(took >= SHORT && took < LONG / 2);
	assert_int_equal(reap(s.main), SIGTERM);
	assert_int_equal(reap(s.other), SIGKILL);
	clear(&s);
	set(&s, SERVICE_KILL_GROUP, DEAF, DEAF, SHORT);
	s.svc.final_signal = SIGABRT;
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_int_equal(reap(s.main), SIGABRT);
	assert_int_equal(reap(s.other), SIGABRT);
	clear(&s);
}

static void
survivors_are_told(void **state)
{
	struct scene s;
	uint64_t took;

	(void)state;
	set(&s, SERVICE_KILL_GROUP, POLITE, DEAF, SHORT);
	s.svc.send_sigkill = false;
	assert_int_equal(run(&s, &took), STOP_SURVIVED);
	assert_true(took >= SHORT && took < LONG / 2);
	assert_int_equal(reap(s.main), SIGTERM);
	assert_int_equal(proc_alive(s.other, 0), 1);
	clear(&s);
	/* the final signal may be one that does not kill either */
	set(&s, SERVICE_KILL_GROUP, DEAF, DEAF, SHORT);
	s.svc.final_signal = SIGHUP;
	assert_int_equal(run(&s, &took), STOP_SURVIVED);
	assert_true(took >= 2 * SHORT && took < LONG / 2);
	assert_int_equal(proc_alive(s.main, 0), 1);
	clear(&s);
}

static void
mixed_asks_the_main_process_only(void **state)
{
	struct scene s;
	uint64_t took;

	(void)state;
	/* once it is gone the rest is killed without more ado */
	set(&s, SERVICE_KILL_MIXED, POLITE, POLITE, LONG);
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_true(took < LONG / 2);
	assert_int_equal(reap(s.main), SIGTERM);
	assert_int_equal(reap(s.other), SIGKILL);
	clear(&s);
	set(&s, SERVICE_KILL_MIXED, DEAF, POLITE, SHORT);
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_true(took >= SHORT);
	assert_int_equal(reap(s.main), SIGKILL);
	assert_int_equal(reap(s.other), SIGKILL);
	clear(&s);
}

/* it was gone before the stop: nobody is asked, and nothing waits for the time to pass */
static void
mixed_does_not_wait_for_nobody(void **state)
{
	struct scene s;
	struct stop stop;
	uint64_t took;

	(void)state;
	set(&s, SERVICE_KILL_MIXED, EXITS, POLITE, LONG);
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_true(took < LONG / 2);
	assert_int_equal(reap(s.other), SIGKILL);
	clear(&s);
	set(&s, SERVICE_KILL_MIXED, EXITS, POLITE, LONG);
	assert_int_equal(stop_begin(&stop, &s.svc, &s.group, 0, 0), STOP_WAITING);
	UNTIL(reap(s.other) == SIGKILL);
	assert_int_equal(stop_step(&stop), STOP_DONE);
	clear(&s);
}

static void
process_and_none_leave_the_rest(void **state)
{
	struct scene s;
	uint64_t took;

	(void)state;
	set(&s, SERVICE_KILL_PROCESS, POLITE, POLITE, LONG);
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_int_equal(reap(s.main), SIGTERM);
	assert_int_equal(proc_alive(s.other, 0), 1);
	clear(&s);
	set(&s, SERVICE_KILL_PROCESS, DEAF, POLITE, SHORT);
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_int_equal(reap(s.main), SIGKILL);
	assert_int_equal(proc_alive(s.other, 0), 1);
	clear(&s);
	set(&s, SERVICE_KILL_NONE, POLITE, POLITE, LONG);
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_int_equal(proc_alive(s.main, 0), 1);
	assert_int_equal(proc_alive(s.other, 0), 1);
	clear(&s);
}

static void
the_stopped_are_woken_for_it(void **state)
{
	struct scene s;
	uint64_t took;

	(void)state;
	set(&s, SERVICE_KILL_GROUP, POLITE, POLITE, LONG);
	kill(s.main, SIGSTOP);
	kill(s.other, SIGSTOP);
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_true(took < LONG / 2);
	assert_int_equal(reap(s.main), SIGTERM);
	assert_int_equal(reap(s.other), SIGTERM);
	clear(&s);
}

static void
hup_comes_on_top(void **state)
{
	struct scene s;
	uint64_t took;

	(void)state;
	set(&s, SERVICE_KILL_GROUP, POLITE, POLITE, LONG);
	s.svc.send_sighup = true;
	s.svc.kill_signal = SIGURG;	/* ignored by default */
	assert_int_equal(run(&s, &took), STOP_DONE);
	assert_int_equal(reap(s.main), SIGHUP);
	assert_int_equal(reap(s.other), SIGHUP);
	clear(&s);
}

static void
a_recycled_main_process_is_left_alone(void **state)
{
	struct scene s;
	struct proc_stat st;
	struct stop stop;

	(void)state;
	set(&s, SERVICE_KILL_PROCESS, POLITE, POLITE, SHORT);
	assert_int_equal(proc_stat(s.main, &st), 0);
	assert_int_equal(stop_wait(&stop, &s.svc, &s.group, s.main, st.start + 1), STOP_DONE);
	assert_int_equal(proc_alive(s.main, st.start), 1);
	clear(&s);
}

static void
no_limit_is_no_limit(void **state)
{
	struct scene s;
	struct stop stop;

	(void)state;
	set(&s, SERVICE_KILL_GROUP, POLITE, DEAF, CLOCK_FOREVER);
	assert_int_equal(stop_begin(&stop, &s.svc, &s.group, s.main, 0), STOP_WAITING);
	assert_true(stop.deadline == CLOCK_FOREVER);
	UNTIL(reap(s.main) == SIGTERM);
	assert_int_equal(stop_step(&stop), STOP_WAITING);
	assert_int_equal(proc_alive(s.other, 0), 1);
	clear(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(all_get_the_signal), T(the_deaf_are_killed_when_the_time_is_up), T(survivors_are_told),
		T(mixed_asks_the_main_process_only), T(mixed_does_not_wait_for_nobody), T(process_and_none_leave_the_rest),
		T(the_stopped_are_woken_for_it), T(hup_comes_on_top), T(a_recycled_main_process_is_left_alone), T(no_limit_is_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
