#include "svc/devices.h"

#include <stdlib.h>

#include "harness/unit.h"

static bool
allows(const struct confine *c, char type, unsigned access, long major, long minor)
{
	size_t n;
	struct devcg_rule *r = devices_rules(c, &n);
	bool found = false;

	for (size_t i = 0; i < n; i++)
		found |= r[i].type == type && !(access & ~r[i].access) && (r[i].major < 0 || r[i].major == major) && (r[i].minor < 0 || r[i].minor == minor);
	free(r);
	return found;
}

static void
words(void **state)
{
	(void)state;
	assert_int_equal(devices_access("rwm"), DEVCG_ALL);
	assert_int_equal(devices_access("r"), DEVCG_READ);
	assert_int_equal(devices_access("rx"), 0);
	assert_int_equal(devices_access(""), 0);
	assert_true(devices_is_name("/dev/null") && devices_is_name("char-pts") && devices_is_name("block-*"));
	assert_false(devices_is_name("/etc/passwd") || devices_is_name("null") || devices_is_name("char-") || devices_is_name("/dev/"));
}

static void
policies(void **state)
{
	struct confine c;

	(void)state;
	confine_init(&c);
	assert_int_equal(devices_wanted(&c), DEVICES_ALL);
	c.private_devices = true;
	assert_int_equal(devices_wanted(&c), DEVICES_IMPLIED);
	c.device_policy = CONFINE_DEVICES_CLOSED;
	assert_int_equal(devices_wanted(&c), DEVICES_ASKED);
	assert_true(allows(&c, 'c', DEVCG_ALL, 1, 3) && allows(&c, 'c', DEVCG_ALL, 5, 2));
	assert_false(allows(&c, 'c', DEVCG_READ, 1, 1) || allows(&c, 'b', DEVCG_READ, 1, 3));
	vec_add(&c.device_allow, "/dev/full r");
	vec_add(&c.device_allow, "char-mem w");
	vec_add(&c.device_allow, "block-* m");
	vec_add(&c.device_allow, "/dev/no-such-device rwm");
	c.device_policy = CONFINE_DEVICES_STRICT;
	assert_true(allows(&c, 'c', DEVCG_READ, 1, 7) && allows(&c, 'c', DEVCG_WRITE, 1, 3) && allows(&c, 'b', DEVCG_MKNOD, 8, 0));
	assert_false(allows(&c, 'c', DEVCG_READ, 1, 3) || allows(&c, 'c', DEVCG_READ, 5, 0) || allows(&c, 'b', DEVCG_READ, 8, 0));
	confine_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(words), T(policies) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
