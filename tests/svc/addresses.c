#include "svc/addresses.h"

#include <stdlib.h>

#include "harness/unit.h"

static void
words(void **state)
{
	static const char *const bad[] = { "", "/8", "1.2.3", "1.2.3.4/33", "::/129", "1.2.3.4/", "1.2.3.4/x", "host", "1.2.3.4/-1", "ANY" };
	struct netcg_rule r[2];

	(void)state;
	assert_int_equal(addresses_parse("10.1.2.3", true, r), 1);
	assert_true(r[0].allow && !r[0].v6 && r[0].bits == 32 && r[0].address[0] == 10 && r[0].address[3] == 3);
	assert_int_equal(addresses_parse("2001:db8::/32", false, r), 1);
	assert_true(!r[0].allow && r[0].v6 && r[0].bits == 32 && r[0].address[0] == 0x20 && r[0].address[3] == 0xb8);
	assert_int_equal(addresses_parse("any", false, r), 2);
	assert_true(r[0].bits == 0 && r[1].bits == 0 && !r[0].v6 && r[1].v6);
	assert_int_equal(addresses_parse("localhost", true, r), 2);
	assert_true(r[0].bits == 8 && r[0].address[0] == 127 && r[1].bits == 128 && r[1].address[15] == 1);
	assert_int_equal(addresses_parse("link-local", true, r), 2);
	assert_int_equal(addresses_parse("multicast", true, r), 2);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (addresses_parse(bad[i], true, r) != 0)
			fail_msg("%s", bad[i]);
}

static void
what_is_allowed_comes_first(void **state)
{
	struct confine c;
	struct netcg_rule *r;
	size_t n;

	(void)state;
	confine_init(&c);
	vec_add(&c.ip_deny, "any");
	vec_add(&c.ip_allow, "localhost");
	vec_add(&c.ip_allow, "10.0.0.0/8");
	r = addresses_rules(&c, &n);
	assert_int_equal(n, 5);
	assert_true(r[0].allow && r[1].allow && r[2].allow && r[2].address[0] == 10 && !r[3].allow && !r[4].allow);
	free(r);
	confine_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(words), T(what_is_allowed_comes_first) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
