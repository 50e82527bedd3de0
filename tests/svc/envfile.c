#include "harness/unit.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "svc/envfile.h"

static void
put(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
has(const struct vec *env, const char *name, const char *want)
{
	const char *got = vec_getenv(env, name, strlen(name));

	if (!got)
		fail_msg("no %s", name);
	assert_string_equal(got, want);
}

/* What systemd made of the file, from the JSON that holds it: the strings behind "env" that have a name of one letter. */
static void
reads_the_vector(void **state)
{
	struct vec env = VEC_INIT;
	struct service_envfile file = { mem_str("tests/svc/vectors/envfile"), false };
	char json[2048], *p, *why;
	FILE *f = fopen("tests/svc/vectors/envt", "re");
	size_t n = 0;

	(void)state;
	assert_non_null(f);
	assert_non_null(fgets(json, sizeof json, f));
	fclose(f);
	why = envfile_load(&env, &file, 1, NULL);
	assert_null(why);
	for (p = strstr(json, "\"A="); *p == '"'; p += *p == ',') {
		char want[128], *out = want;

		for (p++; *p != '"'; p++) {
			if (*p == '\\' && strncmp(p, "\\u000a", 6) == 0) {
				*out++ = '\n';
				p += 5;
				continue;
			}
			p += *p == '\\';
			*out++ = *p;
		}
		p++;
		*out = '\0';
		assert_string_equal(n < env.n ? env.v[n] : "missing", want);
		n++;
	}
	assert_int_equal(env.n, n);
	assert_int_equal(n, 21);
	vec_free(&env);
	free(file.path);
}

static void
keeps_the_last(void **state)
{
	static const char text[] = "A=1\r\nB=\"x \"  \nA=2\nC='y\\'z\nD=\"a\\\nb\\c\\$\" e\n;c\nI=x \\\n\nF=x \\\n#not=here\\\nG=1\n";
	struct vec env = VEC_INIT;

	(void)state;
	vec_add(&env, "A=0");
	vec_add(&env, "Z=26");
	assert_int_equal(envfile_parse(&env, text, sizeof text - 1), 0);
	has(&env, "A", "2");
	has(&env, "B", "x ");
	has(&env, "C", "y\\z");
	has(&env, "D", "ab\\c$e");
	has(&env, "I", "x ");
	has(&env, "F", "x #not=hereG=1");
	has(&env, "Z", "26");
	assert_int_equal(env.n, 7);
	vec_free(&env);
}

static void
refuses_what_is_no_text(void **state)
{
	struct vec env = VEC_INIT;

	(void)state;
	assert_int_equal(envfile_parse(&env, "A=1\0B=2\n", 8), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(envfile_parse(&env, "A=1\nB=\xff\n", 8), -1);
	assert_int_equal(errno, EILSEQ);
	assert_int_equal(env.n, 0);
	assert_int_equal(envfile_parse(&env, "", 0), 0);
	assert_int_equal(envfile_parse(&env, "no assignment", 13), 0);
	assert_int_equal(env.n, 0);
	vec_free(&env);
}

static void
finds_files(void **state)
{
	struct service_envfile some[] = { { mem_str("/e/*.env"), false }, { mem_str("/missing"), true }, { mem_str("/none/*"), true }, { mem_str("/dir"), true } };
	struct service_envfile missing = { mem_str("/missing"), false }, none = { mem_str("/none/*"), false }, dir = { mem_str("/dir"), false };
	struct service_envfile bad = { mem_str("/bad"), false }, fifo = { mem_str("/fifo"), false };
	struct vec env = VEC_INIT;
	char *why;

	(void)state;
	assert_int_equal(mkdir("e", 0755) | mkdir("dir", 0755) | mkfifo("fifo", 0600), 0);
	put("e/2.env", "A=2\nB=2\n", 8);
	put("e/1.env", "A=1\nC=1\n", 8);
	put("bad", "A=\xff\n", 4);
	assert_null(envfile_load(&env, some, COUNT(some), "."));
	has(&env, "A", "2");
	has(&env, "B", "2");
	has(&env, "C", "1");
	why = envfile_load(&env, &missing, 1, ".");
	assert_string_equal(why, "./missing: No such file or directory");
	free(why);
	why = envfile_load(&env, &none, 1, ".");
	assert_non_null(why);
	free(why);
	why = envfile_load(&env, &dir, 1, ".");
	assert_string_equal(why, "./dir: Is a directory");
	free(why);
	why = envfile_load(&env, &bad, 1, ".");
	assert_string_equal(why, "./bad: not UTF-8 text");
	free(why);
	why = envfile_load(&env, &fifo, 1, ".");
	assert_non_null(why);
	free(why);
	for (size_t i = 0; i < COUNT(some); i++)
		free(some[i].path);
	free(missing.path);
	free(none.path);
	free(dir.path);
	free(bad.path);
	free(fifo.path);
	vec_free(&env);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_the_vector), T(keeps_the_last), T(refuses_what_is_no_text),
		cmocka_unit_test_setup_teardown(finds_files, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
