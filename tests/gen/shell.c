#include "harness/unit.h"

#include "base/mem.h"
#include "gen/portable.h"
#include "gen/shell.h"
#include "os/capture.h"
#include "os/clock.h"
#include "os/file.h"
#include "svc/envfile.h"
#include "svc/words.h"

#include <errno.h>
#include <fcntl.h>

#define ENVIRONMENT "Environment=\"ONE=one\" \"TWO=two two\" THREE= \"FOUR=a\\tb\" FIVE=$ONE \"SIX='q q' r\" MYPATH=/x/y \"SEVEN=it's \\\\\"a  b\\\\\" \\\\\\\\x\" \"STAR=* ?\"\n"

static const char *const shells[] = { "/bin/dash", "/bin/bash", "/bin/busybox", "/bin/mksh", "/usr/bin/yash" };

/* What the shell prints when the script of the unit, with these lines in place of its last one, is run. */
static void
run_script(const char *shell, const char *unit, const char *last, struct buf *out)
{
	struct unit_sources src = { 0 };
	struct unit_source one = { mem_str("x.service"), BUF_INIT };
	struct diag d = DIAG_INIT;
	struct lost lost = { 0 };
	struct service s;
	struct buf script = BUF_INIT;
	char *busybox[] = { (char *)shell, "sh", "script", NULL }, *plain[] = { (char *)shell, "script", NULL };
	char *env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL };
	int status;

	buf_str(&one.text, unit);
	src.v = mem_grow(src.v, &src.cap, 1, sizeof one);
	src.v[src.n++] = one;
	if (unit_parse(&s, &src, "x", NULL, &d) != 0)
		fail_msg("%s", d.v[0].text);
	assert_int_equal(script_generate(&script, &portable_target, &s, &src, &lost, NULL, &d), 0);
	script.len -= strlen("main \"$@\"\n");
	buf_str(&script, last);
	assert_int_equal(file_replace(AT_FDCWD, "script", script.s, script.len, 0755), 0);
	if (capture_run(shell, strstr(shell, "busybox") ? busybox : plain, env, NULL, clock_after(20000000), 1 << 16, CAPTURE_ALL, out, &status) != 0)
		fail_msg("%s: %s\n%s", shell, strerror(errno), unit);
	if (status != 0)
		fail_msg("%s: status %d: %s", shell, status, out->s ? out->s : "");
	buf_free(&script);
	service_free(&s);
	unit_sources_free(&src);
	diag_free(&d);
}

/* The words that the reader makes of the command, each behind a "<" and before a ">". */
static char *
expected(const char *unit)
{
	struct service s;
	struct diag d = DIAG_INIT;
	struct vec argv = VEC_INIT;
	struct buf out = BUF_INIT;

	assert_int_equal(unit_read_text(&s, unit, strlen(unit), "x.service", "x", NULL, &d), 0);
	words_expand(&s.cmd[SERVICE_START].v[0], &s.environment, &argv);
	buf_str(&out, "");
	for (size_t i = 0; i < argv.n; i++)
		buf_fmt(&out, "<%s>", argv.v[i]);
	vec_free(&argv);
	service_free(&s);
	diag_free(&d);
	return buf_take(&out);
}

static void
splits_as_the_reader_does(void **state)
{
	static const char *const args[] = {
		"a b c", "\"a b\" c", "'a b' c", "a\\ b", "a\"b c\"d", "$ONE", "${ONE}", "x${ONE}y", "${TWO}", "\"${TWO}\"", "'$TWO'", "'${TWO}'", "x$TWO",
		"x${TWO}y", "$THREE", "${THREE}", "x${THREE}y", "$UNSET", "${UNSET}", "x${UNSET}y", "$$ONE", "$$", "a$$b", "$${ONE}", "${FOUR}", "$SIX",
		"${SIX}", "${ONE}${TWO}", "${ONE}-${TWO}", "${UNSET:-x}", "${ONE", "$", "a$", "--p=$ONE", "* ? [a-z]", "~ ~root", "a|b & c < d > e `f` $(g)",
		"\\x41\\101\\u00e9", "a\\tb\\nc", "'it\\'s'", "\"\"", "''", "$FIVE ${FIVE}", "$MYPATH/z ${MYPATH}/z", "$SEVEN", "${SEVEN}", "$STAR ${STAR}",
		"-n -e -x --", "a=b", "$ONE $TWO mid $SIX end", "%%n 100%%", "\\\\ \\\"", "!x #y", "$1 ${1}", "$ONE-$TWO", "${a-b}", "$a-b", "a\\;b \\; c",
	};

	(void)state;
	for (size_t k = 0; k < COUNT(shells); k++)
		for (size_t i = 0; i < COUNT(args); i++) {
			char *unit = mem_fmt("[Service]\nType=oneshot\n" ENVIRONMENT "ExecStart=/bin/x %s\n", args[i]);
			char *want = expected(unit);
			struct buf got = BUF_INIT;

			if (access(shells[k], X_OK) != 0)
				continue;
			run_script(shells[k], unit, "launch() { shift; printf '<%s>' \"$@\"; }\nenvironment && run_start\n", &got);
			if (strcmp(want, got.s ? got.s : "") != 0)
				fail_msg("%s: %s: %s, not %s", shells[k], args[i], got.s, want);
			buf_free(&got);
			free(want);
			free(unit);
		}
}

/* The variables of a file, read by the script and by the reader. */
static void
same_environment(const char *shell, const char *text, size_t n)
{
	struct vec env = VEC_INIT;
	struct buf want = BUF_INIT, got = BUF_INIT;
	char *path = realpath(".", NULL);
	char *unit = mem_fmt("[Service]\nType=oneshot\nEnvironmentFile=%s/file\nExecStart=/bin/x\n", path);

	assert_int_equal(file_replace(AT_FDCWD, "file", text, n, 0644), 0);
	if (envfile_parse(&env, text, n) != 0)
		fail_msg("%.*s", (int)n, text);
	buf_str(&want, "");
	for (size_t i = 0; i < env.n; i++)
		buf_fmt(&want, "<%s>", env.v[i]);
	run_script(shell, unit, "environment\nfor v in $variables; do eval \"printf '<%s=%s>' \\\"$v\\\" \\\"\\$env_$v\\\"\"; done\n", &got);
	if (strcmp(want.s, got.s ? got.s : "") != 0)
		fail_msg("%s: %s\nof\n%.*s\nnot\n%s", shell, got.s, (int)n, text, want.s);
	buf_free(&want);
	buf_free(&got);
	vec_free(&env);
	free(unit);
	free(path);
}

static void
reads_environment_files_as_the_reader_does(void **state)
{
	static const char *const texts[] = {
		"A=1\nB=two words \nC='q'\nD=\"d\"\n", "A=a\\\nb\nB=1", "A=\"a\nb\"\nB='x\n\ny'\n", "A='it'\\''s'\n", "# c\n; d\n#x\\\nA=1\nB=2\n",
		"export X=1\n1X=2\nV-W=3\nok_1=4\n", "A=$HOME `id` $(id) ${B}\n", "A=\\$x \\\" \\a\n", "A=\"\\$x \\\" \\a \\\\ \\`\"\n", "  A  =  b  \nnone\n=x\n",
		"A=a  \\\n  b  \n", "A=\"a\\\nb\"\n", "A=\"x\"y \nB=\"x\" 'y'  z\n", "A=1\r\nB=2\r\n", "A=\nB=''\nC=\"\"\n", "A=1\nA=2\n", "A=a'b'c\"d\"\n", "A='\\n'\n",
		"A=\"a \" \n", "A=b\\ \n", "\n\n\tA=1\n", "A==\n", "A=\"open", "A=* ?\nB=~\n", "A=a#b ;c\n", "A=\xc3\xa9\n",
	};
	struct buf vectors = BUF_INIT;
	char *top = getenv("TOP_OF_TREE");
	char *path = mem_fmt("%s/tests/svc/vectors/envfile", top);

	(void)state;
	assert_int_equal(file_read(AT_FDCWD, path, 0, 1 << 20, &vectors, NULL), 0);
	for (size_t k = 0; k < COUNT(shells); k++) {
		if (access(shells[k], X_OK) != 0)
			continue;
		same_environment(shells[k], vectors.s, vectors.len);
		for (size_t i = 0; i < COUNT(texts); i++)
			same_environment(shells[k], texts[i], strlen(texts[i]));
	}
	buf_free(&vectors);
	free(path);
}

static void
quotes(void **state)
{
	static const char *const cases[][2] = {
		{ "a", "a" }, { "", "''" }, { "a b", "'a b'" }, { "it's", "'it'\\''s'" }, { "$x", "'$x'" }, { "a\nb", "'a\nb'" }, { "/usr/bin/x-1.2+3", "/usr/bin/x-1.2+3" },
		{ "~", "'~'" }, { "A=b", "'A=b'" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = BUF_INIT;

		shell_quote(&b, cases[i][0]);
		assert_string_equal(b.s, cases[i][1]);
		buf_free(&b);
	}
}

static void
comments_have_one_line(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	shell_comment(&b, "a\nrm -rf /\rb\x7f");
	assert_string_equal(b.s, "a rm -rf / b ");
	buf_free(&b);
	shell_set(&b, "X", NULL);
	shell_set(&b, "Y", "a b");
	shell_set(&b, "Z", "sh");
	assert_string_equal(b.s, "X=''\nY='a b'\nZ='sh'\n");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(quotes), T(comments_have_one_line),
		cmocka_unit_test_setup_teardown(splits_as_the_reader_does, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(reads_environment_files_as_the_reader_does, enter_directory, leave_directory),
	};
	char *top = realpath(".", NULL);

	setenv("TOP_OF_TREE", top, 1);
	free(top);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
