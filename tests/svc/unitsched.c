#include "svc/unitsched.h"

#include <limits.h>

#include "harness/unitlines.h"

static void
scheduling(void **state)
{
	static const struct {
		const char *value;
		int class;
	} classes[] = {
		{ "realtime", 1 }, { "real-time", 1 }, { "best-effort", 2 }, { "idle", 3 }, { "0", 0 }, { "3", 3 }, { "", -1 }, { "4", 1 }, { "03", 1 },
		{ "fast", 1 },
	};
	struct service s;

	(void)state;
	assert_int_equal(read_lines(&s, "CPUSchedulingPolicy=fifo\nCPUSchedulingPolicy=often\nCPUAffinity=0-2,4\nCPUAffinity=x\n"), 2);
	assert_int_equal(s.cpu_policy, 1);
	assert_int_equal(s.cpus.n, 4);
	service_free(&s);
	assert_int_equal(read_lines(&s, "CPUSchedulingPolicy=fifo\nCPUSchedulingPolicy=\nCPUAffinity=1\nCPUAffinity=\n"), 0);
	assert_int_equal(s.cpu_policy, -1);
	assert_int_equal(s.cpus.n, 0);
	service_free(&s);
	for (size_t i = 0; i < COUNT(classes); i++) {
		char lines[100];

		snprintf(lines, sizeof lines, "IOSchedulingClass=1\nIOSchedulingClass=%s\n", classes[i].value);
		read_lines(&s, lines);
		assert_int_equal(s.io_class, classes[i].class);
		service_free(&s);
	}
}

static void
timer_slack(void **state)
{
	static const struct {
		const char *value;
		uint64_t ns;
	} cases[] = {
		{ "70000", 70000 }, { "70us", 70000 }, { "1ms 5ns", 1000005 }, { "2 nsec", 2 }, { "1.5us", 1500 }, { "1s", 1000000000 }, { "infinity", 0 },
		{ "0", 0 }, { "", 3 }, { "5q", 3 }, { "-1", 3 },
	};
	struct service s;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char lines[100];

		snprintf(lines, sizeof lines, "TimerSlackNSec=3\nTimerSlackNSec=%s\n", cases[i].value);
		assert_int_equal(read_lines(&s, lines), i >= 8);
		assert_int_equal(s.timer_slack_ns, cases[i].ns);
		assert_int_equal(s.n_ignored, 0);
		service_free(&s);
	}
	assert_int_equal(read_lines(&s, "TimerSlackNSec=500y\n"), 0);
	assert_true(s.timer_slack_ns == (ULONG_MAX < UINT64_C(15778800000000000000) ? ULONG_MAX : UINT64_C(15778800000000000000)));
	service_free(&s);
}

static void
core_dumps(void **state)
{
	static const struct {
		const char *lines;
		int filter;
		size_t remarks;
	} cases[] = {
		{ "CoredumpFilter=private-anonymous shared-dax\n", 0x101, 0 },
		{ "CoredumpFilter=shared-anonymous private-file-backed shared-file-backed elf-headers\n", 0x1e, 0 },
		{ "CoredumpFilter=private-huge shared-huge private-dax\n", 0xe0, 0 },
		{ "CoredumpFilter=default\n", 0x33, 0 }, { "CoredumpFilter=all\n", 0x1ff, 0 },
		{ "CoredumpFilter=default private-dax 0x4\n", 0xb7, 0 }, { "CoredumpFilter=1f\n", 0x1f, 0 }, { "CoredumpFilter=0\n", 0, 0 },
		{ "CoredumpFilter=ffffffff\n", INT_MAX, 0 },
		{ "CoredumpFilter=0x1\nCoredumpFilter=0x2\n", 3, 0 }, { "CoredumpFilter=0x1\nCoredumpFilter=\n", -1, 0 },
		/* a line with a bad word is none */
		{ "CoredumpFilter=0x1\nCoredumpFilter=0x2 stack\n", 1, 1 }, { "CoredumpFilter=0x12345678901\n", -1, 1 }, { "CoredumpFilter=0xg\n", -1, 1 },
		{ "CoredumpFilter=-1\n", -1, 1 }, { "CoredumpFilter=\"0x1\n", -1, 1 },
	};
	struct service s;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(read_lines(&s, cases[i].lines), cases[i].remarks);
		assert_int_equal(s.coredump_filter, cases[i].filter);
		assert_int_equal(s.n_ignored, 0);
		service_free(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(scheduling), T(timer_slack), T(core_dumps) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
