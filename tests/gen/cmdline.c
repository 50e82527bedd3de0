#include "harness/unit.h"

#include "base/mem.h"
#include "gen/cmdline.h"
#include "svc/unit.h"

static void
comes_out_as_it_went_in(void **state)
{
	struct cmdline c = {
		.exec = "/usr/sbin/food -f 'a b'", .description = "50% of a daemon", .user = "foo", .group = "bar", .pid_file = "/run/food.pid",
		.type = "forking", .directory = "/srv/%x", .reload = "/bin/kill -HUP $MAINPID", .default_file = "/etc/default/food"
	};
	struct buf text = BUF_INIT;
	struct service s;
	struct diag d = DIAG_INIT;

	(void)state;
	vec_add(&c.env, "A=it's \"100%\" \\ $x");
	vec_add(&c.after, "redis");
	vec_add(&c.after, "network.target");
	assert_null(cmdline_unit(&text, &c));
	if (unit_read_text(&s, text.s, text.len, "--exec", "food", NULL, &d) != 0)
		fail_msg("%s", d.v[0].text);
	assert_int_equal(d.n, 0);
	assert_string_equal(s.description, "50% of a daemon");
	assert_string_equal(s.environment.v[0], "A=it's \"100%\" \\ $x");
	assert_string_equal(s.working_directory, "/srv/%x");
	assert_string_equal(s.user, "foo");
	assert_string_equal(s.group, "bar");
	assert_string_equal(s.pid_file, "/run/food.pid");
	assert_int_equal(s.type, SERVICE_FORKING);
	assert_string_equal(s.cmd[SERVICE_START].v[0].argv.v[2], "a b");
	assert_int_equal(s.cmd[SERVICE_RELOAD].n, 1);
	assert_string_equal(s.deps[SERVICE_AFTER].v[0], "redis.service");
	assert_string_equal(s.deps[SERVICE_AFTER].v[1], "network.target");
	assert_string_equal(s.deps[SERVICE_WANTED_BY].v[0], "multi-user.target");
	assert_string_equal(s.envfiles[0].path, "/etc/default/food");
	assert_true(s.envfiles[0].optional);
	service_free(&s);
	diag_free(&d);
	buf_free(&text);
	vec_free(&c.env);
	vec_free(&c.after);
}

static void
says_what_is_wrong(void **state)
{
	struct cmdline c = { .exec = "/bin/x\nUser=root" };
	struct buf text = BUF_INIT;
	char *why = cmdline_unit(&text, &c);

	(void)state;
	assert_string_equal(why, "a value has more than one line");
	free(why);
	c.exec = "/bin/x";
	vec_add(&c.env, "1A=b");
	why = cmdline_unit(&text, &c);
	assert_string_equal(why, "not NAME=VALUE: 1A=b");
	free(why);
	vec_clear(&c.env);
	vec_add(&c.after, "a b");
	why = cmdline_unit(&text, &c);
	assert_string_equal(why, "not the name of a service: a b");
	free(why);
	vec_free(&c.env);
	vec_free(&c.after);
	assert_int_equal(text.len, 0);
}

static void
names_the_service(void **state)
{
	static const char *const cases[][2] = {
		{ "/usr/sbin/food -f", "food" }, { "-@/usr/sbin/food x", "food" }, { "'/opt/my app/run it' x", "run-it" }, { "food", "food" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *name = cmdline_name(cases[i][0]);

		assert_string_equal(name, cases[i][1]);
		free(name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(comes_out_as_it_went_in), T(says_what_is_wrong), T(names_the_service) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
