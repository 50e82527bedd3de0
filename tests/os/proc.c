#include "os/proc.h"

#include <pthread.h>
#include <spawn.h>
#include <sys/prctl.h>

#include "harness/live.h"

static void
tells_of_ourselves(void **state)
{
	struct proc_stat st;

	(void)state;
	assert_int_equal(proc_stat(getpid(), &st), 0);
	assert_int_equal(st.pid, getpid());
	assert_int_equal(st.ppid, getppid());
	assert_int_equal(st.pgrp, getpgrp());
	assert_int_equal(st.sid, getsid(0));
	assert_int_equal(st.state, 'R');
	assert_string_equal(st.comm, "proc");
	assert_true(st.start > 0);
	assert_int_equal(proc_own_start(), st.start);
	assert_int_equal(proc_alive(getpid(), 0), 1);
	assert_int_equal(proc_alive(getpid(), st.start), 1);
	assert_int_equal(proc_alive(getpid(), st.start + 1), 0);
	assert_true(proc_rss(getpid()) > 4096);
}

static void
waits_under_a_name(void *name)
{
	prctl(PR_SET_NAME, name, 0, 0, 0);
	raise(SIGSTOP);
}

static void
is_not_deceived_by_names(void **state)
{
	static const char *const names[] = { "a) Z 1 (b", ") X 7 7 7", "(((", "x\n) Z 1 1 1", " ", ")" };
	struct proc_stat st;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		int status;
		pid_t pid;

		fflush(NULL);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			waits_under_a_name((void *)(uintptr_t)names[i]);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
		assert_int_equal(proc_stat(pid, &st), 0);
		assert_string_equal(st.comm, names[i]);
		assert_int_equal(st.state, 'T');
		assert_int_equal(st.ppid, getpid());
		assert_int_equal(proc_alive(pid, 0), 1);
		live_end(pid);
	}
}

static void
a_zombie_is_dead(void **state)
{
	struct proc_stat st;
	siginfo_t info;
	pid_t pid;

	(void)state;
	pid = live_child();
	assert_int_equal(proc_alive(pid, 0), 1);
	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(proc_stat(pid, &st), 0);
	assert_true(proc_is_dead(st.state));
	assert_int_equal(proc_alive(pid, 0), 0);
	live_end(pid);
	assert_int_equal(proc_stat(pid, &st), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(proc_alive(pid, 0), 0);
}

static void *
stays(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

static void
lives_on_in_a_thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, stays, NULL) != 0)
		_exit(1);
	pthread_exit(NULL);
}

static char
raw_state(pid_t pid)
{
	char path[64], text[512] = "", *end;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof text, f));
	fclose(f);
	end = strrchr(text, ')');
	assert_non_null(end);
	return end[2];
}

static void
lives_while_any_thread_does(void **state)
{
	struct proc_stat st;
	pid_t pid;

	(void)state;
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		lives_on_in_a_thread();
	UNTIL(raw_state(pid) == 'Z');
	assert_int_equal(proc_stat(pid, &st), 0);
	assert_false(proc_is_dead(st.state));
	assert_int_equal(proc_alive(pid, 0), 1);
	live_end(pid);
}

static void
knows_pids_that_are_none(void **state)
{
	static const pid_t none[] = { 0, -1, -4711, 4194305, 0x7fffffff };
	struct proc_stat st;

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		pid_t kids[1];
		char exe[64];

		assert_int_equal(proc_stat(none[i], &st), -1);
		assert_int_equal(errno, ESRCH);
		assert_int_equal(proc_alive(none[i], 0), 0);
		assert_int_equal(proc_children(none[i], kids, 1), 0);
		assert_int_equal(proc_exe(none[i], exe, sizeof exe), -1);
		assert_true(proc_rss(none[i]) == 0);
	}
}

static size_t
times_seen(pid_t wanted)
{
	struct proc_scan s = PROC_SCAN_INIT;
	size_t n = 0;
	pid_t pid;
	int r;

	while ((r = proc_scan_next(&s, &pid)) == 1)
		n += pid == wanted;
	assert_int_equal(r, 0);
	proc_scan_close(&s);
	assert_int_equal(s.fd, -1);
	return n;
}

static void
digits_of_pids(void **state)
{
	char out[PROC_DIGITS];

	(void)state;
	assert_int_equal(proc_digits(out, 1), 1);
	assert_string_equal(out, "1");
	assert_int_equal(proc_digits(out, 4194304), 7);
	assert_string_equal(out, "4194304");
	assert_int_equal(proc_digits(out, 10000000), 0);
	assert_string_equal(out, "");
	assert_int_equal(proc_digits(out, -1), 0);
	assert_string_equal(out, "");
}

static void
scan_finds_each_once(void **state)
{
	pid_t pid;

	(void)state;
	pid = live_child();
	assert_int_equal(times_seen(pid), 1);
	assert_int_equal(times_seen(getpid()), 1);
	live_end(pid);
	assert_int_equal(times_seen(pid), 0);
}

enum { MANY = 1500 };

static void
spawn_many(pid_t *pids)
{
	char *argv[] = { (char *)(uintptr_t)"sleep", (char *)(uintptr_t)"600", NULL };

	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(posix_spawn(&pids[i], "/bin/sleep", NULL, NULL, argv, environ), 0);
}

static int
by_number(const void *a, const void *b)
{
	return *(const pid_t *)a - *(const pid_t *)b;
}

/* more text than one read takes, so that a number is cut in two */
static void
children_are_all_there(void **state)
{
	static pid_t made[MANY], found[MANY + 1];

	(void)state;
	spawn_many(made);
	assert_int_equal(proc_children(getpid(), found, MANY + 1), MANY);
	qsort(made, MANY, sizeof *made, by_number);
	qsort(found, MANY, sizeof *found, by_number);
	assert_memory_equal(made, found, sizeof made);
	memset(found, 0, sizeof found);
	assert_int_equal(proc_children(getpid(), found, 3), MANY);
	assert_int_equal(found[3], 0);
	for (size_t i = 0; i < MANY; i++)
		live_end(made[i]);
	assert_int_equal(proc_children(getpid(), found, MANY), 0);
}

static void *
makes_a_child(void *arg)
{
	*(pid_t *)arg = fork();
	while (*(pid_t *)arg == 0)
		pause();
	return stays(NULL);
}

static void
threads_children_count(void *arg)
{
	volatile pid_t kid = 0;
	pid_t found[4];
	pthread_t t;

	(void)arg;
	REQUIRE(pthread_create(&t, NULL, makes_a_child, (void *)(uintptr_t)&kid) == 0);
	while (kid == 0)
		live_nap();
	REQUIRE(proc_children(getpid(), found, 4) == 1);
	REQUIRE(found[0] == kid);
	kill(kid, SIGKILL);
	REQUIRE(waitpid(kid, NULL, 0) == kid);
}

static void
children_of_threads_count(void **state)
{
	(void)state;
	live_in_child(threads_children_count, NULL);
}

static void
tells_program_and_time(void **state)
{
	char exe[4096], own[4096], boot[37];
	struct proc_stat st;
	uint64_t now = clock_wall(), began;
	ssize_t n = readlink("/proc/self/exe", own, sizeof own - 1);
	pid_t pid;

	(void)state;
	assert_true(n > 0);
	own[n] = '\0';
	assert_int_equal(proc_exe(getpid(), exe, sizeof exe), n);
	assert_string_equal(exe, own);
	assert_int_equal(proc_exe(getpid(), exe, 5), 4);
	assert_int_equal(strlen(exe), 4);
	proc_boot_id(boot);
	assert_int_equal(strlen(boot), 36);
	pid = live_child();
	assert_int_equal(proc_stat(pid, &st), 0);
	began = proc_start_wall(st.start);
	assert_true(began + 1000000 > now && began < now + 5000000);
	live_end(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(tells_of_ourselves), T(is_not_deceived_by_names), T(a_zombie_is_dead), T(lives_while_any_thread_does),
		T(knows_pids_that_are_none), T(digits_of_pids), T(scan_finds_each_once), T(children_are_all_there), T(children_of_threads_count),
		T(tells_program_and_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
