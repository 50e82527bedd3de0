#include "boot/timeline.h"

#include <sys/stat.h>

#include "harness/unit.h"

static void
fill(struct timeline *t)
{
	*t = (struct timeline){ .level = '2', .previous = 'N', .began = 1000 };
	timeline_add(t, "a", "start", 1000, 3000, 0, -1);
	timeline_add(t, "b", "start", 1000, 9000, 3, -1);
	timeline_add(t, "c", "start", 3000, 8000, 137, 0);
	timeline_add(t, "d", "start", 9000, 9500, TIMELINE_LATE, 1);
}

static void
free_all(struct timeline *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		timeline_free(&all[i]);
	free(all);
}

static void
what_is_printed_is_parsed(void **state)
{
	struct buf text = BUF_INIT, again = BUF_INIT;
	struct timeline t, *all;
	size_t n;

	(void)state;
	fill(&t);
	timeline_print(&text, &t);
	timeline_print(&text, &t);
	timeline_parse(&all, &n, text.s);
	assert_int_equal(n, 2);
	timeline_print(&again, &all[0]);
	timeline_print(&again, &all[1]);
	assert_string_equal(again.s, text.s);
	free_all(all, n);
	/* cut anywhere */
	for (size_t len = text.len; len-- > 0;) {
		text.s[len] = '\0';
		timeline_parse(&all, &n, text.s);
		assert_true(n <= 2);
		free_all(all, n);
	}
	buf_free(&text);
	buf_free(&again);
	timeline_free(&t);
}

static void
nonsense_is_left_out(void **state)
{
	static const char *const bad[] = {
		"script a start 1 2 0 -1\n", "run 2 N 5\nscript a start 9 3 0 -1\n", "run 2 N 5\nscript a start 1 2 0 0\n",
		"run 2 N 5\nscript a start 1 2 0\n", "run 2 N 5\nscript a start x 2 0 -1\n", "run 2 N 5\nscript a start 1 2 5000 -1\n",
		"run 2 N 5\nscript a start 1 2 0 7\n", "run 22 N 5\n", "\n\n \nboot\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct timeline *all;
		size_t n, items = 0;

		timeline_parse(&all, &n, bad[i]);
		for (size_t k = 0; k < n; k++)
			items += all[k].n;
		assert_int_equal(items, 0);
		free_all(all, n);
	}
}

static void
the_critical_path(void **state)
{
	struct timeline t;
	size_t n;
	int *path;

	(void)state;
	fill(&t);
	path = timeline_critical(&t, &n);
	assert_int_equal(n, 2);
	assert_int_equal(path[0], 1);
	assert_int_equal(path[1], 3);
	assert_int_equal(timeline_end(&t), 9500);
	free(path);
	timeline_free(&t);
	t.began = 7;
	path = timeline_critical(&t, &n);
	assert_int_equal(n, 0);
	assert_int_equal(timeline_end(&t), 7);
	free(path);
}

static void
saved_for_one_boot(void **state)
{
	struct buf text = BUF_INIT;
	struct timeline t, *all;
	struct stat st;
	size_t n;
	FILE *f;

	(void)state;
	fill(&t);
	assert_int_equal(timeline_load(".", &text), -1);
	assert_string_equal(text.s, "");
	assert_int_equal(timeline_save(".", &t), 0);
	assert_int_equal(timeline_save(".", &t), 0);
	assert_int_equal(timeline_load(".", &text), 0);
	timeline_parse(&all, &n, text.s);
	assert_int_equal(n, 2);
	free_all(all, n);
	assert_int_equal(stat("run/initwright/.boot", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	/* that of another boot is forgotten */
	f = fopen("run/initwright/.boot", "w");
	assert_non_null(f);
	fputs("boot 0\nrun 3 N 1\n", f);
	fclose(f);
	assert_int_equal(timeline_save(".", &t), 0);
	buf_clear(&text);
	assert_int_equal(timeline_load(".", &text), 0);
	timeline_parse(&all, &n, text.s);
	assert_int_equal(n, 1);
	free_all(all, n);
	buf_free(&text);
	timeline_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_printed_is_parsed), T(nonsense_is_left_out), T(the_critical_path),
		cmocka_unit_test_setup_teardown(saved_for_one_boot, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
