#include "harness/unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/file.h"
#include "svc/tmpfiles.h"

#include <fcntl.h>

static void
put(const char *place, const char *text)
{
	char *path = mem_fmt("%s/tmpfiles.d/x.conf", place);
	char *dir = mem_fmt("%s/tmpfiles.d", place);

	assert_int_equal(file_mkdirs(dir), 0);
	assert_int_equal(file_replace(AT_FDCWD, path, text, strlen(text), 0644), 0);
	free(dir);
	free(path);
}

/* What is read for the service, as "name mode user:group" words in brackets. */
static void
reads(const char *service, const char *want)
{
	struct tmpfiles t = { 0 };
	struct buf got = BUF_INIT;
	char *root = getcwd(NULL, 0);

	tmpfiles_read(&t, root, service);
	buf_str(&got, "");
	for (size_t i = 0; i < t.n; i++)
		buf_fmt(&got, "[%s %o %s:%s]", t.v[i].name, (unsigned)t.v[i].mode, t.v[i].user, t.v[i].group);
	assert_string_equal(got.s, want);
	tmpfiles_free(&t);
	buf_free(&got);
	free(root);
}

static void
reads_directories_below_run(void **state)
{
	(void)state;
	reads("x", "");
	put("usr/lib", "# d /run/no\n\nd /run/a 2775 u g -\nD! /var/run/b/c/ - - - -\nd\t/run/q \"0700\" 5 6 10d\nv /run/v ~0711 :u :g");
	reads("x", "[a 2775 u:g][b/c 755 0:0][q 700 5:6][v 711 u:g]");
	reads("x@one", "[a 2775 u:g][b/c 755 0:0][q 700 5:6][v 711 u:g]");
	reads("y", "");
}

static void
leaves_others_alone(void **state)
{
	(void)state;
	put("usr/lib", "d /var/lib/a\nf /run/f\nL /run/l - - - - /x\nd /run/%m\nd /run/../etc\nd /run/a/..\nd /run/..\nd /run/a/../b\nd /run/\nd\nd /run/*\n");
	reads("x", "");
	put("usr/lib", "d /run/bad \"unclosed\nd /run/good 9999 - -\n");
	reads("x", "[good 755 0:0]");
}

static void
the_administrators_file_is_instead_of_the_packages(void **state)
{
	(void)state;
	put("usr/lib", "d /run/a\n");
	put("etc", "d /run/b\n");
	reads("x", "[b 755 0:0]");
	put("etc", "");
	reads("x", "");
}

static void
makes_what_is_not_there(void **state)
{
	struct tmpfiles t = { 0 };
	struct vec remarks = VEC_INIT;
	struct stat st;
	char *root = getcwd(NULL, 0), *lines = mem_fmt("d /run/a/b 0710 %u %u\nd /run/c 0700 nobody-knows -\nd /run/e 0700 - -\n", getuid(), getgid());

	(void)state;
	put("usr/lib", lines);
	assert_int_equal(mkdir("run", 0755), 0);
	assert_int_equal(mkdir("run/e", 0755), 0);
	tmpfiles_read(&t, root, "x");
	tmpfiles_make(&t, root, &remarks);
	assert_int_equal(stat("run/a/b", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0710);
	assert_int_equal(stat("run/e", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(access("run/c", F_OK), -1);
	assert_int_equal(remarks.n, 1);
	assert_non_null(strstr(remarks.v[0], "run/c: no such user 'nobody-knows'"));
	vec_free(&remarks);
	tmpfiles_free(&t);
	free(lines);
	free(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_directories_below_run, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(leaves_others_alone, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(the_administrators_file_is_instead_of_the_packages, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(makes_what_is_not_there, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
