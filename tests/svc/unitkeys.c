#include "harness/unit.h"

#include "svc/unitkeys.h"

static void
rows_are_sorted(void **state)
{
	size_t n;
	const struct unitvalue_key *k = unitkeys_all(&n);

	(void)state;
	assert_true(n > 90);
	for (size_t i = 0; i + 1 < n; i++)
		if (strcmp(k[i].key, k[i + 1].key) >= 0)
			fail_msg("%s is not before %s", k[i].key, k[i + 1].key);
}

static void
rows_are_found_in_their_sections(void **state)
{
	size_t n;
	const struct unitvalue_key *k = unitkeys_all(&n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (unsigned section = UNITVALUE_UNIT; section <= UNITVALUE_INSTALL; section *= 2)
			assert_ptr_equal(unitkeys_find(section, k[i].key), k[i].sections & section ? &k[i] : NULL);
	assert_null(unitkeys_find(UNITVALUE_SERVICE, "Execstart"));
	assert_null(unitkeys_find(UNITVALUE_SERVICE, ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(rows_are_sorted), T(rows_are_found_in_their_sections) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
