#include "svc/slice.h"

#include "harness/unit.h"

static void
is_path(const char *slice, const char *want)
{
	char *got = slice_path(slice);

	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
	free(got);
}

static void
paths_nest_at_dashes(void **state)
{
	char deep[600] = "a";

	(void)state;
	is_path("a.slice", "a.slice");
	is_path("a-b-c.slice", "a.slice/a-b.slice/a-b-c.slice");
	is_path("-.slice", "");
	is_path("system-x\\x2dy.slice", "system.slice/system-x\\x2dy.slice");
	is_path("a", NULL);
	is_path(".slice", NULL);
	is_path("-a.slice", NULL);
	is_path("a-.slice", NULL);
	is_path("a--b.slice", NULL);
	is_path("a/b.slice", NULL);
	is_path("a@b.slice", NULL);
	while (strlen(deep) < 100)
		strcat(deep, "-a");
	is_path(strcat(deep, ".slice"), NULL);
}

static void
a_service_lies_in_its_slice(void **state)
{
	struct service s;
	char *group;

	(void)state;
	service_init(&s, "n");
	group = slice_group(&s);
	assert_string_equal(group, "n");
	free(group);
	s.slice = strdup("a-b.slice");
	group = slice_group(&s);
	assert_string_equal(group, "a.slice/a-b.slice/n");
	free(group);
	service_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(paths_nest_at_dashes), T(a_service_lies_in_its_slice) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
