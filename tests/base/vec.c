#include "harness/unit.h"

#include "base/mem.h"
#include "base/vec.h"

static void
is_an_argv_at_any_time(void **state)
{
	struct vec x = VEC_INIT;
	char *const more[] = { "c", "d", NULL };

	(void)state;
	assert_non_null(vec_argv(&x));
	assert_null(vec_argv(&x)[0]);
	vec_add(&x, "a");
	vec_take(&x, mem_str("b"));
	vec_addv(&x, more);
	vec_addv(&x, NULL);
	assert_int_equal(x.n, 4);
	assert_string_equal(x.v[3], "d");
	assert_null(x.v[4]);
	assert_true(vec_has(&x, "b") && !vec_has(&x, "B") && !vec_has(&x, ""));
	for (size_t i = 4; i < 100; i++) {
		vec_add(&x, "more");
		assert_int_equal(x.n, i + 1);
		assert_null(x.v[x.n]);
	}
	vec_clear(&x);
	assert_int_equal(x.n, 0);
	assert_null(vec_argv(&x)[0]);
	vec_free(&x);
	assert_null(x.v);
}

static void
is_an_environment(void **state)
{
	struct vec x = VEC_INIT;

	(void)state;
	vec_setenv(&x, "PATH", "/bin");
	vec_setenv(&x, "PATHX", "no");
	vec_putenv(&x, "HOME=/root");
	vec_setenv(&x, "PATH", "/sbin");
	assert_int_equal(x.n, 3);
	assert_string_equal(vec_getenv(&x, "PATH", 4), "/sbin");
	assert_string_equal(vec_getenv(&x, "HOMEWARD", 4), "/root");
	assert_null(vec_getenv(&x, "HOM", 3));
	vec_putenv(&x, "HOME=");
	assert_string_equal(vec_getenv(&x, "HOME", 4), "");
	vec_unsetenv(&x, "PATH");
	vec_unsetenv(&x, "NONE");
	assert_int_equal(x.n, 2);
	assert_null(vec_getenv(&x, "PATH", 4));
	assert_null(x.v[2]);
	vec_free(&x);
}

static void
the_last_of_a_name_stays(void **state)
{
	static const char *const in[] = { "A=1", "B=1", "AB=1", "A=2", "C=1", "A=3", "B=2" };
	static const char *const want[] = { "A=3", "B=2", "AB=1", "C=1" };
	struct vec x = VEC_INIT;

	(void)state;
	vec_uniqenv(&x);
	for (size_t i = 0; i < COUNT(in); i++)
		vec_add(&x, in[i]);
	vec_uniqenv(&x);
	assert_int_equal(x.n, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		assert_true(vec_has(&x, want[i]));
	assert_null(x.v[x.n]);
	vec_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(is_an_argv_at_any_time), T(is_an_environment), T(the_last_of_a_name_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
