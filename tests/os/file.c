#include "harness/unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "os/file.h"

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* how many names the working directory has */
static int
names(void)
{
	DIR *d = opendir(".");
	int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void
reads_regular_files(void **state)
{
	struct buf b = BUF_INIT;
	struct stat st;

	(void)state;
	put("a", "some text\n");
	buf_str(&b, "before ");
	assert_int_equal(file_read(AT_FDCWD, "a", 0, 100, &b, &st), 0);
	assert_string_equal(b.s, "before some text\n");
	assert_int_equal(st.st_size, 10);
	assert_int_equal(file_read(AT_FDCWD, "a", 0, 10, &b, NULL), 0);
	assert_int_equal(file_read(AT_FDCWD, "a", 0, 9, &b, NULL), -1);
	assert_int_equal(errno, EFBIG);
	buf_clear(&b);
	assert_int_equal(file_read(AT_FDCWD, "/proc/self/status", 0, 65536, &b, NULL), 0);
	assert_true(b.len > 100);
	buf_clear(&b);
	assert_int_equal(file_read(AT_FDCWD, "/proc/self/status", 0, 20, &b, NULL), -1);
	assert_int_equal(errno, EFBIG);
	buf_free(&b);
}

static void
refuses_all_else(void **state)
{
	static const struct {
		const char *path;
		int flags, error;
	} rows[] = {
		{ "none", 0, ENOENT }, { ".", 0, EISDIR }, { "fifo", 0, EINVAL }, { "/dev/null", 0, EINVAL }, { "/dev/zero", 0, EINVAL },
		{ "link", O_NOFOLLOW, ELOOP }, { "a/b", 0, ENOTDIR },
	};
	struct buf b = BUF_INIT;

	(void)state;
	put("a", "x");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(symlink("a", "link"), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(file_read(AT_FDCWD, rows[i].path, rows[i].flags, 100, &b, NULL), -1);
		assert_int_equal(errno, rows[i].error);
	}
	assert_int_equal(b.len, 0);
	assert_int_equal(file_read(AT_FDCWD, "link", 0, 100, &b, NULL), 0);
	buf_free(&b);
}

static void
replaces_whole(void **state)
{
	struct buf b = BUF_INIT;
	struct stat st;
	mode_t old = umask(077);
	int before = names(), dir;

	(void)state;
	assert_int_equal(file_replace(AT_FDCWD, "new", "one", 3, 0644), 0);
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(link("new", "old"), 0);
	assert_int_equal(file_replace(AT_FDCWD, "new", "two!", 4, 0755), 0);
	assert_int_equal(file_read(AT_FDCWD, "new", 0, 100, &b, &st), 0);
	assert_string_equal(b.s, "two!");
	assert_int_equal(st.st_mode & 07777, 0755);
	/* another file in its place, not another content of the same */
	buf_clear(&b);
	assert_int_equal(file_read(AT_FDCWD, "old", 0, 100, &b, NULL), 0);
	assert_string_equal(b.s, "one");
	assert_int_equal(mkdir("d", 0700), 0);
	dir = open("d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(file_replace(dir, "in", "", 0, 0600), 0);
	assert_int_equal(stat("d/in", &st), 0);
	close(dir);
	assert_int_equal(names(), before + 3);
	umask(old);
	buf_free(&b);
}

static void
leaves_nothing_when_it_fails(void **state)
{
	int before;

	(void)state;
	assert_int_equal(mkdir("full", 0700), 0);
	put("full/x", "x");
	before = names();
	assert_int_equal(file_replace(AT_FDCWD, "full", "x", 1, 0600), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(file_replace(AT_FDCWD, "none/x", "x", 1, 0600), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(names(), before);
}

static void
makes_directories(void **state)
{
	struct stat st;
	mode_t old = umask(077);

	(void)state;
	assert_int_equal(file_mkdirs("p/q/r"), 0);
	assert_int_equal(stat("p/q", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(chmod("p", 0711), 0);
	assert_int_equal(file_mkdirs("p/q/r"), 0);
	assert_int_equal(stat("p", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0711);
	put("p/file", "");
	assert_int_equal(file_mkdirs("p/file"), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(file_mkdirs("p/file/x"), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(file_mkdirs("/"), 0);
	umask(old);
}

static void
joins_roots(void **state)
{
	static const struct {
		const char *root, *path, *want;
	} rows[] = {
		{ NULL, "/etc", "/etc" }, { "", "/etc", "/etc" }, { "/", "/etc", "/etc" }, { "///", "/etc", "/etc" },
		{ "/r", "/etc", "/r/etc" }, { "/r//", "/etc", "/r/etc" }, { "r", "etc", "r/etc" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *s = file_under(rows[i].root, rows[i].path);

		assert_string_equal(s, rows[i].want);
		free(s);
	}
}

static void
knows_who_could_have_changed_it(void **state)
{
	static const struct {
		uid_t owner;
		gid_t group;
		mode_t mode;
		uid_t uid;
		bool foreign;
	} rows[] = {
		{ 0, 0, 0644, 0, false }, { 0, 5, 0644, 0, false }, { 0, 0, 0664, 0, false }, { 0, 5, 0664, 0, true },
		{ 0, 0, 0646, 0, true }, { 7, 0, 0600, 0, true }, { 7, 0, 0600, 7, false }, { 7, 7, 0660, 7, true }, { 8, 0, 0600, 7, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stat st = { .st_uid = rows[i].owner, .st_gid = rows[i].group, .st_mode = S_IFREG | rows[i].mode };

		assert_int_equal(file_is_foreign(&st, rows[i].uid), rows[i].foreign);
	}
}

static void
tells_a_real_path(void **state)
{
	char here[256], want[300], *real;

	(void)state;
	assert_non_null(getcwd(here, sizeof here));
	assert_int_equal(mkdir("d", 0755), 0);
	put("d/f", "");
	assert_int_equal(symlink("d", "l"), 0);
	assert_int_equal(symlink("l/f", "m"), 0);
	snprintf(want, sizeof want, "%s/d/f", here);
	for (size_t i = 0; i < 3; i++) {
		static const char *const paths[] = { "m", "./l/../l/f", "d/f" };

		real = file_real(paths[i]);
		assert_non_null(real);
		assert_string_equal(real, want);
		free(real);
	}
	assert_null(file_real("none"));
	assert_int_equal(errno, ENOENT);
	assert_null(file_real("d/f/g"));
	assert_int_equal(errno, ENOTDIR);
}

static void
puts_into_what_is_there(void **state)
{
	struct buf b = BUF_INIT;
	int fd = open("there", O_CREAT | O_WRONLY, 0600);

	(void)state;
	close(fd);
	assert_int_equal(file_put(AT_FDCWD, "there", "text"), 0);
	assert_int_equal(file_read(AT_FDCWD, "there", 0, 100, &b, NULL), 0);
	assert_string_equal(b.s, "text");
	buf_free(&b);
	assert_int_equal(file_put(AT_FDCWD, "not-there", "text"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(access("not-there", F_OK), -1);
	assert_int_equal(file_put(AT_FDCWD, "/dev/full", "text"), -1);
	assert_int_equal(errno, ENOSPC);
}

static void
rewrites_and_keeps_the_rest(void **state)
{
	struct stat st;
	char value[8];
	int fd, has;

	(void)state;
	put("a", "old");
	assert_int_equal(chmod("a", 04751), 0);
	has = setxattr("a", "user.mark", "kept", 4, 0);
	fd = open("a", O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_rewrite(AT_FDCWD, "a", fd, "newer", 5), 0);
	assert_int_equal(stat("a", &st), 0);
	assert_true(st.st_size == 5 && (st.st_mode & 07777) == 04751);
	if (has == 0)
		assert_int_equal(getxattr("a", "user.mark", value, sizeof value), 4);
	/* the descriptor's is no longer the file there */
	assert_int_equal(file_rewrite(AT_FDCWD, "a", fd, "x", 1), -1);
	assert_int_equal(errno, EEXIST);
	close(fd);
	assert_int_equal(symlink("a", "link"), 0);
	fd = open("link", O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_rewrite(AT_FDCWD, "link", fd, "x", 1), -1);
	close(fd);
	assert_int_equal(names(), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_regular_files, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(refuses_all_else, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(replaces_whole, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(leaves_nothing_when_it_fails, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(makes_directories, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(tells_a_real_path, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(puts_into_what_is_there, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(rewrites_and_keeps_the_rest, enter_directory, leave_directory),
		T(joins_roots), T(knows_who_could_have_changed_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
