#include "harness/unitlines.h"

#include <signal.h>

static bool
remarked(enum diag_level level, const char *text)
{
	for (size_t i = 0; i < remarks.n; i++)
		if (remarks.v[i].level == level && strstr(remarks.v[i].text, text))
			return true;
	return false;
}

static void
reads_names_of_units(void **state)
{
	struct service s;

	(void)state;
	with(&s, "[Unit]\nAfter=a.service b@x.service dev-disk-by\\x2dlabel.device foo@%i.socket\nBefore=nosuffix a/b.service @.service\n"
	    "BindTo=c.service\nRequiresOverridable=d.service\nRequiresMountsFor=/var//x relative\nPropagateReloadFrom=e.service");
	assert_int_equal(s.deps[SERVICE_AFTER].n, 4);
	assert_string_equal(s.deps[SERVICE_AFTER].v[2], "dev-disk-by\\x2dlabel.device");
	assert_string_equal(s.deps[SERVICE_AFTER].v[3], "foo@i.socket");
	assert_int_equal(s.deps[SERVICE_BEFORE].n, 0);
	assert_true(remarked(DIAG_WARN, "\"nosuffix\"") && remarked(DIAG_WARN, "\"a/b.service\"") && remarked(DIAG_WARN, "\"@.service\""));
	assert_string_equal(s.deps[SERVICE_BINDS_TO].v[0], "c.service");
	assert_string_equal(s.deps[SERVICE_REQUIRES].v[0], "d.service");
	assert_int_equal(s.deps[SERVICE_MOUNTS_FOR].n, 1);
	assert_string_equal(s.deps[SERVICE_MOUNTS_FOR].v[0], "/var/x");
	assert_string_equal(s.deps[SERVICE_RELOAD_FROM].v[0], "e.service");
	service_free(&s);
}

static void
reads_environment(void **state)
{
	struct service s;

	(void)state;
	with(&s, "Environment=A=1 \"B=x y\" 'C=\\x41' D=%i E 1F=2\nEnvironment=A=2 \"G=\\n\nEnvironment=A=3\nPassEnvironment=P Q-R\nUnsetEnvironment=U V=w X-Y");
	assert_int_equal(s.environment.n, 4);
	assert_string_equal(s.environment.v[0], "A=3");
	assert_string_equal(s.environment.v[1], "B=x y");
	assert_string_equal(s.environment.v[2], "C=A");
	assert_string_equal(s.environment.v[3], "D=i");
	assert_true(remarked(DIAG_WARN, "word 5 is no NAME=VALUE") && remarked(DIAG_WARN, "word 6 is no NAME=VALUE"));
	assert_true(remarked(DIAG_WARN, "unbalanced quote or bad escape"));
	assert_int_equal(s.pass_environment.n, 1);
	assert_int_equal(s.unset_environment.n, 2);
	service_free(&s);
	with(&s, "EnvironmentFile=/etc/default/%p\nEnvironmentFile=-/etc/sysconfig/*\nEnvironmentFile=relative");
	assert_int_equal(s.n_envfiles, 2);
	assert_string_equal(s.envfiles[0].path, "/etc/default/n");
	assert_false(s.envfiles[0].optional);
	assert_string_equal(s.envfiles[1].path, "/etc/sysconfig/*");
	assert_true(s.envfiles[1].optional);
	service_free(&s);
}

static void
reads_accounts(void **state)
{
	static const char *const good[] = { "root", "0", "_x", "a.b", "%i", "Some One", "65534", "0day", "domain\\user", "4294967294" };
	static const char *const bad[] = { "a:b", "a/b", ".", "..", "65535", "4294967295", "99999999999", "-1", "a\tb", "%5", "00" };
	struct service s;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		char *line = mem_fmt("User=%s\nGroup=%s", good[i], good[i]);

		with(&s, line);
		if (remarks.errors)
			fail_msg("%s was refused", good[i]);
		assert_string_equal(s.user, *good[i] == '%' ? "i" : good[i]);
		assert_string_equal(s.group, s.user);
		service_free(&s);
		free(line);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		char *line = mem_fmt("User=%s", bad[i]);

		with(&s, line);
		if (remarks.errors != 1)
			fail_msg("%s was not refused", bad[i]);
		assert_null(s.user);
		service_free(&s);
		free(line);
	}
	with(&s, "User=a\nUser=\nSupplementaryGroups=a b\nSupplementaryGroups=c");
	assert_null(s.user);
	assert_int_equal(s.supplementary_groups.n, 3);
	service_free(&s);
}

static void
reads_places(void **state)
{
	struct service s;

	(void)state;
	with(&s, "WorkingDirectory=-/var/lib/%p\nPIDFile=x.pid\nRuntimeDirectory=a \"b c\" d/e ../f /g h:i\nRuntimeDirectoryPreserve=restart");
	assert_string_equal(s.working_directory, "/var/lib/n");
	assert_true(s.working_directory_optional);
	assert_string_equal(s.pid_file, "/run/x.pid");
	assert_int_equal(s.dirs[SERVICE_DIR_RUNTIME].names.n, 4);
	assert_string_equal(s.dirs[SERVICE_DIR_RUNTIME].names.v[1], "b c");
	assert_string_equal(s.dirs[SERVICE_DIR_RUNTIME].names.v[3], "h");
	assert_true(remarked(DIAG_WARN, "symbolic link \"i\" to \"h\" is not made"));
	assert_int_equal(s.runtime_preserve, 2);
	assert_int_equal(s.n_ignored, 1);
	service_free(&s);
	with(&s, "ConfigurationDirectory=a:b c\nStateDirectory=private private/x y");
	assert_int_equal(s.dirs[SERVICE_DIR_CONFIGURATION].names.n, 1);
	assert_int_equal(s.dirs[SERVICE_DIR_STATE].names.n, 1);
	service_free(&s);
	with(&s, "WorkingDirectory=~\nPIDFile=%t/%i.pid\nRuntimeDirectoryPreserve=yes");
	assert_string_equal(s.working_directory, "~");
	assert_string_equal(s.pid_file, "/run/i.pid");
	assert_int_equal(s.runtime_preserve, 1);
	service_free(&s);
	with(&s, "PIDFile=%i.pid\nPIDFile=/a/../b\nWorkingDirectory=relative");
	assert_string_equal(s.pid_file, "/run/i.pid");
	assert_true(remarked(DIAG_ERROR, "WorkingDirectory=: the path \"relative\" is not absolute"));
	service_free(&s);
	with(&s, "PIDFile=/a\nPIDFile=");
	assert_null(s.pid_file);
	service_free(&s);
}

static void
reads_exit_statuses(void **state)
{
	struct service s;

	(void)state;
	with(&s, "SuccessExitStatus=1 TEMPFAIL SIGUSR1 255\nSuccessExitStatus=7 nonsense 256\nRestartPreventExitStatus=1\nRestartPreventExitStatus=\nRestartForceExitStatus=KILL");
	assert_int_equal(s.success.codes[0], 1 << 1 | 1 << 7);
	assert_int_equal(s.success.codes[1], 1 << (75 - 64));
	assert_true(s.success.codes[3] == UINT64_C(1) << 63);
	assert_int_equal(s.success.signals, 1 << SIGUSR1);
	assert_true(remarked(DIAG_WARN, "\"nonsense\"") && remarked(DIAG_WARN, "\"256\""));
	assert_int_equal(s.restart_prevent.codes[0], 0);
	assert_int_equal(s.restart_force.signals, 1 << SIGKILL);
	service_free(&s);
}

static void
reads_times_and_types(void **state)
{
	struct service s;

	(void)state;
	with(&s, "TimeoutSec=5\nType=notify\nNotifyAccess=all");
	assert_int_equal(s.timeout_start_us, 5000000);
	assert_int_equal(s.timeout_stop_us, 5000000);
	assert_true(s.timeout_start_set && s.type_set && s.notify_access_set);
	assert_int_equal(s.notify_access, SERVICE_NOTIFY_ALL);
	service_free(&s);
	with(&s, "KillMode=none\nKillMode=\nRootDirectory=relative\nBusName=org.x-y._z\nBusName=\nBusName=x\nBusName=a..b\nBusName=a.1\nDocumentation=foo man:x(8) man:");
	assert_int_equal(s.kill_mode, SERVICE_KILL_GROUP);
	assert_int_equal(remarks.errors, 1);
	assert_string_equal(s.bus_name, "org.x-y._z");
	assert_int_equal(s.documentation.n, 0);
	service_free(&s);
	with(&s, "[Unit]\nDocumentation=foo man:x(8) man:");
	assert_int_equal(s.documentation.n, 1);
	assert_int_equal(remarks.n, 2);
	service_free(&s);
	with(&s, "Nice=-5\nOOMScoreAdjust=-1000");
	assert_true(s.nice_set && s.nice == -5 && s.oom_score_adjust_set && s.oom_score_adjust == -1000);
	service_free(&s);
	with(&s, "Nice=20\nOOMScoreAdjust=1001\nType=fork");
	assert_false(s.nice_set || s.oom_score_adjust_set || s.type_set);
	assert_int_equal(remarks.n, 3);
	service_free(&s);
}

static void
reads_conditions(void **state)
{
	struct service s;

	(void)state;
	with(&s, "[Unit]\nConditionPathExists=relative\nConditionPathExists=|!/a/%p\nConditionPathExists=| !/b\nAssertUser=@system\nConditionNeedsUpdate=/etc\nConditionHost=%5");
	assert_int_equal(s.n_conditions, 2);
	assert_string_equal(s.conditions[0].value, "/a/n");
	assert_true(s.conditions[0].trigger && s.conditions[0].negate);
	assert_true(s.conditions[1].is_assert && !s.conditions[1].negate);
	assert_string_equal(s.conditions[1].file, "f");
	assert_int_equal(s.n_ignored, 1);
	assert_string_equal(s.ignored[0].key, "ConditionNeedsUpdate");
	service_free(&s);
}

static int
tidy(void **state)
{
	(void)state;
	diag_free(&remarks);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_names_of_units), T(reads_environment), T(reads_accounts), T(reads_places), T(reads_exit_statuses),
		T(reads_times_and_types), T(reads_conditions),
	};

	return cmocka_run_group_tests(tests, NULL, tidy);
}
