#include "harness/live.h"

#include <sys/stat.h>

#include "svc/launch_stop.h"

/* what was told, as text: "s15:1 " for a signal to one process ... */
static char told[512];

static void
hear(void *arg, const struct launch_told *t)
{
	static const char letters[] = { [LAUNCH_WOULD_SIGNAL] = 'w', [LAUNCH_SIGNALLED] = 's', [LAUNCH_NOT_SIGNALLED] = 'n', [LAUNCH_WAITS] = '.' };
	size_t n = strlen(told);

	(void)arg;
	snprintf(told + n, sizeof told - n, "%c%d:%zu ", letters[t->event], t->signal, t->event == LAUNCH_SIGNALLED ? t->n : 0);
}

/* children that are reaped by themselves, as a daemon's are by process 1 */
static pid_t
victim(const char *script)
{
	int p[2];
	pid_t pid;
	char c;

	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(pipe(p), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char *argv[] = { (char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)script, NULL };

		signal(SIGCHLD, SIG_DFL);
		dup2(p[1], 9);
		close(p[0]);
		close(p[1]);
		execv("/bin/sh", argv);
		_exit(127);
	}
	close(p[1]);
	assert_int_equal(read(p[0], &c, 1), 1);
	close(p[0]);
	told[0] = '\0';
	return pid;
}

#define READY "echo r >&9; exec 9>&-; "
#define DEAF "trap '' TERM; " READY "exec sleep 600"
#define MILD READY "exec sleep 600"

static enum launch_end
stop(struct launch *l, pid_t pid, const char *schedule, struct launch_stopped *out)
{
	struct schedule s = SCHEDULE_INIT;
	enum launch_end end;

	l->pid = pid;
	if (schedule) {
		assert_null(schedule_parse(&s, schedule, SIGTERM, 0));
		l->schedule = &s;
	}
	end = launch_stop(l, out, hear, NULL);
	launch_found_free(&out->found);
	schedule_free(&s);
	l->schedule = NULL;
	return end;
}

static void
follows_the_schedule(void **state)
{
	struct launch l = { .signal = SIGTERM };
	struct launch_stopped out;
	pid_t pid;

	(void)state;
	pid = victim(MILD);
	assert_int_equal(stop(&l, pid, "TERM/20/KILL/20", &out), LAUNCH_STOPPED);
	assert_string_equal(told, "s15:1 ");
	assert_int_equal(proc_alive(pid, 0), 0);
	pid = victim(DEAF);
	assert_int_equal(stop(&l, pid, "TERM/20ms", &out), LAUNCH_SURVIVED);
	assert_int_equal(out.left, 1);
	assert_string_equal(told, "s15:1 ");
	told[0] = '\0';
	assert_int_equal(stop(&l, pid, "forever/TERM/20ms/KILL/20", &out), LAUNCH_STOPPED);
	assert_string_equal(told, "s15:1 s9:1 ");
	told[0] = '\0';
	assert_int_equal(stop(&l, pid, "TERM/20", &out), LAUNCH_NONE);
	assert_string_equal(told, "");
}

static void
only_tests_when_asked(void **state)
{
	struct launch l = { .signal = SIGKILL, .test = true };
	struct launch_stopped out;
	pid_t pid = victim(MILD);

	(void)state;
	assert_int_equal(stop(&l, pid, "KILL/20", &out), LAUNCH_STOPPED);
	assert_string_equal(told, "w9:0 ");
	assert_int_equal(proc_alive(pid, 0), 1);
	l.test = false;
	assert_int_equal(stop(&l, pid, "KILL/20", &out), LAUNCH_STOPPED);
}

static void
tells_that_it_waits(void **state)
{
	struct launch l = { .signal = SIGTERM, .progress = true };
	struct launch_stopped out;
	pid_t pid = victim(DEAF);

	(void)state;
	assert_int_equal(stop(&l, pid, "TERM/1.2/KILL/20", &out), LAUNCH_STOPPED);
	assert_string_equal(told, "s15:1 .15:0 s9:1 ");
}

/* a leader of its own group, and two more in it */
static pid_t
group_of_three(void)
{
	int p[2];
	pid_t pid;
	char c;

	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(pipe(p), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(p[0]);
		REQUIRE(setpgid(0, 0) == 0);
		if (fork() != 0 && fork() != 0)
			REQUIRE(write(p[1], "r", 1) == 1);
		close(p[1]);
		for (;;)
			pause();
	}
	close(p[1]);
	assert_int_equal(read(p[0], &c, 1), 1);
	assert_int_equal(read(p[0], &c, 1), 0);
	close(p[0]);
	told[0] = '\0';
	return pid;
}

static void
takes_the_group_too(void **state)
{
	struct launch l = { .signal = SIGKILL, .reach = LAUNCH_REACH_GROUP };
	struct launch_stopped out;
	pid_t pid = group_of_three();

	(void)state;
	assert_int_equal(stop(&l, pid, "KILL/20", &out), LAUNCH_STOPPED);
	assert_string_equal(told, "s9:3 ");
	UNTIL(kill(-pid, 0) != 0);
}

static void
removes_the_pidfile_of_the_dead_only(void **state)
{
	struct launch l = { .signal = SIGTERM, .pidfile = "p", .cleanup = true };
	struct launch_stopped out;
	pid_t pid = victim(DEAF);

	(void)state;
	assert_int_equal(pidfile_write("p", pid, 0), 0);
	/* without a schedule it looks for two seconds, and the process is still there */
	assert_int_equal(stop(&l, 0, NULL, &out), LAUNCH_STOPPED);
	assert_int_equal(access("p", F_OK), 0);
	assert_int_equal(stop(&l, 0, "TERM/0", &out), LAUNCH_SURVIVED);
	assert_int_equal(access("p", F_OK), 0);
	assert_int_equal(stop(&l, 0, "KILL/20", &out), LAUNCH_STOPPED);
	assert_int_equal(access("p", F_OK), -1);
}

/* a process that began after the first look, by the same rules, is waited for and signalled too */
static void
sees_who_joins(void **state)
{
	struct launch l = { .signal = SIGTERM, .match = { .name = "joiner" } };
	struct launch_stopped out;

	(void)state;
	signal(SIGCHLD, SIG_DFL);
	assert_int_equal(system("cp /bin/sleep joiner"), 0);
	victim("trap './joiner 600 & exit' TERM; ./joiner 601 & " READY "wait; wait");
	/* the shell does not wait for the exec of what it starts */
	UNTIL(launch_find(&l, &out.found, 1) == LAUNCH_RUNNING);
	launch_found_free(&out.found);
	assert_int_equal(stop(&l, 0, "TERM/20/KILL/20", &out), LAUNCH_STOPPED);
	assert_int_equal(launch_find(&l, &out.found, 1), LAUNCH_DEAD);
}

static void
does_nothing_on_a_bad_pidfile(void **state)
{
	struct launch l = { .signal = SIGKILL, .pidfile = "p" };
	static const char *const texts[] = { "-1\n", "0\n", "1\n", "4294967297\n", "99999999999999999999\n" };
	struct launch_stopped out;

	(void)state;
	told[0] = '\0';
	for (size_t i = 0; i < COUNT(texts); i++) {
		FILE *f = fopen("p", "w");

		assert_non_null(f);
		fputs(texts[i], f);
		assert_int_equal(fclose(f), 0);
		assert_int_equal(stop(&l, 0, "KILL/1", &out), LAUNCH_NONE);
		assert_int_equal(out.found.state, LAUNCH_UNKNOWN);
	}
	assert_int_equal(mkdir("p2", 0700), 0);
	l.pidfile = "p2";
	assert_int_equal(stop(&l, 0, "KILL/1", &out), LAUNCH_STOP_UNKNOWN);
	assert_string_equal(told, "");
}

static int
leave(void **state)
{
	signal(SIGCHLD, SIG_DFL);
	return leave_directory(state);
}

int
main(void)
{
#define IN(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave)
	const struct CMUnitTest tests[] = {
		T(follows_the_schedule), T(only_tests_when_asked), T(tells_that_it_waits), IN(takes_the_group_too),
		IN(removes_the_pidfile_of_the_dead_only), IN(sees_who_joins), IN(does_nothing_on_a_bad_pidfile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
