#include "svc/ties.h"

#include <sys/stat.h>

#include "base/mem.h"
#include "harness/unit.h"
#include "svc/unit.h"

static void
read_unit(struct service *s, const char *name, const char *lines)
{
	char *text = mem_fmt("[Unit]\n%s\n[Service]\nExecStart=/bin/x\n", lines);
	struct diag d = DIAG_INIT;

	assert_int_equal(unit_read_text(s, text, strlen(text), "x.service", name, NULL, &d), 0);
	diag_free(&d);
	free(text);
}

/* A service below run/ that says this of others. */
static void
runs(const char *name, const char *lines)
{
	char *dir = mem_fmt("run/%s", name);
	struct service s;

	read_unit(&s, name, lines);
	assert_true(mkdir(dir, 0755) == 0);
	assert_int_equal(ties_write(&s, dir), 0);
	service_free(&s);
	free(dir);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
concerns(const char *name, const char *lines, unsigned kinds, const char *want)
{
	struct vec names = VEC_INIT;
	struct service s;
	char got[256] = "";

	read_unit(&s, name, lines);
	ties_find(&names, "run", &s, kinds);
	if (names.n > 1)
		qsort(names.v, names.n, sizeof *names.v, by_text);
	for (size_t i = 0; i < names.n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s ", names.v[i]);
	assert_string_equal(got, want);
	vec_free(&names);
	service_free(&s);
}

static void
those_who_name_it_are_found(void **state)
{
	(void)state;
	assert_int_equal(mkdir("run", 0755), 0);
	runs("a", "PartOf=x.service y.service");
	runs("b", "BindsTo=y.service\nConflicts=x.service");
	runs("c", "Requires=x.service");
	runs("d", "After=x.service\nWants=x.service\nPartOf=x.target");
	runs("e@1", "StopPropagatedFrom=x.service\nReloadPropagatedFrom=x.service");
	runs("x", "PartOf=x.service");
	assert_int_equal(access("run/d/ties", F_OK), -1);
	concerns("x", "", 1U << SERVICE_PART_OF, "a ");
	concerns("y", "", 1U << SERVICE_PART_OF | 1U << SERVICE_BINDS_TO, "a b ");
	concerns("x", "", 1U << SERVICE_CONFLICTS, "b ");
	concerns("x", "", 1U << SERVICE_REQUIRES | 1U << SERVICE_STOP_FROM, "c e@1 ");
	concerns("x", "", 1U << SERVICE_RELOAD_FROM, "e@1 ");
	concerns("z", "[Install]\nAlias=y.service\n[Unit]", 1U << SERVICE_BINDS_TO, "b ");
	concerns("xx", "", 1U << SERVICE_PART_OF, "");
}

static void
nonsense_is_passed_over(void **state)
{
	FILE *f;

	(void)state;
	assert_int_equal(mkdir("run", 0755) + mkdir("run/a", 0755) + mkdir("run/b", 0755) + mkdir("run/.c", 0755), 0);
	f = fopen("run/a/ties", "w");
	assert_non_null(f);
	assert_true(fputs("part-of\npart-ofx.service\n x.service\npart-of  x.service\nPART-OF x.service", f) > 0);
	fclose(f);
	f = fopen("other", "w");
	assert_non_null(f);
	assert_true(fputs("part-of x.service\n", f) > 0);
	fclose(f);
	assert_int_equal(symlink("../../other", "run/b/ties"), 0);
	assert_int_equal(symlink("../../other", "run/.c/ties"), 0);
	concerns("x", "", ~0U, "");
	assert_int_equal(rename("run", "none"), 0);
	concerns("x", "", ~0U, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(those_who_name_it_are_found, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(nonsense_is_passed_over, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
