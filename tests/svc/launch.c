#include "harness/live.h"

#include <sys/stat.h>

#include "svc/launch.h"

/* the scratch directory's copy of sleep(1): nobody else runs it */
static const char *
program(void)
{
	static char path[128];
	char cwd[64];

	assert_non_null(getcwd(cwd, sizeof cwd));
	snprintf(path, sizeof path, "%s/d", cwd);
	if (access(path, F_OK) != 0)
		assert_int_equal(system("cp /bin/sleep d"), 0);
	return path;
}

static void
put(const char *file, const char *text, mode_t mode)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(file, mode), 0);
}

static enum launch_state
find(struct launch *l, size_t *n)
{
	struct launch_found found;
	enum launch_state state;

	assert_int_equal(match_prepare(&l->match), 0);
	state = launch_find(l, &found, SIZE_MAX);
	*n = found.pids.n;
	launch_found_free(&found);
	match_free(&l->match);
	return state;
}

static void
says_what_a_pidfile_is_worth(void **state)
{
	struct launch l = { .pidfile = "p" };
	pid_t pid = live_child();
	char text[32];
	size_t n;

	(void)state;
	snprintf(text, sizeof text, "%ld\n", (long)pid);
	assert_int_equal(find(&l, &n), LAUNCH_DEAD);
	put("p", text, 0644);
	assert_int_equal(find(&l, &n), LAUNCH_RUNNING);
	assert_int_equal(n, 1);
	put("p", "-1\n", 0644);
	assert_int_equal(find(&l, &n), LAUNCH_UNKNOWN);
	put("p", "4194304\n", 0644);
	assert_int_equal(find(&l, &n), LAUNCH_DEAD_PIDFILE);
	put("p", text, 0666);
	assert_int_equal(find(&l, &n), LAUNCH_REFUSED);
	l.trust = LAUNCH_TRUST_OWNER;
	assert_int_equal(find(&l, &n), LAUNCH_REFUSED);
	l.match.by_user = true;
	l.match.uid = geteuid();
	assert_int_equal(find(&l, &n), LAUNCH_RUNNING);
	live_end(pid);
	put("p", text, 0644);
	assert_int_equal(find(&l, &n), LAUNCH_DEAD_PIDFILE);
	assert_true(launch_is_sole(&(struct launch){ .pidfile = "p" }));
	assert_false(launch_is_sole(&l));
}

/* a service's user may have his pidfile, but it names his own processes only */
static void
lets_an_owner_name_his_own(void **state)
{
	struct launch l = { .pidfile = "p" };
	pid_t pid = live_child();
	char text[32];
	size_t n;

	(void)state;
	if (geteuid() != 0) {
		live_end(pid);
		skip();
	}
	snprintf(text, sizeof text, "%ld\n", (long)pid);
	put("p", text, 0644);
	assert_int_equal(chown("p", 65534, 65534), 0);
	assert_int_equal(find(&l, &n), LAUNCH_REFUSED);
	l.trust = LAUNCH_TRUST_OWNER;
	assert_int_equal(find(&l, &n), LAUNCH_DEAD_PIDFILE);
	assert_false(l.match.by_user);
	live_end(pid);
	pid = fork();
	if (pid == 0) {
		REQUIRE(setgid(65534) == 0 && setuid(65534) == 0);
		for (;;)
			pause();
	}
	snprintf(text, sizeof text, "%ld\n", (long)pid);
	put("p", text, 0644);
	assert_int_equal(chown("p", 65534, 65534), 0);
	UNTIL(find(&l, &n) == LAUNCH_RUNNING);
	l.trust = LAUNCH_TRUST_ROOT;
	assert_int_equal(find(&l, &n), LAUNCH_REFUSED);
	live_end(pid);
}

static void
knows_a_recycled_pid_by_its_start(void **state)
{
	struct launch l = { .pidfile = "p" };
	pid_t pid = live_child();
	struct pidfile f;
	struct proc_stat st;
	size_t n;

	(void)state;
	assert_int_equal(proc_stat(pid, &st), 0);
	assert_int_equal(pidfile_write("p", pid, st.start), 0);
	assert_int_equal(find(&l, &n), LAUNCH_RUNNING);
	assert_int_equal(pidfile_write("p", pid, st.start + 1), 0);
	pidfile_read("p", PIDFILE_ROOT, &f);
	if (f.start)
		assert_int_equal(find(&l, &n), LAUNCH_DEAD_PIDFILE);
	live_end(pid);
	if (!f.start)
		skip();
}

static void
falls_back_to_all_processes(void **state)
{
	struct launch l = { .pidfile = "p" };
	char *argv[] = { (char *)(uintptr_t)"d", (char *)(uintptr_t)"600", NULL };
	pid_t pid;
	size_t n;

	(void)state;
	l.match.exec = program();
	pid = fork();
	if (pid == 0) {
		execv(l.match.exec, argv);
		_exit(127);
	}
	assert_int_equal(find(&l, &n), LAUNCH_DEAD);
	l.fall_back = true;
	UNTIL(find(&l, &n) == LAUNCH_RUNNING);
	put("p", "4194304\n", 0644);
	assert_int_equal(find(&l, &n), LAUNCH_RUNNING);
	l.fall_back = false;
	assert_int_equal(find(&l, &n), LAUNCH_DEAD_PIDFILE);
	live_end(pid);
}

static void
count(void *arg)
{
	++*(int *)arg;
}

static struct launch
start_of(const char *path, char *const *argv)
{
	struct launch l = { .child = CHILD_SPEC_INIT, .pidfile = "p", .background = true, .make_pidfile = true, .session = LAUNCH_SESSION_CALLERS };

	l.child.path = path;
	l.child.argv = argv;
	l.child.envp = environ;
	return l;
}

static void
starts_one_and_writes_its_pid(void **state)
{
	char *argv[] = { (char *)(uintptr_t)"d", (char *)(uintptr_t)"600", NULL };
	struct launch l = start_of(program(), argv);
	struct launch_started one, two;
	struct pidfile f;
	int started = 0;

	(void)state;
	l.starting = count;
	l.starting_arg = &started;
	assert_int_equal(launch_start(&l, &one), LAUNCH_STARTED);
	assert_int_equal(started, 1);
	assert_int_equal(pidfile_read("p", PIDFILE_ROOT, &f), PIDFILE_OK);
	assert_int_equal(f.pid, one.ref.pid);
	if (one.lock >= 0)
		close(one.lock);
	assert_int_equal(launch_start(&l, &two), LAUNCH_ALREADY);
	assert_int_equal(two.found.pids.v[0], one.ref.pid);
	assert_int_equal(started, 1);
	launch_found_free(&two.found);
	if (two.lock >= 0)
		close(two.lock);
	live_end(one.ref.pid);
	procref_close(&one.ref);
}

static enum launch_result
try_start(struct launch *l, struct launch_started *s)
{
	launch_start(l, s);
	if (s->lock >= 0)
		close(s->lock);
	launch_found_free(&s->found);
	return s->result;
}

static void
leaves_no_pidfile_of_a_failed_start(void **state)
{
	char *argv[] = { (char *)(uintptr_t)"none", NULL };
	struct launch l = start_of("/nonexistent/none", argv);
	struct launch_started s;

	(void)state;
	assert_int_equal(try_start(&l, &s), LAUNCH_NO_CHILD);
	assert_int_equal(s.error.step, CHILD_EXEC);
	assert_int_equal(s.error.err, ENOENT);
	assert_int_equal(access("p", F_OK), -1);
	l.child.path = "/bin/true";
	l.child.chdir = "/nonexistent";
	assert_int_equal(try_start(&l, &s), LAUNCH_NO_CHILD);
	assert_int_equal(s.error.step, CHILD_CHDIR);
	assert_int_equal(access("p", F_OK), -1);
	l.pidfile = "no/such/p";
	assert_int_equal(try_start(&l, &s), LAUNCH_NO_PIDFILE);
	assert_int_equal(s.error.err, ENOENT);
	put("p", "1\n", 0666);
	l.pidfile = "p";
	assert_int_equal(try_start(&l, &s), LAUNCH_NOT_FOUND_OUT);
	assert_int_equal(s.found.state, LAUNCH_REFUSED);
}

static void
in_place(void *data)
{
	char *argv[] = { (char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)"read p <p; [ $p = $$ ] && echo same", NULL };
	struct launch l = start_of("/bin/sh", argv);
	struct launch_started s;

	(void)data;
	l.background = false;
	for (int i = 0; i < 3; i++)
		l.child.stdio[i] = CHILD_FD_KEEP;
	launch_start(&l, &s);
	_exit(99);
}

static void
becomes_the_program_in_the_foreground(void **state)
{
	char said[64];

	(void)state;
	assert_int_equal(in_child(in_place, NULL, said, sizeof said), 0);
	assert_string_equal(said, "same\n");
}

int
main(void)
{
#define IN(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
	const struct CMUnitTest tests[] = {
		IN(says_what_a_pidfile_is_worth), IN(lets_an_owner_name_his_own), IN(knows_a_recycled_pid_by_its_start),
		IN(falls_back_to_all_processes), IN(starts_one_and_writes_its_pid), IN(leaves_no_pidfile_of_a_failed_start),
		IN(becomes_the_program_in_the_foreground),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
