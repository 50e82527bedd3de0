#include "harness/unit.h"

#include <errno.h>

#include "svc/words.h"

static const struct specifier spec = { "x@in", "/etc/systemd/system/x@.service", NULL };

/* The words joined by '|'. */
static void
is(const struct vec *v, const char *want)
{
	char got[1024] = "";

	for (size_t i = 0; i < v->n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? "|" : "", v->v[i]);
	assert_string_equal(got, want);
}

static void
splits(void **state)
{
	static const struct {
		const char *text;
		unsigned flags;
		const char *want;
	} cases[] = {
		{ "", WORDS_UNQUOTE, "" }, { " \t a  b\n", WORDS_UNQUOTE, "a|b" }, { "'a b' \"c d\"e f'g'", WORDS_UNQUOTE, "a b|c de|fg" },
		{ "'' \"\"", WORDS_UNQUOTE, "|" }, { "'a b'", 0, "'a|b'" }, { "a\\x2db", WORDS_RETAIN_ESCAPE, "a\\x2db" }, { "a\\x2db", 0, "ax2db" },
		{ "a\\tb \\u00e9 \\101 \\U0001f600 \\\\ \\\" \\s", WORDS_CUNESCAPE, "a\tb|\xc3\xa9|A|\xf0\x9f\x98\x80|\\|\"| " },
		{ "a\\ b \\q \\x0 \\400 \\xzz", WORDS_CUNESCAPE | WORDS_KEEP_UNKNOWN, "a\\ b|\\q|\\x0|\\400|\\xzz" },
		{ "'a b", WORDS_UNQUOTE | WORDS_RELAX, "a b" }, { "a\\", WORDS_CUNESCAPE | WORDS_KEEP_UNKNOWN, "a\\" }, { "a\\", WORDS_RELAX, "a" },
		{ "\\'a b\\'", WORDS_UNQUOTE | WORDS_CUNESCAPE, "'a|b'" }, { "'it\\'s'", WORDS_UNQUOTE | WORDS_CUNESCAPE, "it's" },
		{ "\"a'b\" 'c\"d'", WORDS_UNQUOTE, "a'b|c\"d" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vec v = VEC_INIT;

		assert_int_equal(words_split(&v, cases[i].text, cases[i].flags), 0);
		is(&v, cases[i].want);
		vec_free(&v);
	}
}

static void
refuses_what_is_open(void **state)
{
	static const struct {
		const char *text;
		unsigned flags;
		const char *before;
	} cases[] = {
		{ "a 'b", WORDS_UNQUOTE, "a" }, { "a b\"", WORDS_UNQUOTE, "a" }, { "a b\\", WORDS_CUNESCAPE, "a" }, { "a b\\q c", WORDS_CUNESCAPE, "a" },
		{ "\\x00", WORDS_CUNESCAPE, "" }, { "\\000", WORDS_CUNESCAPE, "" }, { "\\ud800", WORDS_CUNESCAPE, "" }, { "\\U00110000", WORDS_CUNESCAPE, "" },
		{ "\\u00", WORDS_CUNESCAPE, "" }, { "\\1", WORDS_CUNESCAPE, "" }, { "'a\\", WORDS_UNQUOTE | WORDS_CUNESCAPE | WORDS_KEEP_UNKNOWN, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vec v = VEC_INIT;

		errno = 0;
		assert_int_equal(words_split(&v, cases[i].text, cases[i].flags), -1);
		assert_int_equal(errno, EINVAL);
		is(&v, cases[i].before);
		vec_free(&v);
	}
}

static int
parse(struct service *s, struct diag *d, const char *value)
{
	service_init(s, "x");
	*d = (struct diag)DIAG_INIT;
	return words_exec(&s->cmd[SERVICE_START], value, &spec, d, "f", 7);
}

static void
reads_prefixes(void **state)
{
	static const struct {
		const char *value, *path, *argv;
		bool ignore, literal, privileged, keep_user;
	} cases[] = {
		{ "/bin/x a", "/bin/x", "/bin/x|a", 0, 0, 0, 0 }, { "-/bin/x", "/bin/x", "/bin/x", 1, 0, 0, 0 }, { ":/bin/x", "/bin/x", "/bin/x", 0, 1, 0, 0 },
		{ "+/bin/x", "/bin/x", "/bin/x", 0, 0, 1, 0 }, { "!/bin/x", "/bin/x", "/bin/x", 0, 0, 0, 1 }, { "!!/bin/x", "/bin/x", "/bin/x", 0, 0, 0, 1 },
		{ "-:!@/bin/x zero one", "/bin/x", "zero|one", 1, 1, 0, 1 }, { "x y", "x", "x|y", 0, 0, 0, 0 }, { "//bin/./x", "/bin/x", "//bin/./x", 0, 0, 0, 0 },
		{ "\"/b n/x\" y", "/b n/x", "/b n/x|y", 0, 0, 0, 0 }, { "/opt/%i/x %%", "/opt/in/x", "/opt/in/x|%", 0, 0, 0, 0 },
		{ "/bin/x a \\; b", "/bin/x", "/bin/x|a|;|b", 0, 0, 0, 0 }, { "/bin/x ';' a; ;b", "/bin/x", "/bin/x|;|a;|;b", 0, 0, 0, 0 },
		{ "/bin/x \\q", "/bin/x", "/bin/x|\\q", 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct service s;
		struct diag d;
		const struct service_command *c;

		assert_int_equal(parse(&s, &d, cases[i].value), 0);
		assert_int_equal(s.cmd[SERVICE_START].n, 1);
		c = &s.cmd[SERVICE_START].v[0];
		assert_string_equal(c->path, cases[i].path);
		is(&c->argv, cases[i].argv);
		assert_int_equal(c->ignore_failure, cases[i].ignore);
		assert_int_equal(c->literal, cases[i].literal);
		assert_int_equal(c->privileged, cases[i].privileged);
		assert_int_equal(c->keep_user, cases[i].keep_user);
		assert_string_equal(c->file, "f");
		assert_int_equal(c->line, 7);
		diag_free(&d);
		service_free(&s);
	}
}

static void
separates_commands(void **state)
{
	struct service s;
	struct diag d;

	(void)state;
	assert_int_equal(parse(&s, &d, "-/a 1 ; /b 2;3 ; @/c d ;"), 0);
	assert_int_equal(s.cmd[SERVICE_START].n, 3);
	is(&s.cmd[SERVICE_START].v[0].argv, "/a|1");
	assert_true(s.cmd[SERVICE_START].v[0].ignore_failure);
	is(&s.cmd[SERVICE_START].v[1].argv, "/b|2;3");
	assert_false(s.cmd[SERVICE_START].v[1].ignore_failure);
	is(&s.cmd[SERVICE_START].v[2].argv, "d");
	assert_int_equal(d.n, 0);
	service_free(&s);
}

static void
refuses_bad_commands(void **state)
{
	static const char *const bad[] = {
		"/bin/x 'a", "'/bin/x", "-", "/bin/", "a/b", "/bin/x %5", "/%5", "@/bin/x", "\"\"", "..", "/bin/a\\tb x", "/ok ; /bin/x 'a",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct service s;
		struct diag d;
		int r = parse(&s, &d, bad[i]);

		if (*bad[i] == '-')	/* the failure of that one is to be ignored, but it must be said */
			assert_int_equal(r, 0);
		else
			assert_int_equal(r, -1);
		assert_int_equal(s.cmd[SERVICE_START].n, strstr(bad[i], "/ok") ? 1 : 0);
		assert_int_equal(d.n, 1);
		assert_int_equal(d.v[0].level, *bad[i] == '-' ? DIAG_WARN : DIAG_ERROR);
		assert_string_equal(d.v[0].file, "f");
		assert_int_equal(d.v[0].line, 7);
		diag_free(&d);
		service_free(&s);
	}
}

static void
expands_variables(void **state)
{
	static const struct {
		const char *value, *want;
	} cases[] = {
		{ "/x $A", "/x|one" }, { "/x $W", "/x|two words|and" }, { "/x ${W}", "/x|'two words' and" }, { "/x $N ${N}", "/x|" }, { "/x a${A}b", "/x|aoneb" },
		{ "/x a$A", "/x|a$A" }, { "/x ${A", "/x|${A" }, { "/x ${A:-y}", "/x|${A:-y}" }, { "/x ${A:-${A}}", "/x|${A:-one}" }, { "/x $${A}$$", "/x|${A}$" },
		{ "/x $", "/x" }, { "/x a$ ${}", "/x|a$|" }, { "/x $U", "/x|open end" }, { ":/x $A ${A} $$", "/x|$A|${A}|$$" }, { "@/x $A", "one" },
	};
	struct vec env = VEC_INIT;

	(void)state;
	vec_add(&env, "A=one");
	vec_add(&env, "W='two words' and");
	vec_add(&env, "E=");
	vec_add(&env, "U='open end");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct service s;
		struct diag d;
		struct vec argv = VEC_INIT;

		assert_int_equal(parse(&s, &d, cases[i].value), 0);
		words_expand(&s.cmd[SERVICE_START].v[0], &env, &argv);
		is(&argv, cases[i].want);
		vec_free(&argv);
		diag_free(&d);
		service_free(&s);
	}
	vec_free(&env);
}

/* No length of input may cost more than its length. */
static void
is_linear(void **state)
{
	enum { N = 400000 };
	struct service_command c = { 0 };
	struct vec env = VEC_INIT, argv = VEC_INIT;
	char *text = malloc(N * 3 + 1);

	(void)state;
	for (size_t i = 0; i < N; i++)
		memcpy(text + i * 3, "${a", 3);
	text[N * 3] = '\0';
	*text = 'x';
	vec_take(&c.argv, text);
	words_expand(&c, &env, &argv);
	assert_string_equal(argv.v[0], text);
	vec_free(&argv);
	vec_free(&c.argv);
}

static void
knows_names(void **state)
{
	(void)state;
	assert_true(words_is_name("A_1z", 4) && words_is_name("_", 1));
	assert_false(words_is_name("", 0) || words_is_name("1A", 2) || words_is_name("A-B", 3) || words_is_name("A B", 3));
	assert_true(words_is_assignment("A=") && words_is_assignment("A=b=c\n"));
	assert_false(words_is_assignment("A") || words_is_assignment("=x") || words_is_assignment("A=\xff") || words_is_assignment("export A=b"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(splits), T(refuses_what_is_open), T(reads_prefixes), T(separates_commands), T(refuses_bad_commands), T(expands_variables),
		T(is_linear), T(knows_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
