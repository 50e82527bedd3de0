#include "svc/group.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "harness/live.h"
#include "svc/stop.h"

#define CGROUPS "/sys/fs/cgroup/initwright"

static bool
have_cgroups(void)
{
	return live_in_throwaway() && access("/sys/fs/cgroup/cgroup.procs", W_OK) == 0;
}

static void
reap_all(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* the tests run as a keeper does: what our children leave behind comes to us */
static int
adopt(void **state)
{
	(void)state;
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static void
there_may_be_nobody(void **state)
{
	struct group g;

	(void)state;
	group_init(&g, (struct cgroup)CGROUP_INIT, getpid());
	assert_int_equal(group_list(&g), 0);
	assert_false(group_has(&g, getpid()));
	assert_false(group_has(&g, 1));
	assert_false(group_has(&g, 0));
	assert_false(group_has(&g, -1));
	assert_int_equal(group_signal(&g, SIGTERM, 0), 0);
	group_free(&g);
	group_init(&g, (struct cgroup)CGROUP_INIT, 0);
	assert_int_equal(group_list(&g), 0);
	group_free(&g);
}

static void
zombies_do_not_count(void **state)
{
	struct group g;
	siginfo_t info;
	pid_t a, b;

	(void)state;
	group_init(&g, (struct cgroup)CGROUP_INIT, getpid());
	a = live_child();
	b = live_child();
	assert_int_equal(group_list(&g), 2);
	assert_true(group_has(&g, a) && group_has(&g, b));
	kill(a, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)a, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(group_list(&g), 1);
	assert_int_equal(g.pids[0], b);
	live_end(a);
	/* who is spared is spared */
	assert_int_equal(group_signal(&g, SIGKILL, b), 0);
	assert_int_equal(group_signal(&g, SIGKILL, 0), 1);
	live_end(b);
	group_free(&g);
}

/* a process with a session of its own, two forks away */
static pid_t
stray(void)
{
	int p[2];
	pid_t pid, got;

	assert_int_equal(pipe(p), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		setsid();
		pid = fork();
		if (pid == 0) {
			setsid();
			got = getpid();
			REQUIRE(write(p[1], &got, sizeof got) == sizeof got);
			close(p[0]);
			close(p[1]);
			for (;;)
				pause();
		}
		_exit(0);
	}
	assert_int_equal(read(p[0], &got, sizeof got), sizeof got);
	close(p[0]);
	close(p[1]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return got;
}

static void
daemons_cannot_leave(void **state)
{
	struct proc_stat st;
	struct group g;
	pid_t pid = stray();

	(void)state;
	assert_int_equal(proc_stat(pid, &st), 0);
	assert_int_equal(st.sid, pid);
	assert_int_equal(st.ppid, getpid());
	group_init(&g, (struct cgroup)CGROUP_INIT, getpid());
	assert_int_equal(group_list(&g), 1);
	assert_int_equal(g.pids[0], pid);
	assert_true(group_has(&g, pid));
	assert_int_equal(group_signal(&g, SIGTERM, 0), 1);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	group_free(&g);
}

static void
fork_on_and_on(int depth, int *count)
{
	for (;;) {
		pid_t pid = depth > 0 ? fork() : -1;

		if (pid == 0) {
			depth--;
			continue;
		}
		__atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
		for (;;)
			pause();
	}
}

/* each is the child of the one before */
static void
deep_trees_get_the_signal(void **state)
{
	int *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct group g;
	pid_t pid;

	(void)state;
	assert_true(count != MAP_FAILED);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		fork_on_and_on(99, count);
	UNTIL(__atomic_load_n(count, __ATOMIC_SEQ_CST) == 100);
	group_init(&g, (struct cgroup)CGROUP_INIT, getpid());
	assert_int_equal(group_list(&g), 100);
	/* the deepest first, or they would come up to us meanwhile */
	assert_true(group_has(&g, g.pids[99]));
	assert_int_equal(group_signal(&g, SIGSTOP, 0), 100);
	assert_int_equal(group_signal(&g, SIGKILL, 0), 100);
	UNTIL((reap_all(), group_list(&g) == 0));
	group_free(&g);
	munmap(count, sizeof *count);
}

static void
its_control_group_holds_them(void **state)
{
	struct cgroup cg = CGROUP_INIT;
	struct group g;
	pid_t in, out;

	(void)state;
	if (!have_cgroups())
		skip();
	assert_int_equal(cgroup_make(&cg, CGROUPS, "unit"), 0);
	/* without an ancestor only the control group counts */
	group_init(&g, cg, 0);
	fflush(NULL);
	in = fork();
	assert_true(in >= 0);
	if (in == 0) {
		REQUIRE(cgroup_join(&cg) == 0);
		for (;;)
			pause();
	}
	out = live_child();
	UNTIL(group_list(&g) == 1);
	assert_int_equal(g.pids[0], in);
	assert_true(group_has(&g, in));
	assert_false(group_has(&g, out));
	assert_int_equal(group_signal(&g, SIGKILL, 0), 1);
	live_end(in);
	assert_int_equal(group_list(&g), 0);
	assert_int_equal(proc_alive(out, 0), 1);
	/* with one, who is outside of the control group is found when it is empty */
	g.ancestor = getpid();
	assert_int_equal(group_list(&g), 1);
	assert_int_equal(g.pids[0], out);
	live_end(out);
	assert_int_equal(cgroup_remove(&g.cgroup), 0);
	group_free(&g);
}

/* --- a fork bomb: each of them forks anew as soon as it can, until so many were made --- */

enum { BOMB = 200, BEGUN = 20 };

static void
explode(int *made)
{
	struct timespec nap = { 0, 2000000 };

	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	for (;; nanosleep(&nap, NULL))
		if (__atomic_load_n(made, __ATOMIC_SEQ_CST) < BOMB && fork() == 0) {
			setsid();
			__atomic_add_fetch(made, 1, __ATOMIC_SEQ_CST);
		}
}

static void
defuse(struct cgroup cg)
{
	int *made = mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t end = clock_after(3 * LIVE_SECONDS * UINT64_C(1000000));
	enum stop_state s;
	struct service svc;
	struct group g;
	struct stop stop;
	pid_t pid;

	assert_true(made != MAP_FAILED);
	service_init(&svc, "bomb");
	svc.timeout_stop_us = 10000;
	group_init(&g, cg, getpid());
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (cg.fd >= 0)
			REQUIRE(cgroup_join(&cg) == 0);
		explode(made);
	}
	UNTIL(__atomic_load_n(made, __ATOMIC_SEQ_CST) > BEGUN);
	s = stop_begin(&stop, &svc, &g, pid, 0);
	while (s != STOP_DONE && clock_now() < end) {
		reap_all();
		/* they are deaf, so it is the final signal that ends them */
		if (s == STOP_SURVIVED)
			s = stop_begin(&stop, &svc, &g, 0, 0);
		else
			s = stop_step(&stop);
	}
	reap_all();
	assert_int_equal(s, STOP_DONE);
	assert_int_equal(group_list(&g), 0);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
	assert_int_equal(errno, ECHILD);
	cgroup_remove(&g.cgroup);
	group_free(&g);
	service_free(&svc);
	munmap(made, sizeof *made);
}

static void
a_fork_bomb_is_ended(void **state)
{
	struct cgroup none = CGROUP_INIT, cg = CGROUP_INIT;

	(void)state;
	if (!live_in_throwaway())
		skip();
	defuse(none);
	if (have_cgroups()) {
		assert_int_equal(cgroup_make(&cg, CGROUPS, "bomb"), 0);
		defuse(cg);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(there_may_be_nobody), T(zombies_do_not_count), T(daemons_cannot_leave), T(deep_trees_get_the_signal),
		T(its_control_group_holds_them), T(a_fork_bomb_is_ended),
	};

	return cmocka_run_group_tests(tests, adopt, NULL);
}
