#include "harness/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>

#include "os/glob.h"

static void
make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	close(fd);
}

static int
scene(void **state)
{
	static const char *const files[] = {
		"a/1.conf", "a/10.conf", "a/2.conf", "a/.hidden.conf", "a/x", "b/1.conf", "b/c/deep", "plain", "with[bracket", "st*r", "Z",
	};

	enter_directory(state);
	assert_int_equal(mkdir("a", 0755) + mkdir("b", 0755) + mkdir("b/c", 0755) + mkdir(".d", 0755), 0);
	assert_int_equal(symlink("nowhere", "a/dead") + symlink("b", "link"), 0);
	for (size_t i = 0; i < COUNT(files); i++)
		make(files[i]);
	return 0;
}

/* the C library's own does the same */
static void
as_libc_does(void **state)
{
	static const char *const patterns[] = {
		"*", "a/*.conf", "*/1.conf", "*/*", "a/.*.conf", ".*/", "./a/[12].conf", "*/c/deep", "link/*", "a//*.conf", "plain", "a/1.conf", "a/dead",
		"a/d*", "a*/", "*/", "*/.", "st\\*r", "st\\*", "with[[]*", "with[bracket", "nothing*", "plain/*", "gone/*", "a/*/", "\\.d", ".[d]", "[.]d", "*/c/../c/*",
		"[!a]/*", "a/?", "", "/dev/nul?", "/", "//dev/nul?",
	};
	char cwd[4096], *absolute;

	(void)state;
	assert_non_null(getcwd(cwd, sizeof cwd));
	for (size_t i = 0; i < COUNT(patterns); i++) {
		struct vec found = VEC_INIT;
		glob_t g;
		int r = glob(patterns[i], 0, NULL, &g);

		assert_int_equal(glob_paths(&found, patterns[i]), r == 0 ? 0 : -1);
		if (r != 0)
			assert_int_equal(errno, ENOENT);
		assert_int_equal(found.n, r == 0 ? g.gl_pathc : 0);
		for (size_t k = 0; k < found.n; k++)
			assert_string_equal(found.v[k], g.gl_pathv[k]);
		vec_free(&found);
		globfree(&g);
	}
	assert_true(asprintf(&absolute, "%s/a/*.conf", cwd) > 0);
	struct vec found = VEC_INIT;
	vec_add(&found, "zzz, that was there");
	assert_int_equal(glob_paths(&found, absolute), 0);
	assert_int_equal(found.n, 4);
	assert_string_equal(found.v[0], "zzz, that was there");
	assert_string_equal(found.v[1] + strlen(cwd), "/a/1.conf");
	assert_string_equal(found.v[3] + strlen(cwd), "/a/2.conf");
	vec_free(&found);
	free(absolute);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(as_libc_does, scene, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
