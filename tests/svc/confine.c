#include "svc/confine.h"

#include <linux/capability.h>

#include "harness/unit.h"
#include "base/mem.h"

static void
nothing_said_means_nothing(void **state)
{
	struct confine c;

	(void)state;
	confine_init(&c);
	assert_false(confine_needs_mounts(&c) || confine_needs_filter(&c));
	assert_true(confine_bounding(&c) == UINT64_MAX);
	confine_free(&c);
}

static void
protections_take_capabilities(void **state)
{
	struct confine c;

	(void)state;
	confine_init(&c);
	c.private_devices = c.protect_clock = c.protect_logs = c.protect_modules = true;
	assert_true(~confine_bounding(&c) == (1ULL << CAP_MKNOD | 1ULL << CAP_SYS_RAWIO | 1ULL << CAP_SYS_TIME | 1ULL << CAP_WAKE_ALARM |
	    1ULL << CAP_SYSLOG | 1ULL << CAP_SYS_MODULE));
	assert_true(confine_needs_mounts(&c) && confine_needs_filter(&c));
}

static void
the_first_word_decides(void **state)
{
	struct confine_calls l = { 0 };

	(void)state;
	confine_add_call(&l, "read", false);
	confine_add_call(&l, "@clock", true);
	assert_int_equal(l.mode, CONFINE_CALLS_ALLOW);
	assert_string_equal(l.items.v[0], "read");
	assert_string_equal(l.items.v[1], "~@clock");
	vec_free(&l.items);
	l = (struct confine_calls){ 0 };
	confine_add_call(&l, "read", true);
	confine_add_call(&l, "write", false);
	assert_int_equal(l.mode, CONFINE_CALLS_DENY);
	assert_string_equal(l.items.v[0], "read");
	assert_string_equal(l.items.v[1], "~write");
	vec_free(&l.items);
}

static void
lists_of_mounts_empty_by_kind(void **state)
{
	struct confine c;

	(void)state;
	confine_init(&c);
	confine_add_mount(&c, &(struct confine_mount){ .source = mem_str("/a"), .dest = mem_str("/b") });
	confine_add_mount(&c, &(struct confine_mount){ .source = mem_str("/a"), .dest = mem_str("/c"), .read_only = true });
	confine_add_mount(&c, &(struct confine_mount){ .dest = mem_str("/d") });
	confine_clear_mounts(&c, true, false);
	assert_int_equal(c.n_mounts, 2);
	confine_clear_mounts(&c, false, true);
	assert_int_equal(c.n_mounts, 1);
	assert_string_equal(c.mounts[0].dest, "/b");
	confine_free(&c);
}

static void
a_dynamic_user_brings_more(void **state)
{
	struct confine c;

	(void)state;
	confine_init(&c);
	c.dynamic_user = true;
	c.protect_home = CONFINE_HOME_YES;
	confine_imply(&c);
	assert_true(c.private_tmp && c.remove_ipc && c.restrict_suid);
	assert_int_equal(c.protect_system, CONFINE_SYSTEM_STRICT);
	assert_int_equal(c.protect_home, CONFINE_HOME_YES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(nothing_said_means_nothing), T(protections_take_capabilities), T(the_first_word_decides), T(lists_of_mounts_empty_by_kind),
		T(a_dynamic_user_brings_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
