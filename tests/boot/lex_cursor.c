#include "boot/lex_cursor.h"

#include "harness/unit.h"

static struct lex_cursor
at(const char *text)
{
	return (struct lex_cursor){ .s = text, .n = strlen(text), .line = 1 };
}

static void
steps(void **state)
{
	struct lex_cursor c = at("a\nbc");

	(void)state;
	lex_cursor_steps(&c, 3);
	assert_true(c.p == 3 && c.line == 2 && c.bol == 2);
	assert_int_equal(lex_cursor_peek(&c, 0), 'c');
	assert_int_equal(lex_cursor_peek(&c, 1), '\0');
	lex_cursor_steps(&c, 100);
	assert_int_equal(c.p, c.n);
}

/* What is skipped, and where it ends. */
static void
skips(void **state)
{
	static const struct {
		void (*over)(struct lex_cursor *);
		const char *text;
		size_t end;
	} rows[] = {
		{ lex_cursor_single, "'a\\'b", 4 }, { lex_cursor_single, "'a", 2 },
		{ lex_cursor_ansi, "$'a\\'b'c", 7 }, { lex_cursor_ansi, "$'a\\", 4 },
		{ lex_cursor_parens, "(a (b ')') \\) )c", 15 }, { lex_cursor_parens, "((", 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lex_cursor c = at(rows[i].text);

		rows[i].over(&c);
		assert_int_equal(c.p, rows[i].end);
	}
}

static void
looks(void **state)
{
	struct lex_cursor c = at("((a))"), list = at("((a); b)"), open = at("((a"), pattern = at("x@(a)");

	(void)state;
	assert_true(lex_cursor_is_arithmetic(&c));
	assert_false(lex_cursor_is_arithmetic(&list));
	assert_true(lex_cursor_is_arithmetic(&open));
	pattern.p = 2;
	assert_true(lex_cursor_is_extended(&pattern, 0));
	assert_false(lex_cursor_is_extended(&pattern, 2));
	assert_int_equal(lex_cursor_assign("ab=c", 4), 3);
	assert_int_equal(lex_cursor_assign("a+=c", 4), 3);
	assert_int_equal(lex_cursor_assign("a[1]=c", 6), 5);
	assert_int_equal(lex_cursor_assign("1a=c", 4), 0);
	assert_int_equal(lex_cursor_assign("a", 1), 0);
	assert_int_equal(lex_cursor_assign("a[1", 3), 0);
}

static void
here_documents(void **state)
{
	static const char text[] = "'E F' -X\nE F\n\tx\n\tX\nend";
	struct lex_cursor c = at(text);

	(void)state;
	c.docs[0] = (struct lex_doc){ 0, 5, false };
	c.docs[1] = (struct lex_doc){ 7, 1, true };
	c.n_docs = 2;
	c.p = 9;
	lex_cursor_docs(&c);
	assert_string_equal(text + c.p, "end");
	assert_int_equal(c.n_docs, 0);
	/* one that does not end goes to the end of the text */
	c = at("E\nx");
	c.docs[0] = (struct lex_doc){ 0, 1, false };
	c.n_docs = 1;
	c.p = 2;
	lex_cursor_docs(&c);
	assert_int_equal(c.p, c.n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(steps), T(skips), T(looks), T(here_documents) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
