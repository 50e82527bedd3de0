#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "boot/lexer.h"

static const char *const roles[] = { "", "cmd:", "", "set:", "key:", "def:", "pat:", "to:" };

/* Each token as ROLE:TEXT, one in $( ) with > in front, blanks between */
static void
reads(const char *script, const char *want)
{
	struct buf b = BUF_INIT;
	struct lex l;
	char *copy = mem_str(script);

	lexer_read(&l, copy, strlen(copy));
	for (size_t i = 0; i < l.n; i++) {
		buf_str(&b, i ? " " : "");
		for (int n = 0; n < l.v[i].nest; n++)
			buf_ch(&b, '>');
		buf_str(&b, roles[l.v[i].role]);
		if (l.s[l.v[i].at] == '\n')
			buf_str(&b, "NL");
		else
			buf_add(&b, l.s + l.v[i].at, l.v[i].n);
	}
	assert_string_equal(b.s ? b.s : "", want);
	buf_free(&b);
	lex_free(&l);
	free(copy);
}

static void
commands_and_their_words(void **state)
{
	(void)state;
	reads("a b 'c d' \"e;f\"", "cmd:a b 'c d' \"e;f\"");
	reads("X=1 Y=2 a Z=3; b # c; d\ne", "set:X=1 set:Y=2 cmd:a Z=3 ; cmd:b NL cmd:e");
	reads("export A=1 b", "cmd:export set:A=1 b");
	reads("a && b || ! c | d & e", "cmd:a && cmd:b || key:! cmd:c | cmd:d & cmd:e");
	reads("if a; then b; else c; fi; d", "key:if cmd:a ; key:then cmd:b ; key:else cmd:c ; key:fi ; cmd:d");
	reads("for x in a b; do c; done", "key:for x in a b ; key:do cmd:c ; key:done");
	reads("a \\\n b", "cmd:a b");
	reads("a#b #c", "cmd:a#b");
	reads("", "");
}

static void
redirections(void **state)
{
	(void)state;
	reads("a >b 2>&1 <c", "cmd:a > to:b 2>& to:1 < to:c");
	reads("a &>b; c", "cmd:a &> to:b ; cmd:c");
	reads(">a b", "> to:a cmd:b");
	reads("a <<X\nnot 'a command\nX\nb", "cmd:a << to:X NL cmd:b");
	reads("a <<-'X' | b\n\tc\n\tX\nd", "cmd:a << to:-'X' | cmd:b NL cmd:d");
	reads("a <<<b\nc", "cmd:a <<< to:b NL cmd:c");
	reads("a <<X\nnever ends", "cmd:a << to:X NL");
}

static void
substitutions(void **state)
{
	(void)state;
	reads("a $(b c) d", "cmd:a $(b c) >cmd:b >c d");
	reads("a \"`b \"c\"`\" d", "cmd:a \"`b \"c\"`\" >cmd:b >\"c\" d");
	reads("x=$(case y in z) a ;; esac) b", "set:x=$(case y in z) a ;; esac) >key:case >y >key:in >pat:z >) >cmd:a >;; >key:esac cmd:b");
	reads("a $((1 + (2))) b", "cmd:a $((1 + (2))) b");
	reads("a ${b:-$(c)} d", "cmd:a ${b:-$(c)} >cmd:c d");
	reads("a $(b", "cmd:a $(b >cmd:b");
}

static void
functions_and_cases(void **state)
{
	struct lex l;
	static const char script[] = "f() { a; }\ncase $1 in s|t) b ;; (*) c; esac\nfunction g { d; }\n";

	(void)state;
	reads("f() { a; }", "def:f key:{ cmd:a ; key:}");
	reads("case $1 in\n a|b) c ;;\n *) d\nesac\ne", "key:case $1 key:in NL pat:a | pat:b ) cmd:c ;; NL pat:* ) cmd:d NL key:esac NL cmd:e");
	lexer_read(&l, script, sizeof script - 1);
	assert_int_equal(l.n_ranges, 4);
	assert_int_equal(l.groups, 1);
	assert_true(lex_is(&l, l.ranges[0].name, "f"));
	assert_true(lex_is(&l, l.ranges[0].first, "a") || lex_is(&l, l.ranges[0].first + 1, "a"));
	assert_true(lex_is(&l, l.ranges[0].end, "}"));
	assert_true(lex_is(&l, l.ranges[1].name, "s"));
	assert_true(lex_is(&l, l.ranges[1].first, "b"));
	assert_true(lex_is(&l, l.ranges[1].end, ";;"));
	assert_true(lex_is(&l, l.ranges[2].end, "esac"));
	assert_non_null(lex_function(&l, "g", 1));
	assert_null(lex_function(&l, "s", 1));
	lex_free(&l);
}

static void
what_bash_adds(void **state)
{
	(void)state;
	reads("[[ a < b && c ]] && d", "key:[[ a < b && c ]] && cmd:d");
	reads("((x++)); a", "cmd:(( ; cmd:a");
	reads("a=(b c) d", "set:a=(b c) cmd:d");
	reads("a <(b c) d", "cmd:a <(b c) d");
	reads("x+=1", "set:x+=1");
	reads("(a; b); c", "( cmd:a ; cmd:b ) ; cmd:c");
}

/* Every beginning of a script is read to its end, and so are bytes of any kind. */
static void
what_looks_alike(void **state)
{
	(void)state;
	reads("a $'b\\'c' d", "cmd:a $'b\\'c' d");
	reads("a $$\"b\" $#$(c)", "cmd:a $$\"b\" $#$(c) >cmd:c");
	reads("((a; b) | c); d", "( ( cmd:a ; cmd:b ) | cmd:c ) ; cmd:d");
	reads("((a + (b))); c", "cmd:(( ; cmd:c");
	reads("a @(b|c) d*(e) f", "cmd:a @(b|c) d*(e) f");
	reads("a b\r\ncat <<E\r\nx\r\nE\r\nc\r\n", "cmd:a b NL cmd:cat << to:E NL cmd:c NL");
	reads("if !(a); then b; fi", "key:if key:! ( cmd:a ) ; key:then cmd:b ; key:fi");
	reads("case a in @(b|c)) d ;; esac", "key:case a key:in pat:@(b|c) ) cmd:d ;; key:esac");
}

static void
any_bytes(void **state)
{
	static const char script[] = "f() { case \"$(a `b \\`)\" in (x|y) z <<E >&2 ;; esac; }\n${a:-$(b \"c\")} [[ $((1)) ]] <(q) x=(1) ((2)) 'z'\nE\n\\";
	static const char bytes[] = "$(){}`'\"\\;&|<># \n=case esac";
	unsigned seed = 1;

	(void)state;
	for (size_t n = 0; n < sizeof script; n++) {
		char *copy = mem_strn(script, n);
		struct lex l;

		lexer_read(&l, copy, n);
		lex_free(&l);
		free(copy);
	}
	for (int round = 0; round < 3000; round++) {
		char text[64];
		struct lex l;

		for (size_t i = 0; i < sizeof text; i++)
			text[i] = bytes[(seed = seed * 1103515245 + 12345) / 65536 % sizeof bytes];
		lexer_read(&l, text, sizeof text);
		for (size_t i = 0; i < l.n; i++) {
			struct buf b = BUF_INIT;

			assert_true(l.v[i].at + l.v[i].n <= sizeof text);
			lex_expand(&l, i, &b);
			buf_free(&b);
		}
		lex_free(&l);
	}
}

static void
depth(void **state)
{
	char *deep = mem_alloc(40001);
	struct lex l;

	(void)state;
	for (size_t i = 0; i < 40000; i += 2)
		memcpy(deep + i, "$(", 2);
	lexer_read(&l, deep, 40000);
	lex_free(&l);
	memset(deep, '(', 40000);
	lexer_read(&l, deep, 40000);
	lex_free(&l);
	free(deep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_and_their_words), cmocka_unit_test(redirections), cmocka_unit_test(substitutions),
		cmocka_unit_test(functions_and_cases), cmocka_unit_test(what_bash_adds), cmocka_unit_test(what_looks_alike),
		cmocka_unit_test(any_bytes), cmocka_unit_test(depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
