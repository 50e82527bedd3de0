#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "boot/lexer.h"

static void
arguments(void **state)
{
	static const char script[] = "a $(b c) d >e f; g";
	struct lex l;
	size_t i;

	(void)state;
	lexer_read(&l, script, sizeof script - 1);
	i = lex_arg(&l, 0, 0);
	assert_true(lex_is(&l, i, "$(b c)"));
	i = lex_arg(&l, 0, i);
	assert_true(lex_is(&l, i, "d"));
	i = lex_arg(&l, 0, i);
	assert_true(lex_is(&l, i, "f"));
	assert_int_equal(lex_arg(&l, 0, i), l.n);
	assert_int_equal(l.v[0].column, 1);
	assert_int_equal(l.v[1].line, 1);
	lex_free(&l);
}

static void
expands(const char *script, size_t word, const char *want)
{
	struct buf b = BUF_INIT;
	struct lex l;

	lexer_read(&l, script, strlen(script));
	if (want) {
		assert_true(lex_expand(&l, word, &b));
		assert_string_equal(b.s ? b.s : "", want);
	} else {
		assert_false(lex_expand(&l, word, &b));
	}
	buf_free(&b);
	lex_free(&l);
}

static void
expansion(void **state)
{
	(void)state;
	expands("'a b'\"c\"\\d", 0, "a bcd");
	expands("D=/x\nP=$D/\"${N}.pid\"; N=n\na $P", 7, "/x/n.pid");
	expands("a $P", 1, NULL);
	expands("P=1\nP=2\na $P", 5, NULL);
	expands("P=1\nP=1\na $P", 5, "1");
	expands("f() { P=1; }\na $P", 7, NULL);
	expands("P=$P$P$P\na $P$P", 3, NULL);
	expands("a ${P:-x}", 1, NULL);
	expands("a $(b)", 1, NULL);
}

static void
names(void **state)
{
	static const char script[] = "A=1; f() { A=2; B=$A; }\nAB=3 f() { :; }\nfff() { b; }\nA[1]=2";
	struct lex l;

	(void)state;
	lexer_read(&l, script, sizeof script - 1);
	assert_ptr_equal(lex_assignment(&l, "A", 1), &l.v[0]);
	assert_true(lex_assignment(&l, "B", 1)->inside);
	assert_int_equal(lex_assignment(&l, "AB", 2)->line, 2);
	assert_null(lex_assignment(&l, "C", 1));
	assert_null(lex_assignment(&l, "", 0));
	assert_int_equal(l.v[lex_function(&l, "f", 1)->name].line, 1);
	assert_int_equal(l.v[lex_function(&l, "fff", 3)->name].line, 3);
	assert_null(lex_function(&l, "ff", 2));
	lex_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(arguments), cmocka_unit_test(expansion), cmocka_unit_test(names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
