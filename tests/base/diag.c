#include "harness/unit.h"

#include "base/diag.h"

static void
keeps_remarks_in_order_and_counts_errors(void **state)
{
	struct diag d = DIAG_INIT;

	(void)state;
	diag_add(&d, DIAG_WARN, "a", 1, 2, "first %d", 1);
	diag_add(&d, DIAG_ERROR, "b", 3, 0, "second");
	diag_add(&d, DIAG_NOTE, "c", 0, 0, "third %s", "x");
	diag_add(&d, DIAG_WARN, "d", 0, 0, "fourth");
	assert_int_equal(d.n, 4);
	assert_int_equal(d.errors, 1);
	assert_int_equal(d.v[0].level, DIAG_WARN);
	assert_string_equal(d.v[2].text, "third x");
	assert_ptr_equal(diag_first_error(&d), &d.v[1]);
	diag_free(&d);
	assert_int_equal(d.n + d.errors, 0);
	assert_null(diag_first_error(&d));
}

static void
says_where_as_far_as_known(void **state)
{
	static const struct {
		int line, column;
		const char *text;
	} rows[] = { { 4, 7, "f:4:7: odd" }, { 4, 0, "f:4: odd" }, { 0, 0, "f: odd" } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diag d = DIAG_INIT;
		char *s;

		diag_add(&d, DIAG_ERROR, "f", rows[i].line, rows[i].column, "odd");
		s = diag_text(&d.v[0]);
		assert_string_equal(s, rows[i].text);
		free(s);
		diag_free(&d);
	}
}

static void
a_file_may_be_called_anything(void **state)
{
	struct diag d = DIAG_INIT;
	char *s;

	(void)state;
	diag_add(&d, DIAG_ERROR, "a\nb\033[1m\x7f", 1, 0, "odd");
	s = diag_text(&d.v[0]);
	assert_string_equal(s, "a?b?[1m?:1: odd");
	free(s);
	diag_free(&d);
}

static void
the_text_is_its_own(void **state)
{
	struct diag d = DIAG_INIT;
	char file[] = "file", text[] = "text";

	(void)state;
	diag_add(&d, DIAG_NOTE, file, 1, 1, "%s", text);
	file[0] = text[0] = 'X';
	assert_string_equal(d.v[0].file, "file");
	assert_string_equal(d.v[0].text, "text");
	diag_free(&d);
}

static void
nothing_reaches_the_terminal(void **state)
{
	struct diag d = DIAG_INIT;

	(void)state;
	diag_add(&d, DIAG_WARN, "f", 1, 0, "odd: %s", "\033[2Ja\a\177\tb\n\303\274");
	assert_string_equal(d.v[0].text, "odd: ?[2Ja??\tb\n\303\274");
	diag_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(keeps_remarks_in_order_and_counts_errors), T(says_where_as_far_as_known), T(a_file_may_be_called_anything), T(the_text_is_its_own),
		T(nothing_reaches_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
