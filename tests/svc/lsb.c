#include "harness/live.h"

#include "svc/lsb.h"

/* what the module makes lives as long as the process: nothing to be found there */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void
makes_a_launch(void **state)
{
	struct lsb s = { .path = "/usr/sbin/foo" };
	struct launch l = { .pid = 0 };

	(void)state;
	assert_null(lsb_launch(&s, &l));
	assert_string_equal(l.match.exec, "/usr/sbin/foo");
	assert_string_equal(l.pidfile, "/var/run/foo.pid");
	assert_true(l.fall_back);
	assert_int_equal(l.trust, LAUNCH_TRUST_OWNER);
	l = (struct launch){ .pid = 0 };
	s = (struct lsb){ .path = "/usr/sbin/foo", .pidfile = "/run/x.pid", .root = "/srv/jail", .by_name = true, .zombies = true };
	assert_null(lsb_launch(&s, &l));
	assert_string_equal(l.match.exec, "/srv/jail/usr/sbin/foo");
	assert_string_equal(l.pidfile, "/srv/jail/run/x.pid");
	assert_false(l.fall_back);
	assert_true(l.match.named_exec && l.match.zombies);
	l = (struct launch){ .pid = 0 };
	s = (struct lsb){ .path = "foo" };
	assert_null(lsb_launch(&s, &l));
	assert_null(l.match.exec);
	assert_string_equal(l.match.name, "foo");
	l = (struct launch){ .pid = 0 };
	s = (struct lsb){ .path = "/usr/sbin/kworker", .name_only = true };
	assert_null(lsb_launch(&s, &l));
	assert_string_equal(l.match.name, "kworker");
}

static void
leaves_sessions_out(void **state)
{
	struct lsb s = { .path = "/usr/sbin/foo" };
	struct launch l = { .pid = 0 };
	pid_t pid = live_child();
	char *why;

	(void)state;
	assert_int_equal(pidfile_write("ignore", pid, 0), 0);
	vec_add(&s.ignore, "ignore");
	assert_null(lsb_launch(&s, &l));
	assert_int_equal(l.match.n_sessions, 1);
	assert_int_equal(l.match.sessions[0], getsid(0));
	vec_add(&s.ignore, "none");
	l = (struct launch){ .pid = 0 };
	why = lsb_launch(&s, &l);
	assert_string_equal(why, "unable to take a pid from none");
	free(why);
	vec_free(&s.ignore);
	live_end(pid);
}

static void
speaks_in_codes(void **state)
{
	pid_t pids[] = { 7, 12345 };
	struct match_pids list = { .v = pids, .n = 2, .cap = 2 };
	char *text = lsb_pids(&list);

	(void)state;
	assert_string_equal(text, "7 12345\n");
	free(text);
	assert_int_equal(lsb_status(LAUNCH_RUNNING), 0);
	assert_int_equal(lsb_status(LAUNCH_DEAD_PIDFILE), 1);
	assert_int_equal(lsb_status(LAUNCH_DEAD), 3);
	assert_int_equal(lsb_status(LAUNCH_REFUSED), 4);
	assert_int_equal(lsb_error(EPERM), 4);
	assert_int_equal(lsb_error(ENOENT), 5);
	assert_int_equal(lsb_error(EIO), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(makes_a_launch), cmocka_unit_test_setup_teardown(leaves_sessions_out, enter_directory, leave_directory), T(speaks_in_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
