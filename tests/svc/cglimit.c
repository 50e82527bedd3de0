#include "svc/cglimit.h"

#include "base/mem.h"
#include "harness/unit.h"

static void
is_value(enum confine_resource r, const char *value, int version, const char *want)
{
	char *got = cglimit_value(r, value, version);

	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
	free(got);
}

static void
values_of_both_versions(void **state)
{
	(void)state;
	is_value(CONFINE_TASKS, "12", 2, "12");
	is_value(CONFINE_TASKS, "infinity", 1, "max");
	is_value(CONFINE_MEMORY_MAX, "1M", 2, "1048576");
	is_value(CONFINE_MEMORY_MAX, "infinity", 1, "-1");
	is_value(CONFINE_MEMORY_MAX, "infinity", 2, "max");
	is_value(CONFINE_MEMORY_HIGH, "1M", 1, NULL);
	is_value(CONFINE_CPU_QUOTA, "150%", 2, "150000 100000");
	is_value(CONFINE_CPU_QUOTA, "20%", 1, "20000");
	is_value(CONFINE_CPU_WEIGHT, "100", 1, "1024");
	is_value(CONFINE_CPU_WEIGHT, "idle", 2, "1");
	is_value(CONFINE_CPU_SHARES, "2048", 2, "200");
	is_value(CONFINE_IO_WEIGHT, "50", 2, "50");
	is_value(CONFINE_OOM, "kill", 2, "1");
	is_value(CONFINE_OOM, "stop", 2, "0");
}

static void
what_has_no_effect_is_said(void **state)
{
	struct cglimit l = CGLIMIT_INIT;
	struct vec remarks = VEC_INIT;
	struct confine c;
	char *bad;

	(void)state;
	if (cgctl_version(CGCTL_MEMORY) == 2)
		skip();
	confine_init(&c);
	c.resources[CONFINE_MEMORY_HIGH] = mem_str("1M");
	assert_null(cglimit_open(&l, &c, "unit-test", &remarks));
	assert_int_equal(remarks.n, 1);
	assert_non_null(strstr(remarks.v[0], "MemoryHigh=1M has no effect"));
	cglimit_close(&l);
	vec_add(&c.policies, "cgroup-memory:refuse");
	bad = cglimit_open(&l, &c, "unit-test", &remarks);
	assert_non_null(bad);
	free(bad);
	cglimit_close(&l);
	vec_free(&remarks);
	confine_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(values_of_both_versions), T(what_has_no_effect_is_said) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
