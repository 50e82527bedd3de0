#include "svc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "harness/spawned.h"

static void
streams_are_null_by_default(void **state)
{
	(void)state;
	SAYS("readlink /proc/$$/fd/0; readlink /proc/$$/fd/2", "/dev/null\n/dev/null", (void)0);
}

static void
streams_may_be_crossed(void **state)
{
	struct shell s;

	(void)state;
	/* 1 becomes what 2 is and the other way round: no copy may be lost on the way */
	shell_begin(&s, "exec >&2; echo through two");
	s.spec.stdio[1] = 2;
	s.spec.stdio[2] = s.out[1];
	assert_string_equal(shell_says(&s), "through two");
}

static void
nothing_else_is_open_but_what_is_passed(void **state)
{
	/* no pipe: the shell holds its reading end while ls runs */
	static const char list[] = "ls -m /proc/$$/fd; :";
	int stray = open("/dev/zero", O_RDONLY), pass = open("/dev/full", O_RDONLY | O_CLOEXEC);
	char want[64];

	(void)state;
	assert_true(stray > 2 && pass > stray);
	SAYS(list, "0, 1, 2", (void)0);
	snprintf(want, sizeof want, "0, 1, 2, %d", pass);
	SAYS(list, want, s_.spec.pass = &pass; s_.spec.n_pass = 1);
	snprintf(want, sizeof want, "/dev/zero");
	{
		struct shell s;
		char script[64];

		snprintf(script, sizeof script, "readlink /proc/$$/fd/%d", stray);
		shell_begin(&s, script);
		s.spec.keep_fds = true;
		assert_string_equal(shell_says(&s), want);
	}
	close(stray);
	close(pass);
}

static void
signals_are_plain_unless_kept(void **state)
{
	static const char script[] = "sed -n 's/^Sig\\(Ign\\|Blk\\):\\t//p' /proc/self/status | tr '\\n' ' '";
	sigset_t set, old, now;

	(void)state;
	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_SETMASK, &set, &old);
	SAYS(script, "0000000000000000 0000000000000000 ", (void)0);
	SAYS(script, "0000000000000000 0000000000001000 ", s_.spec.ignore_sigpipe = true);
	SAYS(script, "0000000000000800 0000000000000200 ", s_.spec.keep_signals = true);
	/* ours are as they were */
	sigprocmask(SIG_SETMASK, NULL, &now);
	assert_true(sigismember(&now, SIGUSR2) && !sigismember(&now, SIGTERM));
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGUSR1, SIG_DFL);
}

static void
session_directory_umask_and_limits_are_set(void **state)
{
	static struct child_limit limits[RLIM_NLIMITS];

	(void)state;
	limits[RLIMIT_NOFILE] = (struct child_limit){ true, { 77, 99 } };
	SAYS("[ \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ ] && pwd; umask; ulimit -Sn; ulimit -Hn", "/tmp\n0027\n77\n99",
	    s_.spec.new_session = true; s_.spec.chdir = "/tmp"; s_.spec.set_umask = true; s_.spec.umask = 027; s_.spec.limits = limits);
}

static void
a_limit_above_ours_is_cut(void **state)
{
	static struct child_limit limits[RLIM_NLIMITS];
	struct rlimit own;
	char want[64];

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &own), 0);
	if (own.rlim_max > 1000000)
		skip();
	limits[RLIMIT_NOFILE] = (struct child_limit){ true, { 64, 1048576 } };
	snprintf(want, sizeof want, "64");
	SAYS("ulimit -Sn", want, s_.spec.limits = limits);
}

static void
environment_is_exactly_what_is_given(void **state)
{
	(void)state;
	setenv("LEAK", "1", 1);
	SAYS("tr '\\0' '\\n' </proc/$$/environ", "A=1", (void)0);
	unsetenv("LEAK");
}

static void
bare_names_are_searched(void **state)
{
	struct child_error e;
	struct shell s;

	(void)state;
	SAYS("echo found", "found", s_.spec.path = "sh"; s_.spec.search = "/nonexistent:/usr/bin:/bin");
	shell_begin(&s, "true");
	s.spec.path = "sh";
	s.spec.search = "/nonexistent:/proc";
	assert_int_equal(child_spawn(&s.spec, &e), -1);
	assert_int_equal(e.step, CHILD_EXEC);
	assert_int_equal(e.err, ENOENT);
	close(s.out[0]);
	close(s.out[1]);
}

static void
failures_name_their_step_and_reason(void **state)
{
	struct shell s;

	(void)state;
	shell_begin(&s, "true");
	s.spec.path = "/nonexistent/program";
	fails_with(&s.spec, CHILD_EXEC, ENOENT);
	s.spec.path = "/etc/passwd";
	fails_with(&s.spec, CHILD_EXEC, EACCES);
	s.spec.path = "/bin/sh";
	s.spec.chdir = "/nonexistent";
	fails_with(&s.spec, CHILD_CHDIR, ENOENT);
	s.spec.chdir_optional = true;
	assert_string_equal(shell_says(&s), "");
	assert_int_equal(child_step_status(CHILD_EXEC), 203);
	assert_int_equal(child_step_status(CHILD_CHDIR), 200);
	assert_int_equal(child_step_status(CHILD_USER), 217);
	assert_string_equal(child_step_text(CHILD_EXEC), "execute it");
}

static void
a_program_that_is_no_program_is_said_to_be_none(void **state)
{
	struct shell s;
	int fd = open("plain", O_WRONLY | O_CREAT, 0755);

	(void)state;
	assert_int_equal(write(fd, "just text\n", 10), 10);
	close(fd);
	shell_begin(&s, "true");
	s.spec.path = "./plain";
	fails_with(&s.spec, CHILD_EXEC, ENOEXEC);
	close(s.out[0]);
	close(s.out[1]);
}

static void
another_user_is_that_user_for_good(void **state)
{
	gid_t groups[] = { 12, 20 };
	struct cred c = CRED_INIT;

	(void)state;
	if (geteuid() != 0)
		skip();
	c.uid = 4711;
	c.gid = 4712;
	c.groups = groups;
	c.n_groups = 2;
	c.set_uid = c.set_gid = c.set_groups = true;
	SAYS("sed -n 's/^\\(Uid\\|Gid\\|Groups\\):\\t//p' /proc/self/status | tr '\\t' ' '", "4711 4711 4711 4711\n4712 4712 4712 4712\n12 20 ",
	    s_.spec.cred = &c);
	{
		struct shell s;

		shell_begin(&s, "true");
		s.spec.cred = &c;
		s.spec.chdir = "/root";
		fails_with(&s.spec, CHILD_CHDIR, EACCES);
		close(s.out[0]);
		close(s.out[1]);
	}
}

static void
no_user_change_without_the_right(void *arg)
{
	struct cred c = CRED_INIT;
	struct child_error e;
	struct shell s;

	(void)arg;
	REQUIRE(geteuid() != 0 || (setgid(65534) == 0 && setuid(65534) == 0));
	shell_begin(&s, "true");
	c.uid = 4711;
	c.set_uid = true;
	s.spec.cred = &c;
	REQUIRE(child_spawn(&s.spec, &e) == -1);
	REQUIRE(e.step == CHILD_USER && e.err == EPERM);
}

static void
without_privilege_a_user_change_is_refused(void **state)
{
	(void)state;
	live_in_child(no_user_change_without_the_right, NULL);
}

static void
steps_in_this_process_too(void **state)
{
	int p[2], status;
	char text[16] = "";
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(p), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		char *argv[] = { (char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)"umask", NULL };
		struct child_spec spec = CHILD_SPEC_INIT;
		struct child_error e;

		spec.path = "/bin/sh";
		spec.argv = argv;
		spec.envp = spawned_env;
		spec.stdio[1] = p[1];
		spec.set_umask = true;
		spec.umask = 0123;
		child_exec(&spec, &e);
		_exit(99);
	}
	close(p[1]);
	assert_int_equal(read(p[0], text, 5), 5);
	assert_string_equal(text, "0123\n");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(p[0]);
}

static void
the_order_is_the_documented_one(void **state)
{
	(void)state;
	assert_true(CHILD_LIMITS < CHILD_GROUP && CHILD_MOUNTS < CHILD_GROUP && CHILD_GROUP < CHILD_USER && CHILD_USERS < CHILD_BOUNDING &&
	    CHILD_BOUNDING < CHILD_USER && CHILD_USER < CHILD_CAPS && CHILD_CAPS < CHILD_SECUREBITS && CHILD_CHDIR > CHILD_USER &&
	    CHILD_NO_NEW_PRIVS < CHILD_FILTER && CHILD_FILTER == CHILD_EXEC - 1);
}

static void
capabilities_are_exact(void **state)
{
	struct cred cred = CRED_INIT;
	const uint64_t keep = 1ULL << CAP_NET_BIND_SERVICE;
	struct caps caps = { .ambient = keep, .dropped = caps_all() & ~keep, .exact = true };
	struct shell s;

	(void)state;
	if (!live_in_throwaway())
		skip();
	shell_begin(&s, "grep -E '^(Cap|NoNew|Groups)' /proc/self/status | tr -d '\\n\\t '");
	cred.uid = cred.gid = 4501;
	cred.set_uid = cred.set_gid = cred.set_groups = true;
	s.spec.cred = &cred;
	s.spec.caps = &caps;
	s.spec.verify_caps = true;
	s.spec.set_securebits = true;
	s.spec.securebits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED;
	s.spec.no_new_privs = true;
	assert_string_equal(shell_says(&s), "Groups:CapInh:0000000000000400CapPrm:0000000000000400CapEff:0000000000000400CapBnd:0000000000000400"
	    "CapAmb:0000000000000400NoNewPrivs:1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(streams_are_null_by_default), T(streams_may_be_crossed), T(nothing_else_is_open_but_what_is_passed),
		T(signals_are_plain_unless_kept), T(session_directory_umask_and_limits_are_set), T(a_limit_above_ours_is_cut),
		T(environment_is_exactly_what_is_given), T(bare_names_are_searched), T(failures_name_their_step_and_reason),
		cmocka_unit_test_setup_teardown(a_program_that_is_no_program_is_said_to_be_none, enter_directory, leave_directory),
		T(another_user_is_that_user_for_good), T(without_privilege_a_user_change_is_refused), T(steps_in_this_process_too),
		T(the_order_is_the_documented_one), T(capabilities_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
