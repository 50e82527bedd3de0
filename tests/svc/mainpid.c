#include "svc/mainpid.h"

#include <sys/stat.h>

#include "harness/scene.h"

/* a runner of its own in a child: it blocks signals and adopts orphans */
static void
run(struct scene *s, struct runner *r)
{
	scene_service(s, SERVICE_FORKING);
	s->svc.pid_file = mem_fmt("%s/a/b/pid", s->root);
	scene_sh(s, SERVICE_START, "exit 0");
	scene_ready(s);
	REQUIRE(runner_init(r, &s->svc, &s->ctx, s->root, (struct cgroup)CGROUP_INIT, false) == 0);
}

static void
done(struct scene *s, struct runner *r)
{
	runner_free(r);
	scene_free(s);
}

static void
write_pid(const char *path, pid_t pid, mode_t mode)
{
	char text[32];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), n = snprintf(text, sizeof text, "%ld\n", (long)pid);

	REQUIRE(fd >= 0 && write(fd, text, (size_t)n) == n && fchmod(fd, mode) == 0);
	close(fd);
}

static pid_t
waits(void)
{
	pid_t pid = fork();

	while (pid == 0)
		pause();
	REQUIRE(pid > 0);
	return pid;
}

static void
ends(pid_t pid)
{
	REQUIRE(kill(pid, SIGKILL) == 0);
	REQUIRE(waitpid(pid, NULL, 0) == pid);
}

static void
see_it_appear(void *arg)
{
	struct runner r;
	struct scene s;
	pid_t pid, writer;

	(void)arg;
	run(&s, &r);
	REQUIRE(mainpid_watch(&r) == 0);
	pid = waits();
	writer = fork();
	if (writer == 0) {
		/* one by one, as fast as it goes: none of the steps may be missed */
		REQUIRE(mkdir("a", 0755) == 0 && mkdir("a/b", 0755) == 0);
		write_pid("a/b/pid.new", pid, 0644);
		REQUIRE(rename("a/b/pid.new", "a/b/pid") == 0);
		for (;;)
			pause();
	}
	REQUIRE(runner_wait(&r, mainpid_from_file, clock_after(10000000), false) == RUNNER_MET);
	REQUIRE(r.main == pid && !r.main_ended);
	mainpid_unwatch(&r);
	REQUIRE(r.watch_fd == -1);
	/* without one it is nothing */
	mainpid_unwatch(&r);
	ends(writer);
	ends(pid);
	done(&s, &r);
}

static void
the_file_may_come_late_with_its_directories(void **state)
{
	(void)state;
	live_in_child(see_it_appear, NULL);
}

static void
look_at_bad_ones(void *arg)
{
	struct runner r;
	struct scene s;
	pid_t pid, stranger = *(pid_t *)arg;

	run(&s, &r);
	pid = waits();
	REQUIRE(mkdir("a", 0755) == 0 && mkdir("a/b", 0755) == 0);
	/* not there, empty, nonsense */
	REQUIRE(!mainpid_from_file(&r));
	close(open("a/b/pid", O_CREAT | O_WRONLY, 0644));
	REQUIRE(!mainpid_from_file(&r));
	/* the keeper itself, and a process that is older than it */
	write_pid("a/b/pid", getpid(), 0644);
	REQUIRE(!mainpid_from_file(&r));
	write_pid("a/b/pid", stranger, 0644);
	REQUIRE(!mainpid_from_file(&r));
	write_pid("a/b/pid", 1, 0644);
	REQUIRE(!mainpid_from_file(&r));
	write_pid("a/b/pid", 4194304, 0644);
	REQUIRE(!mainpid_from_file(&r));
	REQUIRE(r.main == 0);
	/* our own may be named by a file that others could write, or by a link */
	REQUIRE(rename("a/b/pid", "a/b/old") == 0 && symlink("old", "a/b/pid") == 0);
	write_pid("a/b/old", pid, 0666);
	REQUIRE(mainpid_from_file(&r));
	REQUIRE(r.main == pid);
	/* nobody is left: that is an end, with no main process */
	r.main = 0;
	ends(pid);
	write_pid("a/b/old", stranger, 0644);
	REQUIRE(mainpid_from_file(&r));
	REQUIRE(r.main == 0);
	done(&s, &r);
}

static void
strangers_are_not_taken(void **state)
{
	pid_t stranger = live_child();
	struct proc_stat st, own;

	(void)state;
	/* start times have the grain of clock ticks: the runner must be born in a later one */
	assert_int_equal(proc_stat(stranger, &st), 0);
	for (;;) {
		pid_t pid = live_child();
		bool later = proc_stat(pid, &own) == 0 && own.start > st.start;

		live_end(pid);
		if (later)
			break;
	}
	live_in_child(look_at_bad_ones, &stranger);
	assert_int_equal(proc_alive(stranger, 0), 1);
	live_end(stranger);
}

static void
guess_it(void *arg)
{
	struct runner r;
	struct scene s;
	pid_t one, two;

	(void)arg;
	run(&s, &r);
	REQUIRE(!mainpid_guess(&r));
	one = waits();
	REQUIRE(mainpid_guess(&r));
	REQUIRE(r.main == one);
	r.main = 0;
	two = waits();
	/* which of two is nobody's guess */
	REQUIRE(!mainpid_guess(&r));
	REQUIRE(r.main == 0);
	kill(one, SIGKILL);
	REQUIRE(waitid(P_PID, (id_t)one, &(siginfo_t){ 0 }, WEXITED | WNOWAIT) == 0);
	/* a zombie is none */
	REQUIRE(mainpid_guess(&r));
	REQUIRE(r.main == two);
	REQUIRE(waitpid(one, NULL, 0) == one);
	ends(two);
	done(&s, &r);
}

static void
the_only_child_is_guessed(void **state)
{
	(void)state;
	live_in_child(guess_it, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(the_file_may_come_late_with_its_directories), IN_DIR(strangers_are_not_taken), IN_DIR(the_only_child_is_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
