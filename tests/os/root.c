#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/root.h"

static char dir[] = "/tmp/root-test.XXXXXX";
static int top;

static void
put(const char *path, const char *text)
{
	int fd = openat(top, path, O_WRONLY | O_CREAT | O_EXCL, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int
setup(void **state)
{
	(void)state;
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	assert_non_null(mkdtemp(dir));
	top = open(dir, O_RDONLY | O_DIRECTORY);
	mkdirat(top, "r", 0755);
	mkdirat(top, "r/etc", 0755);
	mkdirat(top, "r/etc/rc.d", 0755);
	mkdirat(top, "r/etc/rc.d/init.d", 0755);
	put("outside", "out");
	put("r/etc/rc.d/init.d/a", "in");
	symlinkat("rc.d/init.d", top, "r/etc/init.d");
	symlinkat("/etc/rc.d", top, "r/etc/abs");
	symlinkat("../../outside", top, "r/etc/up");
	symlinkat("../../../../../../../../etc/rc.d/init.d/a", top, "r/etc/deep");
	symlinkat("loop", top, "r/etc/loop");
	return 0;
}

static int
teardown(void **state)
{
	const char *files[] = { "r/etc/host", "r/etc/climb", "r/etc/loop", "r/etc/deep", "r/etc/up", "r/etc/abs", "r/etc/init.d", "r/etc/rc.d/init.d/a", "outside" };
	const char *dirs[] = { "r/new/below/it", "r/new/below", "r/new", "r/etc/rc.d/made", "r/etc/rc.d/init.d", "r/etc/rc.d", "r/etc", "r" };

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlinkat(top, files[i], 0);
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		unlinkat(top, dirs[i], AT_REMOVEDIR);
	close(top);
	return rmdir(dir);
}

static void
reads(const char *path, const char *want)
{
	int root = openat(top, "r", O_PATH | O_DIRECTORY), fd;
	char got[16] = "";

	fd = root_open(root, path, O_RDONLY);
	assert_true(fd >= 0);
	assert_true(read(fd, got, sizeof got - 1) > 0);
	assert_string_equal(got, want);
	close(fd);
	close(root);
}

static void
fails(const char *path, int flags, int error)
{
	int root = openat(top, "r", O_PATH | O_DIRECTORY);

	errno = 0;
	assert_int_equal(root_open(root, path, flags), -1);
	assert_int_equal(errno, error);
	close(root);
}

static void
test_inside(void **state)
{
	(void)state;
	reads("/etc/rc.d/init.d/a", "in");
	reads("etc/init.d/a", "in");
	reads("/etc/abs/init.d/a", "in");
	reads("/etc/../../../etc//init.d/./a", "in");
	reads("/etc/deep", "in");
}

static void
test_never_outside(void **state)
{
	(void)state;
	fails("/etc/up", O_RDONLY, ENOENT);
	fails("/../outside", O_RDONLY, ENOENT);
	fails("/etc/loop", O_RDONLY, ELOOP);
	fails("/etc/loop/x", O_RDONLY, ELOOP);
}

static void
test_kinds(void **state)
{
	char name[400];

	(void)state;
	fails("/etc/init.d/a/x", O_RDONLY, ENOTDIR);
	fails("/etc/init.d/none", O_RDONLY, ENOENT);
	fails("/etc/abs", O_RDONLY | O_NOFOLLOW, ELOOP);
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	fails(name, O_RDONLY, ENAMETOOLONG);
}

static void
test_root_itself(void **state)
{
	int root = openat(top, "r", O_PATH | O_DIRECTORY), fd;
	struct stat a, b;

	(void)state;
	fd = root_open(root, "/..", O_RDONLY | O_DIRECTORY);
	assert_int_equal(fstat(fd, &a), 0);
	assert_int_equal(fstat(root, &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	close(fd);
	fd = root_open(root, "/etc/abs", O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	close(fd);
	/* openat(2) itself would open the link */
	fd = root_open(root, "/etc/abs", O_PATH);
	assert_int_equal(fstat(fd, &a), 0);
	assert_true(S_ISDIR(a.st_mode));
	close(fd);
	fd = root_open(root, "/etc/abs", O_PATH | O_NOFOLLOW);
	assert_int_equal(fstat(fd, &a), 0);
	assert_true(S_ISLNK(a.st_mode));
	close(fd);
	assert_int_equal(root_open(root, "/etc/up", O_PATH), -1);
	close(root);
}

/* what is made is made inside, whatever the way there is made of */
static void
test_makes_inside(void **state)
{
	int root = openat(top, "r", O_PATH | O_DIRECTORY), fd;
	struct stat a, b;

	(void)state;
	fd = root_mkdirs(root, "/new/below//it");
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &a), 0);
	assert_int_equal(fstatat(root, "new/below/it", &b, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISDIR(b.st_mode) && a.st_ino == b.st_ino);
	close(fd);
	/* a link that leads up from the root's own /etc, and one to an absolute path that is there on the host only */
	assert_int_equal(symlinkat("../../../outside", root, "etc/climb"), 0);
	assert_int_equal(symlinkat("/tmp", root, "etc/host"), 0);
	assert_int_equal(root_mkdirs(root, "/etc/climb/made"), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(root_mkdirs(root, "/etc/host/made-by-a-test"), -1);
	assert_int_equal(access("/tmp/made-by-a-test", F_OK), -1);
	fd = root_mkdirs(root, "/etc/abs/made");
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(root_mkdirs(root, "/etc/init.d/a/x"), -1);
	assert_int_equal(errno, ENOTDIR);
	fd = root_mkdirs(root, "/");
	assert_true(fd >= 0);
	close(fd);
	close(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_inside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_never_outside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_root_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(test_makes_inside, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
