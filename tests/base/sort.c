#include "harness/unit.h"

#include "base/sort.h"

enum { MOST = 200 };

struct item {
	char pad[3];	/* an odd size */
	unsigned char key;
	char tag[3];
};

static int
by_key(const void *a, const void *b)
{
	return ((const struct item *)a)->key - ((const struct item *)b)->key;
}

static int
by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static void
as_qsort_does(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (size_t n = 0; n <= MOST; n++) {
		int ours[MOST + 1], libcs[MOST + 1];

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245u + 12345u;
			ours[i] = libcs[i] = (int)(seed >> 16) % (int)(n + 1) - 5;
		}
		ours[n] = 4711;
		sort_items(ours, n, sizeof *ours, by_number);
		qsort(libcs, n, sizeof *libcs, by_number);
		assert_memory_equal(ours, libcs, n * sizeof *ours);
		assert_int_equal(ours[n], 4711);
	}
}

static void
items_move_whole(void **state)
{
	struct item v[64];

	(void)state;
	for (size_t i = 0; i < COUNT(v); i++) {
		memset(&v[i], (int)(i * 37 % 64), sizeof v[i]);
		v[i].key = (unsigned char)(i * 37 % 64);
	}
	sort_items(v, COUNT(v), sizeof *v, by_key);
	for (size_t i = 0; i < COUNT(v); i++) {
		struct item want;

		memset(&want, (int)i, sizeof want);
		assert_memory_equal(&v[i], &want, sizeof want);
	}
}

static void
equal_ones_come_the_same_each_time(void **state)
{
	struct item a[50], b[50];

	(void)state;
	for (size_t i = 0; i < COUNT(a); i++)
		a[i] = (struct item){ .key = (unsigned char)(i % 3), .tag = { (char)i, 0, 0 } };
	memcpy(b, a, sizeof b);
	sort_items(a, COUNT(a), sizeof *a, by_key);
	sort_items(b, COUNT(b), sizeof *b, by_key);
	assert_memory_equal(a, b, sizeof a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(as_qsort_does), T(items_move_whole), T(equal_ones_come_the_same_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
