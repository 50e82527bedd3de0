#include "harness/unit.h"

#include <signal.h>

#include "os/clock.h"
#include "svc/unitkeys.h"
#include "svc/unitvalue.h"

struct fixture {
	struct service s;
	struct diag d;
	struct unitvalue_ctx x;
};

static void
begin(struct fixture *f)
{
	*f = (struct fixture){ .d = DIAG_INIT };
	service_init(&f->s, "n");
	f->x = (struct unitvalue_ctx){ .s = &f->s, .d = &f->d, .spec = { f->s.name, "/f", NULL }, .file = "f", .line = 3 };
}

static void
end(struct fixture *f)
{
	service_free(&f->s);
	diag_free(&f->d);
}

static void
set(struct fixture *f, const char *key, const char *value)
{
	const struct unitvalue_key *k = unitkeys_find(UNITVALUE_SERVICE, key);

	assert_non_null(k);
	k->fn(&f->x, k, value);
}

static void
reads_plain_values(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	set(&f, "RemainAfterExit", "On");
	assert_true(f.s.remain_after_exit);
	set(&f, "GuessMainPID", "no");
	assert_false(f.s.guess_main_pid);
	set(&f, "RestartSec", "1min 2");
	assert_int_equal(f.s.restart_us, 62000000);
	set(&f, "TimeoutStopSec", "0");
	assert_int_equal(f.s.timeout_stop_us, CLOCK_FOREVER);
	set(&f, "WatchdogSec", "infinity");
	assert_int_equal(f.s.watchdog_us, 0);
	set(&f, "UMask", "0077");
	assert_int_equal(f.s.umask, 077);
	set(&f, "StateDirectoryMode", "0750");
	assert_int_equal(f.s.dirs[SERVICE_DIR_STATE].mode, 0750);
	set(&f, "StartLimitBurst", "7");
	assert_int_equal(f.s.start_limit_burst, 7);
	set(&f, "KillSignal", "SIGINT");
	assert_int_equal(f.s.kill_signal, SIGINT);
	set(&f, "FinalKillSignal", "3");
	assert_int_equal(f.s.final_signal, SIGQUIT);
	set(&f, "KillMode", "process");
	assert_int_equal(f.s.kill_mode, SERVICE_KILL_PROCESS);
	set(&f, "Restart", "on-abort");
	assert_int_equal(f.s.restart, SERVICE_RESTART_ABORT);
	set(&f, "SyslogIdentifier", "org.%N.x");
	assert_string_equal(f.s.syslog_identifier, "org.n.x");
	set(&f, "SyslogIdentifier", "");
	assert_null(f.s.syslog_identifier);
	set(&f, "StartLimitBurst", "+0x10");
	assert_int_equal(f.s.start_limit_burst, 16);
	set(&f, "Nice", "-010");
	assert_int_equal(f.s.nice, -8);
	set(&f, "RootDirectory", "//srv/./%N/");
	assert_string_equal(f.s.root_directory, "/srv/n");
	assert_int_equal(f.d.n, 0);
	end(&f);
}

static void
leaves_the_old_value_for_a_bad_one(void **state)
{
	static const struct {
		const char *key, *value;
	} bad[] = {
		{ "RemainAfterExit", "maybe" }, { "RestartSec", "soon" }, { "UMask", "8" }, { "UMask", "77777" }, { "StartLimitBurst", "-1" },
		{ "KillSignal", "0" }, { "KillSignal", "NONE" }, { "KillMode", "Process" }, { "SyslogIdentifier", "%5" }, { "KillSignal", "term" },
		{ "LimitCORE", "" }, { "LimitNICE", "infinity" }, { "Nice", "0x" }, { "Nice", "08" }, { "Nice", "-+1" }, { "LimitNOFILE", "1:x" }, { "LimitNOFILE", "2:1" }, { "LimitCORE", "x" }, { "LimitNICE", "-21" },
		{ "LimitNOFILE", "1K" }, { "LimitCPU", "" "never" },
	};
	struct fixture f;

	(void)state;
	begin(&f);
	for (size_t i = 0; i < COUNT(bad); i++) {
		set(&f, bad[i].key, bad[i].value);
		if (f.d.n != i + 1)
			fail_msg("%s=%s was taken", bad[i].key, bad[i].value);
		assert_int_equal(f.d.v[i].level, DIAG_WARN);
		assert_int_equal(f.d.v[i].line, 3);
		assert_true(strncmp(f.d.v[i].text, bad[i].key, strlen(bad[i].key)) == 0);
	}
	assert_int_equal(f.s.kill_signal, SIGTERM);
	assert_int_equal(f.s.umask, 022);
	assert_false(f.s.limits[RLIMIT_NOFILE].set);
	assert_null(f.s.root_directory);
	end(&f);
}

static void
reads_limits(void **state)
{
	static const struct {
		const char *key, *value;
		int resource;
		rlim_t soft, hard;
	} cases[] = {
		{ "LimitNOFILE", "1024:524288", RLIMIT_NOFILE, 1024, 524288 }, { "LimitNOFILE", "infinity", RLIMIT_NOFILE, RLIM_INFINITY, RLIM_INFINITY },
		{ "LimitCORE", "0:infinity", RLIMIT_CORE, 0, RLIM_INFINITY }, { "LimitMEMLOCK", "64K", RLIMIT_MEMLOCK, 65536, 65536 },
		{ "LimitAS", "1.5G:2G", RLIMIT_AS, 1610612736, 2147483648 }, { "LimitCPU", "1min:1500ms", RLIMIT_CPU, 0, 0 }, { "LimitCPU", "1500ms:1min", RLIMIT_CPU, 2, 60 },
		{ "LimitRTTIME", "5:1ms", RLIMIT_RTTIME, 5, 1000 }, { "LimitNICE", "+5:-10", RLIMIT_NICE, 15, 30 }, { "LimitNICE", "7", RLIMIT_NICE, 7, 7 },
		{ "LimitNPROC", "10", RLIMIT_NPROC, 10, 10 },
	};
	struct fixture f;

	(void)state;
	begin(&f);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct service_limit *l = &f.s.limits[cases[i].resource];

		set(&f, cases[i].key, cases[i].value);
		if (cases[i].soft == 0 && cases[i].hard == 0) {
			assert_false(l->set);
			continue;
		}
		assert_true(l->set);
		assert_true(l->lim.rlim_cur == cases[i].soft && l->lim.rlim_max == cases[i].hard);
	}
	end(&f);
}

static void
cleans_paths(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "/", "/" }, { "//", "/" }, { "/a/", "/a" }, { "/a//b/./c/.", "/a/b/c" }, { "/a/..b/b..", "/a/..b/b.." }, { "%t/x", "/run/x" },
		{ "a", NULL }, { "", NULL }, { "/..", NULL }, { "/a/../b", NULL }, { "/%5", NULL },
	};
	struct fixture f;
	char *p;

	(void)state;
	begin(&f);
	for (size_t i = 0; i < COUNT(cases); i++) {
		p = unitvalue_abs_path(&f.x, "K", cases[i].in, false);
		if (cases[i].out)
			assert_string_equal(p, cases[i].out);
		else
			assert_null(p);
		free(p);
	}
	p = unitvalue_rel_path(&f.x, "K", "./a//b/");
	assert_string_equal(p, "a/b");
	free(p);
	assert_null(unitvalue_rel_path(&f.x, "K", "/a"));
	assert_null(unitvalue_rel_path(&f.x, "K", "."));
	assert_null(unitvalue_rel_path(&f.x, "K", "a/.."));
	assert_int_equal(f.d.errors, 0);
	assert_null(unitvalue_abs_path(&f.x, "K", "a", true));
	assert_int_equal(f.d.errors, 1);
	end(&f);
}

static void
shows_strange_text_safely(void **state)
{
	char *s = unitvalue_shown("a\033[1m\tb\177"), long_text[200];

	(void)state;
	assert_string_equal(s, "a?[1m?b?");
	free(s);
	memset(long_text, 'x', sizeof long_text);
	long_text[199] = '\0';
	memcpy(long_text + 79, "\xe2\x82\xac", 3);
	s = unitvalue_shown(long_text);
	assert_int_equal(strlen(s), 79);
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_plain_values), T(leaves_the_old_value_for_a_bad_one), T(reads_limits), T(cleans_paths), T(shows_strange_text_safely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
