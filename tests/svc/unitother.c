#include "harness/unit.h"

#include "svc/unitkeys.h"
#include "svc/unitother.h"

static void
rows_are_sorted_and_found(void **state)
{
	size_t n;
	const struct unitother_key *k = unitother_all(&n);

	(void)state;
	assert_true(n > 100);
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && strcmp(k[i].key, k[i + 1].key) >= 0)
			fail_msg("%s is not before %s", k[i].key, k[i + 1].key);
		for (unsigned section = UNITVALUE_UNIT; section <= UNITVALUE_INSTALL; section *= 2) {
			assert_ptr_equal(unitother_find(section, k[i].key), k[i].sections & section ? &k[i] : NULL);
			if (k[i].sections & section)
				assert_null(unitkeys_find(section, k[i].key));
		}
	}
}

static void
protections_are_marked(void **state)
{
	static const char *const some[] = {
		"RestrictNetworkInterfaces", "AllowedCPUs", "RootVerity", "SocketBindDeny", "RestrictFileSystems",
	};
	static const char *const others[] = { "UtmpMode", "PAMName", "NUMAPolicy" };

	(void)state;
	for (size_t i = 0; i < COUNT(some); i++)
		assert_true(unitother_find(UNITVALUE_SERVICE, some[i])->flags & UNITOTHER_PROTECT);
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(unitother_find(UNITVALUE_SERVICE, others[i])->flags & UNITOTHER_PROTECT);
	assert_non_null(unitother_why(unitother_find(UNITVALUE_SERVICE, "SetCredentialEncrypted")));
	assert_null(unitother_why(unitother_find(UNITVALUE_SERVICE, "PAMName")));
	assert_true(unitother_find(UNITVALUE_UNIT, "RefuseManualStart")->flags & UNITOTHER_NOTE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(rows_are_sorted_and_found), T(protections_are_marked) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
