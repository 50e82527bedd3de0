#include "harness/unit.h"

#include "base/str.h"
#include "svc/userenv.h"

static void
says_what_there_is_to_say(void **state)
{
	static const struct {
		const char *user, *home, *shell;
		bool dynamic;
		const char *want;
		uid_t uid;
	} cases[] = {
		{ "u", "/srv/u", "/bin/sh", false, "LOGNAME=u USER=u HOME=/srv/u SHELL=/bin/sh", 100 },
		{ "u", "/nonexistent", "/usr/sbin/nologin", false, "LOGNAME=u USER=u HOME=/nonexistent", 100 },
		{ "u", "/", "/sbin/nologin", false, "LOGNAME=u USER=u", 100 }, { "u", "//", "/bin/false", false, "LOGNAME=u USER=u", 100 },
		{ "u", "", "", false, "LOGNAME=u USER=u", 100 }, { "u", "home", "sh", false, "LOGNAME=u USER=u", 100 },
		{ "u", "/x", "/usr/bin/true", false, "LOGNAME=u USER=u HOME=/x", 100 }, { "u", "/x", "/opt/truest", false, "LOGNAME=u USER=u HOME=/x SHELL=/opt/truest", 100 },
		{ "12", NULL, NULL, false, "LOGNAME=12 USER=12", 100 }, { NULL, NULL, NULL, false, "", 100 },
		{ "u", "/srv/u", "/bin/sh", true, "LOGNAME=u USER=u", 100 }, { "nobody", "/nonexistent", "/bin/sh", false, "LOGNAME=nobody USER=nobody", 65534 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cred c = CRED_INIT;
		struct vec env = VEC_INIT, want = VEC_INIT;

		c.uid = cases[i].uid;
		c.user = (char *)cases[i].user;
		c.home = (char *)cases[i].home;
		c.shell = (char *)cases[i].shell;
		userenv_user(&env, &c, cases[i].dynamic);
		str_split(&want, cases[i].want, " ");
		assert_int_equal(env.n, want.n);
		for (size_t k = 0; k < env.n; k++)
			assert_string_equal(env.v[k], want.v[k]);
		vec_free(&env);
		vec_free(&want);
	}
}

static void
there_is_always_a_language(void **state)
{
	struct vec env = VEC_INIT;

	(void)state;
	userenv_language(&env);
	assert_non_null(vec_getenv(&env, "LANG", 4));
	vec_free(&env);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(says_what_there_is_to_say), T(there_is_always_a_language) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
