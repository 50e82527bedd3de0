#include "harness/unit.h"

#include "base/mem.h"
#include "gen/report.h"

static struct lost
example(void)
{
	struct lost l = { 0 };

	l.v = mem_grow(NULL, &l.cap, 2, sizeof *l.v);
	l.n = 2;
	l.v[0] = (struct lost_line){ mem_str("/x.service"), mem_str("User"), mem_str("a\"b"), 2, LOST_NOTHING, NULL, false };
	l.v[1] = (struct lost_line){ mem_str("/x.service"), mem_str("PrivateTmp"), mem_str("yes\x1b"), 3, LOST_ALL, mem_str("why"), true };
	l.count[LOST_NOTHING] = l.count[LOST_ALL] = 1;
	return l;
}

static char *
make(bool json)
{
	struct report r = { .json = json, .target = "debian" };
	struct lost l = example(), none = { 0 };

	report_add(&r, "x.service", "/x.service", &l, NULL);
	report_add(&r, "y.service", NULL, &none, "No such file");
	report_add(&r, "z.service", "/z.service", &none, NULL);
	assert_int_equal(r.units, 3);
	assert_int_equal(r.whole, 1);
	assert_int_equal(r.unusable, 1);
	lost_free(&l);
	return report_take(&r);
}

static void
says_it_in_lines(void **state)
{
	char *s = make(false);

	(void)state;
	assert_string_equal(s, "/x.service:2: User=a\"b: honoured\n/x.service:3: PrivateTmp=yes : not: why\ny.service: unusable: No such file\n"
	    "debian: 3 units: 1 honoured as a whole, 1 unusable; 2 lines: 1 honoured, 0 without a meaning here, 0 partly, 1 not\n");
	free(s);
}

static void
says_it_in_json(void **state)
{
	char *s = make(true);

	(void)state;
	assert_string_equal(s, "{\"target\":\"debian\",\"units\":[{\"unit\":\"x.service\",\"path\":\"/x.service\",\"lines\":["
	    "{\"line\":2,\"file\":\"/x.service\",\"directive\":\"User\",\"value\":\"a\\\"b\",\"grade\":\"honoured\",\"protects\":false},"
	    "{\"line\":3,\"file\":\"/x.service\",\"directive\":\"PrivateTmp\",\"value\":\"yes\\u001b\",\"grade\":\"not\",\"text\":\"why\",\"protects\":true}]},"
	    "{\"unit\":\"y.service\",\"error\":\"No such file\",\"lines\":[]},{\"unit\":\"z.service\",\"path\":\"/z.service\",\"lines\":[]}],"
	    "\"summary\":{\"units\":3,\"whole\":1,\"unusable\":1,\"honoured\":1,\"note\":0,\"partly\":0,\"not\":1}}\n");
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(says_it_in_lines), T(says_it_in_json) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
