#include "harness/unit.h"

#include <signal.h>
#include <syslog.h>

#include "base/mem.h"
#include "os/clock.h"
#include "svc/service.h"

/* wait(2) statuses */
enum { EXIT = 256, CORE = 0x80 };

static void
add_command(struct service *s, enum service_list list, const char *path)
{
	struct service_commands *c = &s->cmd[list];

	c->v = mem_grow(c->v, &c->cap, c->n + 1, sizeof *c->v);
	c->v[c->n] = (struct service_command){ .path = mem_str(path), .file = mem_str("f") };
	vec_add(&c->v[c->n++].argv, path);
}

static void
has_the_defaults_of_systemd(void **state)
{
	struct service s;

	(void)state;
	service_init(&s, "x");
	assert_string_equal(s.name, "x");
	assert_true(s.default_dependencies && s.guess_main_pid && s.send_sigkill && s.ignore_sigpipe);
	assert_false(s.send_sighup || s.remain_after_exit || s.no_new_privileges);
	assert_int_equal(s.timeout_start_us, 90000000);
	assert_int_equal(s.timeout_stop_us, 90000000);
	assert_int_equal(s.restart_us, 100000);
	assert_int_equal(s.start_limit_us, 10000000);
	assert_int_equal(s.start_limit_burst, 5);
	assert_int_equal(s.kill_signal, SIGTERM);
	assert_int_equal(s.final_signal, SIGKILL);
	assert_int_equal(s.umask, 022);
	assert_int_equal(s.kill_mode, SERVICE_KILL_GROUP);
	assert_int_equal(s.dirs[SERVICE_DIR_STATE].mode, 0755);
	assert_int_equal(s.out, SERVICE_OUT_LOG);
	assert_int_equal(s.err, SERVICE_OUT_INHERIT);
	assert_int_equal(s.syslog_facility, LOG_DAEMON);
	service_free(&s);
}

static void
fills_in_what_follows(void **state)
{
	struct service s;

	(void)state;
	service_init(&s, "x");
	add_command(&s, SERVICE_START, "/usr/sbin/daemon");
	vec_add(&s.environment, "A=1");
	vec_add(&s.environment, "A=2");
	assert_null(service_finish(&s));
	assert_int_equal(s.type, SERVICE_SIMPLE);
	assert_string_equal(s.syslog_identifier, "daemon");
	assert_int_equal(s.environment.n, 1);
	assert_string_equal(s.environment.v[0], "A=2");
	service_free(&s);

	service_init(&s, "x");
	add_command(&s, SERVICE_START, "/d");
	s.bus_name = mem_str("org.x");
	s.watchdog_us = 1;
	assert_null(service_finish(&s));
	assert_int_equal(s.type, SERVICE_DBUS);
	assert_int_equal(s.notify_access, SERVICE_NOTIFY_MAIN);
	assert_int_equal(s.timeout_start_us, 90000000);
	service_free(&s);

	service_init(&s, "x");
	add_command(&s, SERVICE_STOP, "/d");
	s.remain_after_exit = true;
	assert_null(service_finish(&s));
	assert_int_equal(s.type, SERVICE_ONESHOT);
	assert_int_equal(s.timeout_start_us, CLOCK_FOREVER);
	assert_string_equal(s.syslog_identifier, "x");
	service_free(&s);
}

static void
misfit(enum service_type type, int starts, int stops, enum service_restart restart, const char *reason)
{
	struct service s;
	char *why;

	service_init(&s, "x");
	s.type = type;
	s.type_set = true;
	s.restart = restart;
	while (starts-- > 0)
		add_command(&s, SERVICE_START, "/d");
	while (stops-- > 0)
		add_command(&s, SERVICE_STOP, "/d");
	why = service_finish(&s);
	if (!reason)
		assert_null(why);
	else if (!why || !strstr(why, reason))
		fail_msg("\"%s\" does not say \"%s\"", why ? why : "", reason);
	free(why);
	service_free(&s);
}

static void
refuses_what_does_not_fit(void **state)
{
	(void)state;
	misfit(SERVICE_SIMPLE, 0, 0, SERVICE_RESTART_NO, "neither ExecStart= nor ExecStop=");
	misfit(SERVICE_SIMPLE, 0, 1, SERVICE_RESTART_NO, "only Type=oneshot may go without");
	misfit(SERVICE_ONESHOT, 0, 1, SERVICE_RESTART_NO, "RemainAfterExit=yes");
	misfit(SERVICE_FORKING, 2, 0, SERVICE_RESTART_NO, "more than one ExecStart=");
	misfit(SERVICE_ONESHOT, 2, 0, SERVICE_RESTART_NO, NULL);
	misfit(SERVICE_ONESHOT, 1, 0, SERVICE_RESTART_ALWAYS, "Restart=always");
	misfit(SERVICE_ONESHOT, 1, 0, SERVICE_RESTART_SUCCESS, "Restart=on-success");
	misfit(SERVICE_ONESHOT, 1, 0, SERVICE_RESTART_FAILURE, NULL);
	misfit(SERVICE_DBUS, 1, 0, SERVICE_RESTART_NO, "BusName=");
}

static void
tells_clean_ends(void **state)
{
	struct service s;

	(void)state;
	service_init(&s, "x");
	assert_true(service_clean_exit(&s, 0));
	assert_true(service_clean_exit(&s, SIGHUP) && service_clean_exit(&s, SIGINT) && service_clean_exit(&s, SIGTERM) && service_clean_exit(&s, SIGPIPE));
	assert_false(service_clean_exit(&s, 1 * EXIT) || service_clean_exit(&s, SIGKILL) || service_clean_exit(&s, SIGABRT | CORE));
	assert_false(service_clean_exit(&s, SIGTERM | CORE));
	s.type = SERVICE_ONESHOT;
	assert_true(service_clean_exit(&s, 0));
	assert_false(service_clean_exit(&s, SIGTERM));
	s.success.codes[3] |= UINT64_C(1) << 63;
	s.success.codes[1] |= 1;
	s.success.signals |= UINT64_C(1) << SIGUSR1;
	assert_true(service_clean_exit(&s, 255 * EXIT) && service_clean_exit(&s, 64 * EXIT) && service_clean_exit(&s, SIGUSR1));
	assert_false(service_clean_exit(&s, 254 * EXIT) || service_clean_exit(&s, SIGUSR2) || service_clean_exit(&s, SIGUSR1 | CORE));
	service_free(&s);
}

static void
names_types(void **state)
{
	(void)state;
	assert_string_equal(service_type_name(SERVICE_SIMPLE), "simple");
	assert_string_equal(service_type_name(SERVICE_IDLE), "idle");
	assert_string_equal(service_type_name((enum service_type)99), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(has_the_defaults_of_systemd), T(fills_in_what_follows), T(refuses_what_does_not_fit), T(tells_clean_ends), T(names_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
