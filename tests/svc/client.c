#include "svc/client.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "harness/live.h"
#include "os/proc.h"

/* a record of a running service whose keeper and main process are these, in the directory "run" */
static int
record_of(pid_t keeper, pid_t main)
{
	struct record r = { .state = RECORD_RUNNING, .keeper = keeper, .main = main, .since = 1 };
	struct proc_stat st;
	int fd = record_create("run");

	assert_true(fd >= 0);
	proc_boot_id(r.boot);
	r.keeper_start = proc_stat(keeper, &st) == 0 ? st.start : 1;
	r.main_start = proc_stat(main, &st) == 0 ? st.start : 1;
	strcpy(r.result, "success");
	assert_int_equal(record_write(fd, &r), 0);
	return fd;
}

static struct client_state
look(void)
{
	struct client_state s;

	assert_int_equal(client_look("run", &s), 0);
	return s;
}

static void
nothing_is_known_of_what_left_no_record(void **state)
{
	struct client_state s = look();

	(void)state;
	assert_false(s.recorded);
	assert_false(client_is_up(&s));
}

static void
a_lock_says_that_it_is_kept(void **state)
{
	int fd = record_of(getpid(), getpid());
	struct client_state s = look();

	(void)state;
	assert_true(s.recorded && s.kept);
	assert_false(s.orphan);
	assert_true(client_is_up(&s));
	close(fd);
}

static void
without_a_lock_the_main_process_counts(void **state)
{
	pid_t main = live_child();
	struct client_state s;

	(void)state;
	close(record_of(getpid(), main));
	s = look();
	assert_true(s.recorded && s.orphan && !s.kept);
	kill(main, SIGKILL);
	waitpid(main, NULL, 0);
	s = look();
	assert_true(s.recorded && !s.orphan && !s.kept);
	assert_false(client_is_up(&s));
}

static void
another_boot_or_start_time_is_another_process(void **state)
{
	pid_t main = live_child();
	struct client_state s;
	int fd = record_of(getpid(), main);

	(void)state;
	s = look();
	s.rec.main_start++;
	assert_int_equal(record_write(fd, &s.rec), 0);
	close(fd);
	s = look();
	assert_false(s.orphan);
	fd = record_of(getpid(), main);
	s = look();
	strcpy(s.rec.boot, "00000000-0000-0000-0000-000000000000");
	assert_int_equal(record_write(fd, &s.rec), 0);
	close(fd);
	s = look();
	assert_false(s.orphan);
	kill(main, SIGKILL);
	waitpid(main, NULL, 0);
}

static void
an_empty_record_is_a_keeper_about_to_start(void **state)
{
	struct client_state s;
	int fd = record_create("run");

	(void)state;
	assert_true(fd >= 0);
	s = look();
	assert_true(s.recorded && s.kept);
	assert_int_equal(s.rec.state, RECORD_STARTING);
	close(fd);
	s = look();
	assert_false(s.recorded);
}

static void
what_cannot_be_read_is_an_error(void **state)
{
	struct client_state s;

	(void)state;
	assert_int_equal(mkdir("run", 0755), 0);
	assert_int_equal(symlink("/etc/passwd", "run/record"), 0);
	assert_int_equal(client_look("run", &s), -1);
	assert_int_equal(errno, ELOOP);
}

static void
a_change_wakes_who_awaits_it(void **state)
{
	uint64_t begin = clock_now();

	(void)state;
	assert_int_equal(mkdir("run", 0755), 0);
	client_await("run", clock_after(20 * UINT64_C(1000000)));
	/* nobody changed anything: it looks again soon all the same */
	assert_true(clock_now() - begin < 10 * UINT64_C(1000000));
}

static void
orphans_are_ended_with_their_record(void **state)
{
	pid_t main = live_child();
	struct service svc;
	struct client_state s;
	int status;

	(void)state;
	service_init(&svc, "x");
	close(record_of(getpid(), main));
	s = look();
	/* the test is their parent: nobody else reaps here, and a zombie is gone to all who ask */
	assert_int_equal(client_end_orphans(&svc, "run", &s.rec), 0);
	assert_int_equal(waitpid(main, &status, WNOHANG), main);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_int_equal(access("run", F_OK), -1);
	service_free(&svc);
}

static void
orphans_of_a_kept_service_are_not_ours(void **state)
{
	struct service svc;
	struct client_state s;
	int fd = record_of(getpid(), getpid());

	(void)state;
	service_init(&svc, "x");
	s = look();
	assert_int_equal(client_end_orphans(&svc, "run", &s.rec), -1);
	assert_int_equal(errno, EAGAIN);
	close(fd);
	service_free(&svc);
}

static void
a_keeper_of_another_start_time_gets_no_signal(void **state)
{
	pid_t other = live_child();
	struct record r = { .keeper = other, .keeper_start = 1 };

	(void)state;
	assert_int_equal(client_end_keeper(&r), 0);
	assert_int_equal(proc_alive(other, 0), 1);
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
}

#define IN_DIRECTORY(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(nothing_is_known_of_what_left_no_record), IN_DIRECTORY(a_lock_says_that_it_is_kept),
		IN_DIRECTORY(without_a_lock_the_main_process_counts), IN_DIRECTORY(another_boot_or_start_time_is_another_process),
		IN_DIRECTORY(an_empty_record_is_a_keeper_about_to_start), IN_DIRECTORY(what_cannot_be_read_is_an_error),
		IN_DIRECTORY(a_change_wakes_who_awaits_it), IN_DIRECTORY(orphans_are_ended_with_their_record),
		IN_DIRECTORY(orphans_of_a_kept_service_are_not_ours), IN_DIRECTORY(a_keeper_of_another_start_time_gets_no_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
