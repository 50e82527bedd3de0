#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/live.h"
#include "os/proc.h"
#include "svc/match.h"

static char place[64];
static pid_t running[16];
static size_t n_running;

static int
enter(void **state)
{
	(void)state;
	strcpy(place, "/tmp/match.XXXXXX");
	assert_non_null(mkdtemp(place));
	assert_int_equal(chdir(place), 0);
	assert_int_equal(chmod(place, 0755), 0);
	n_running = 0;
	return 0;
}

static void
end_all(void)
{
	while (n_running) {
		kill(running[--n_running], SIGKILL);
		waitpid(running[n_running], NULL, 0);
	}
}

static int
leave(void **state)
{
	char cmd[96];

	(void)state;
	end_all();
	assert_int_equal(chdir("/"), 0);
	snprintf(cmd, sizeof cmd, "rm -rf '%s'", place);
	assert_int_equal(system(cmd), 0);
	return 0;
}

/* an absolute path in the scratch directory; good for 31 more calls */
static const char *
at(const char *name)
{
	static char room[32][128];
	static unsigned next;

	snprintf(room[next % 32], sizeof room[0], "%s/%s", place, name);
	return room[next++ % 32];
}

static void
copy_sleep(const char *name)
{
	char cmd[256];

	snprintf(cmd, sizeof cmd, "cp /bin/sleep %s && chmod 755 %s", at(name), at(name));
	assert_int_equal(system(cmd), 0);
}

static void
script(const char *name, const char *first)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fprintf(f, "#!%s\nread x < fifo\n", first);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(name, 0755), 0);
}

/* returns once the program runs: exec closes the pipe */
static pid_t
run_as(uid_t uid, const char *exe, const char *argv0, const char *arg)
{
	char *argv[] = { (char *)argv0, (char *)arg, NULL };
	int p[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		if (uid && setuid(uid) != 0)
			_exit(126);
		execv(exe, argv);
		_exit(127);
	}
	assert_true(pid > 0);
	close(p[1]);
	assert_int_equal(read(p[0], &c, 1), 0);
	close(p[0]);
	running[n_running++] = pid;
	return pid;
}

static pid_t
run(const char *exe, const char *argv0)
{
	return run_as(0, exe, argv0, "600");
}

static ssize_t
scan(struct match *m, pid_t *first)
{
	struct match_pids pids = MATCH_PIDS_INIT;
	ssize_t n;

	assert_int_equal(match_prepare(m), 0);
	assert_int_equal(match_scan(m, &pids, 64), 0);
	n = (ssize_t)pids.n;
	*first = n > 0 ? pids.v[0] : 0;
	match_pids_free(&pids);
	match_free(m);
	return n;
}

static void
knows_the_executable_by_inode(void **state)
{
	struct match m = { 0 };
	pid_t a, b, got;

	(void)state;
	copy_sleep("d");
	assert_int_equal(link("d", "hard"), 0);
	assert_int_equal(symlink("d", "soft"), 0);
	a = run(at("d"), "d");
	m.exec = at("d");
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
	m.exec = at("hard");
	assert_int_equal(scan(&m, &got), 1);
	m.exec = at("soft");
	assert_int_equal(scan(&m, &got), 1);
	copy_sleep("other");
	m.exec = at("other");
	assert_int_equal(scan(&m, &got), 0);
	b = run(at("d"), "else");
	m.exec = at("d");
	assert_int_equal(scan(&m, &got), 2);
	assert_int_equal(got, a < b ? a : b);
	m.pid = b;
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, b);
}

static void
finds_replaced_and_removed_binaries(void **state)
{
	struct match m = { 0 };
	pid_t a, got;

	(void)state;
	copy_sleep("d");
	a = run(at("d"), "d");
	copy_sleep("d.new");
	assert_int_equal(rename("d.new", "d"), 0);
	m.exec = at("d");
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
	assert_int_equal(unlink("d"), 0);
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
	m.exec = at("nothing");
	assert_int_equal(scan(&m, &got), 0);
}

static void
tells_applets_of_one_binary_apart(void **state)
{
	struct match m = { 0 };
	pid_t a, got;

	(void)state;
	copy_sleep("multi");
	assert_int_equal(symlink("multi", "syslogd"), 0);
	assert_int_equal(symlink("multi", "klogd"), 0);
	run(at("klogd"), at("klogd"));
	a = run(at("syslogd"), at("syslogd"));
	m.exec = at("syslogd");
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
	m.literal = true;
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
	m.literal = false;
	m.exec = at("multi");
	assert_int_equal(scan(&m, &got), 2);
}

static void
finds_scripts(void **state)
{
	struct match m = { 0 };
	pid_t a, b, got;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	script("daemon", "/bin/sh");
	script("other", "/bin/sh");
	script("byenv", "/usr/bin/env -S sh");
	run(at("other"), at("other"));
	a = run(at("daemon"), "daemon");
	m.exec = at("daemon");
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
	b = run("./daemon", "daemon");
	assert_int_equal(scan(&m, &got), 2);
	kill(b, SIGKILL);
	waitpid(b, NULL, 0);
	n_running--;
	/* somebody who only reads the script is not it */
	b = run_as(0, "/usr/bin/tail", "tail", at("daemon"));
	assert_int_equal(scan(&m, &got), 1);
	b = run(at("byenv"), "byenv");
	m.exec = at("byenv");
	/* env(1) has yet to execute the shell */
	UNTIL(scan(&m, &got) == 1);
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, b);
	m.exec = NULL;
	m.name = "daemon";
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
}

static void
knows_long_names(void **state)
{
	struct match m = { .name = "a-name-of-20-letters" };
	pid_t a, got;

	(void)state;
	copy_sleep("a-name-of-20-letters");
	copy_sleep("a-name-of-20-lett");
	a = run(at("a-name-of-20-letters"), at("a-name-of-20-letters"));
	run(at("a-name-of-20-lett"), at("a-name-of-20-lett"));
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
	m.name = "a-name-of-20-le";
	assert_int_equal(scan(&m, &got), 2);
	m.name = "a-name-of-20-l";
	assert_int_equal(scan(&m, &got), 0);
	m.name = "a-name-of-20-letters-and-more";
	assert_int_equal(scan(&m, &got), 0);
}

static void
narrows_by_user_and_parent(void **state)
{
	struct match m = { 0 };
	pid_t a, b, got;

	(void)state;
	if (geteuid() != 0)
		skip();
	copy_sleep("d");
	a = run(at("d"), "d");
	b = run_as(65534, at("d"), "d", "600");
	m.exec = at("d");
	m.by_user = true;
	m.uid = 65534;
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, b);
	m.uid = 0;
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
	m.by_user = false;
	m.ppid = getpid();
	assert_int_equal(scan(&m, &got), 2);
	m.ppid = a;
	assert_int_equal(scan(&m, &got), 0);
}

static void
leaves_zombies_out(void **state)
{
	struct match m = { .name = "zombie" };
	siginfo_t si;
	pid_t a, got;

	(void)state;
	copy_sleep("zombie");
	a = run_as(0, at("zombie"), "zombie", "0");
	assert_int_equal(waitid(P_PID, (id_t)a, &si, WEXITED | WNOWAIT), 0);
	assert_int_equal(scan(&m, &got), 0);
	m.zombies = true;
	assert_int_equal(scan(&m, &got), 1);
	assert_int_equal(got, a);
	m.zombies = false;
	m.pid = a;
	assert_int_equal(scan(&m, &got), 0);
}

static void
spares_itself_and_its_ancestors(void **state)
{
	struct match m = { 0 };
	struct proc_stat st, up;
	pid_t got, child;
	int status;

	(void)state;
	assert_int_equal(proc_stat(getpid(), &st), 0);
	m.name = st.comm;
	assert_int_equal(scan(&m, &got), 0);
	m.pid = getpid();
	assert_int_equal(scan(&m, &got), 0);
	m.pid = 0;
	child = fork();
	if (child == 0) {
		if (scan(&m, &got) != 0)
			_exit(1);
		/* an explicit pid is meant */
		m.pid = getppid();
		_exit(scan(&m, &got) == 1 ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(proc_stat(getppid(), &up), 0);
}

static void
tells_recycled_pids_by_start_time(void **state)
{
	struct match m = { 0 };
	struct proc_stat st;
	pid_t a, got;

	(void)state;
	copy_sleep("d");
	a = run(at("d"), "d");
	assert_int_equal(proc_stat(a, &st), 0);
	m.pid = a;
	m.start = st.start;
	assert_int_equal(scan(&m, &got), 1);
	m.start++;
	assert_int_equal(scan(&m, &got), 0);
	assert_int_equal(match_rule(&m, a, MATCH_START), MATCH_NO);
	assert_int_equal(match_rule(&m, a, MATCH_ALIVE), MATCH_YES);
	assert_true(match_wants(&m, MATCH_START));
	assert_false(match_wants(&m, MATCH_EXEC));
	assert_string_equal(match_rule_text(MATCH_EXEC), "executable");
}

static void
leaves_sessions_out(void **state)
{
	struct match m = { 0 };
	pid_t own = getsid(0), got;

	(void)state;
	copy_sleep("d");
	run(at("d"), "d");
	m.exec = at("d");
	m.sessions = &own;
	m.n_sessions = 1;
	assert_int_equal(scan(&m, &got), 0);
	m.n_sessions = 0;
	assert_int_equal(scan(&m, &got), 1);
}

static void
leaves_other_pid_namespaces_out(void **state)
{
	struct match m = { 0 };
	pid_t maker, got;
	int p[2], keep[2];
	char c;

	(void)state;
	copy_sleep("d");
	m.exec = at("d");
	assert_int_equal(pipe(p), 0);
	assert_int_equal(pipe(keep), 0);
	maker = fork();
	if (maker == 0) {
		close(p[0]);
		close(keep[1]);
		if (unshare(CLONE_NEWPID) == 0)
			run(at("d"), "d");
		(void)!write(p[1], n_running ? "y" : "n", 1);
		(void)!read(keep[0], &c, 1);
		end_all();
		_exit(0);
	}
	assert_int_equal(read(p[0], &c, 1), 1);
	if (c == 'y') {
		assert_int_equal(scan(&m, &got), 0);
		m.any_namespace = true;
		assert_int_equal(scan(&m, &got), 1);
		/* a pid that was given is meant, wherever it lives */
		m.any_namespace = false;
		m.pid = got;
		assert_int_equal(scan(&m, &got), 1);
	}
	close(keep[0]);
	close(keep[1]);
	close(p[0]);
	close(p[1]);
	assert_int_equal(waitpid(maker, NULL, 0), maker);
	if (c != 'y')
		skip();
}

static void
says_when_it_may_not_look(void **state)
{
	struct match m = { 0 };
	pid_t child, got;
	int status;

	(void)state;
	if (geteuid() != 0)
		skip();
	copy_sleep("secret");
	copy_sleep("unrelated");
	run(at("secret"), "secret");
	child = fork();
	if (child == 0) {
		if (setuid(65534) != 0)
			_exit(3);
		m.exec = at("secret");
		if (scan(&m, &got) != 0 || !m.unknown)
			_exit(1);
		m.exec = at("unrelated");
		_exit(scan(&m, &got) == 0 && !m.unknown ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
stops_at_the_first(void **state)
{
	struct match_pids one = MATCH_PIDS_INIT;
	struct match m = { 0 };

	(void)state;
	copy_sleep("d");
	run(at("d"), "d");
	run(at("d"), "d");
	m.exec = at("d");
	assert_int_equal(match_prepare(&m), 0);
	assert_int_equal(match_scan(&m, &one, 1), 0);
	assert_int_equal(one.n, 1);
	assert_true(one.v[0] == running[0] || one.v[0] == running[1]);
	match_pids_free(&one);
	match_free(&m);
}

static void
finds_what_began_since(void **state)
{
	struct match_pids found = MATCH_PIDS_INIT;
	struct proc_mark mark = PROC_MARK_INIT;
	struct match m = { 0 };
	pid_t late;

	(void)state;
	copy_sleep("d");
	run(at("d"), "d");
	m.exec = at("d");
	assert_int_equal(match_prepare(&m), 0);
	proc_mark_take(&mark);
	assert_int_equal(match_since(&m, &mark, &found), 0);
	assert_int_equal(found.n, 0);
	late = run(at("d"), "d");
	assert_int_equal(match_since(&m, &mark, &found), 0);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.v[0], late);
	/* an unknown mark: look at all */
	mark.last = 0;
	assert_int_equal(match_since(&m, &mark, &found), 0);
	assert_int_equal(found.n, 2);
	assert_true(proc_mark_span() >= 1000);
	proc_mark_close(&mark);
	match_pids_free(&found);
	match_free(&m);
}

static void
a_borrowed_array_is_left_when_it_is_full(void **state)
{
	pid_t few[2] = { 0, 0 }, kids[3];
	struct match_pids pids = { .v = few, .cap = COUNT(few), .borrowed = true };
	struct match m = { .ppid = getpid() };

	(void)state;
	for (size_t i = 0; i < COUNT(kids); i++) {
		kids[i] = fork();
		assert_true(kids[i] >= 0);
		while (kids[i] == 0)
			pause();
	}
	assert_int_equal(match_scan(&m, &pids, 2), 0);
	assert_int_equal(pids.n, 2);
	assert_ptr_equal(pids.v, few);
	assert_int_equal(match_scan(&m, &pids, SIZE_MAX), 0);
	assert_int_equal(pids.n, 3);
	assert_false(pids.borrowed);
	assert_ptr_not_equal(pids.v, few);
	assert_int_equal(pids.v[0], few[0]);
	assert_int_equal(pids.v[1], few[1]);
	match_pids_free(&pids);
	for (size_t i = 0; i < COUNT(kids); i++) {
		kill(kids[i], SIGKILL);
		waitpid(kids[i], NULL, 0);
	}
}

int
main(void)
{
#undef T
#define T(f) cmocka_unit_test_setup_teardown(f, enter, leave)
	const struct CMUnitTest tests[] = {
		T(a_borrowed_array_is_left_when_it_is_full),
		T(knows_the_executable_by_inode), T(finds_replaced_and_removed_binaries), T(tells_applets_of_one_binary_apart),
		T(finds_scripts), T(knows_long_names), T(narrows_by_user_and_parent), T(leaves_zombies_out),
		T(spares_itself_and_its_ancestors), T(tells_recycled_pids_by_start_time), T(leaves_sessions_out),
		T(leaves_other_pid_namespaces_out), T(says_when_it_may_not_look), T(stops_at_the_first), T(finds_what_began_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
