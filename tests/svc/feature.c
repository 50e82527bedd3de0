#include "svc/feature.h"

#include "harness/unit.h"

static void
the_last_word_counts(void **state)
{
	struct vec p = VEC_INIT;

	(void)state;
	assert_int_equal(feature_policy(&p, FEATURE_SECCOMP), FEATURE_REFUSE);
	assert_int_equal(feature_policy(&p, FEATURE_CGROUP_CPU), FEATURE_WARN);
	vec_add(&p, "all:ignore");
	vec_add(&p, "seccomp:warn");
	assert_int_equal(feature_policy(&p, FEATURE_SECCOMP), FEATURE_WARN);
	assert_int_equal(feature_policy(&p, FEATURE_LANDLOCK), FEATURE_IGNORE);
	vec_free(&p);
	assert_int_equal(feature_check("seccomp:refuse"), 0);
	assert_int_equal(feature_check("all:warn"), 0);
	assert_int_equal(feature_check("seccomp"), -1);
	assert_int_equal(feature_check("sec:warn"), -1);
	assert_int_equal(feature_check("seccomp:no"), -1);
}

static void
what_is_missing_is_never_silent(void **state)
{
	struct vec p = VEC_INIT, remarks = VEC_INIT;
	const char *detail;
	char *why = NULL;
	int missing = -1;

	(void)state;
	for (int f = 0; f < FEATURES; f++) {
		assert_non_null(feature_name((enum feature)f));
		if (!feature_probe((enum feature)f, &detail))
			missing = f;
		else
			assert_int_equal(feature_want(&p, (enum feature)f, &remarks, &why), 1);
	}
	assert_int_equal(remarks.n, 0);
	if (missing < 0)
		skip();
	vec_add(&p, "all:refuse");
	assert_int_equal(feature_want(&p, (enum feature)missing, &remarks, &why), -1);
	assert_non_null(strstr(why, feature_name((enum feature)missing)));
	free(why);
	vec_add(&p, "all:warn");
	assert_int_equal(feature_want(&p, (enum feature)missing, &remarks, &why), 0);
	assert_int_equal(remarks.n, 1);
	vec_add(&p, "all:ignore");
	assert_int_equal(feature_want(&p, (enum feature)missing, &remarks, &why), 0);
	assert_int_equal(remarks.n, 1);
	vec_free(&p);
	vec_free(&remarks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(the_last_word_counts), T(what_is_missing_is_never_silent) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
