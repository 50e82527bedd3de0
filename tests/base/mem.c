#include "harness/unit.h"

#include <sys/resource.h>

#include "base/die.h"
#include "base/mem.h"

static void
gives_zeroed_room(void **state)
{
	char *p = mem_alloc(64), *none = mem_alloc(0);

	(void)state;
	for (int i = 0; i < 64; i++)
		assert_int_equal(p[i], 0);
	assert_non_null(none);
	free(none);
	free(p);
}

static void
copies(void **state)
{
	char *s;

	(void)state;
	assert_null(mem_str(NULL));
	s = mem_str("text");
	assert_string_equal(s, "text");
	free(s);
	s = mem_strn("text", 2);
	assert_string_equal(s, "te");
	free(s);
	s = mem_fmt("%s-%d", "a", 5);
	assert_string_equal(s, "a-5");
	free(s);
}

static void
grows_by_doubling_with_zeroes(void **state)
{
	size_t cap = 0, before;
	int *v = NULL;

	(void)state;
	for (size_t n = 1; n < 300; n++) {
		before = cap;
		v = mem_grow(v, &cap, n, sizeof *v);
		assert_true(cap >= n);
		assert_true(cap == before || cap >= 2 * before);
		assert_int_equal(v[n - 1], 0);
		v[n - 1] = 1;
	}
	free(v);
}

static void
overflow(void *data)
{
	size_t cap = 0;

	(void)data;
	mem_grow(NULL, &cap, SIZE_MAX / 4, 16);
}

static void
no_memory_ends_the_process(void **state)
{
	char out[512];

	(void)state;
	progname = "prog";
	assert_int_equal(WEXITSTATUS(in_child(overflow, NULL, out, sizeof out)), 1);
	assert_memory_equal(out, "prog: ", 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(gives_zeroed_room), T(copies), T(grows_by_doubling_with_zeroes), T(no_memory_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
