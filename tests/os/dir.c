#include "os/dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "harness/live.h"

enum { OLD = 4301, NEW = 4302, OTHER = 4303 };

static struct stat
look(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		fail_msg("%s: %s", path, strerror(errno));
	return st;
}

static bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void
put(const char *path, uid_t uid, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fchown(fd, uid, uid), 0);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
put_dir(const char *path, uid_t uid, mode_t mode)
{
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chown(path, uid, uid), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
has(const char *path, uid_t uid, mode_t mode)
{
	struct stat st = look(path);

	if (st.st_uid != uid || (st.st_mode & 07777) != mode)
		fail_msg("%s: uid %u mode %o", path, (unsigned)st.st_uid, (unsigned)st.st_mode & 07777);
}

static void
makes_it_with_its_parents(void **state)
{
	mode_t mask = umask(077);

	(void)state;
	assert_int_equal(dir_make(".", "a/b/c", 0750, geteuid(), getegid()), 0);
	umask(mask);
	has("a", geteuid(), 0755);
	has("a/b", geteuid(), 0755);
	has("a/b/c", geteuid(), 0750);
	/* once more changes nothing, another mode changes only that */
	assert_int_equal(dir_make(".", "a/b/c", 0750, geteuid(), getegid()), 0);
	assert_int_equal(dir_make(".", "a/b/c", 02711, geteuid(), getegid()), 0);
	has("a/b/c", geteuid(), 02711);
	has("a/b", geteuid(), 0755);
	assert_int_equal(dir_make("no/such/base", "a", 0755, geteuid(), getegid()), -1);
	assert_int_equal(errno, ENOENT);
}

static void
gives_it_to_its_owner(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(dir_make(".", "p/d", 04770, NEW, NEW), 0);
	has("p", 0, 0755);
	has("p/d", NEW, 04770);
}

static void
follows_no_link(void **state)
{
	(void)state;
	put_dir("target", geteuid(), 0700);
	put_dir("p", geteuid(), 0755);
	assert_int_equal(symlink("../target", "p/link"), 0);
	assert_int_equal(symlink("target", "top"), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(dir_make(".", "top", 0777, geteuid(), getegid()), -1);
	assert_true(errno == ELOOP || errno == ENOTDIR);
	assert_int_equal(dir_make(".", "top/x", 0777, geteuid(), getegid()), -1);
	assert_true(errno == ELOOP || errno == ENOTDIR);
	assert_int_equal(dir_make(".", "p/link", 0777, geteuid(), getegid()), -1);
	assert_int_equal(dir_make(".", "p/link/y", 0777, geteuid(), getegid()), -1);
	assert_int_equal(dir_make(".", "dangling", 0777, geteuid(), getegid()), -1);
	has("target", geteuid(), 0700);
	assert_false(is_there("target/x") || is_there("target/y") || is_there("nowhere"));
	assert_int_equal(dir_remove(".", "top/x"), -1);
	assert_int_equal(dir_remove(".", "p/link/y"), -1);
	/* the link itself is what is removed */
	assert_int_equal(dir_remove(".", "top"), 0);
	assert_false(is_there("top"));
	assert_true(is_there("target"));
}

static void
says_what_is_in_its_place(void **state)
{
	(void)state;
	put("file", geteuid(), 0600);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	alarm(LIVE_SECONDS);
	assert_int_equal(dir_make(".", "file", 0755, geteuid(), getegid()), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(dir_make(".", "fifo", 0755, geteuid(), getegid()), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(dir_make(".", "fifo/x", 0755, geteuid(), getegid()), -1);
	assert_int_equal(dir_make(".", "file/x", 0755, geteuid(), getegid()), -1);
	alarm(0);
	has("file", geteuid(), 0600);
	has("fifo", geteuid(), 0600);
}

static void
gives_away_only_what_was_the_old_owners(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	put_dir("d", OLD, 0755);
	put("d/mine", OLD, 0640);
	put("d/others", OTHER, 0600);
	put("d/roots", 0, 0600);
	put_dir("d/sub", OLD, 0700);
	put("d/sub/mine", OLD, 0600);
	put_dir("d/theirs", OTHER, 0700);
	put("d/theirs/mine", OLD, 0600);
	put("d/setuid", OLD, 06755);
	put("outside", 0, 0600);
	assert_int_equal(symlink("../outside", "d/link"), 0);
	assert_int_equal(lchown("d/link", OLD, OLD), 0);
	assert_int_equal(dir_make(".", "d", 0750, NEW, NEW), 0);
	has("d", NEW, 0750);
	has("d/mine", NEW, 0640);
	has("d/others", OTHER, 0600);
	has("d/roots", 0, 0600);
	has("d/sub", NEW, 0700);
	has("d/sub/mine", NEW, 0600);
	has("d/theirs", OTHER, 0700);
	has("d/theirs/mine", OLD, 0600);
	/* a program of the old user is not to run as the new one */
	has("d/setuid", NEW, 0755);
	has("outside", 0, 0600);
	assert_int_equal(look("d/link").st_uid, NEW);
}

static void
hard_links_to_roots_files_stay_roots(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	put("shadow", 0, 0600);
	put_dir("d", 0, 0755);
	put_dir("d/tmp", 0, 01777);
	assert_int_equal(link("shadow", "d/tmp/planted"), 0);
	assert_int_equal(link("shadow", "d/planted"), 0);
	put("d/own", 0, 0600);
	assert_int_equal(dir_make(".", "d", 0755, NEW, NEW), 0);
	has("shadow", 0, 0600);
	has("d/own", NEW, 0600);
	has("d/tmp", NEW, 01777);
	/* and what the old user linked is not his to begin with */
	put_dir("e", OLD, 0755);
	assert_int_equal(link("shadow", "e/planted"), 0);
	assert_int_equal(dir_make(".", "e", 0755, NEW, NEW), 0);
	has("shadow", 0, 0600);
}

/* the old owner swaps a file of his for a link to root's, again and again, while the directory is given away */

static void
swap_for_ever(void)
{
	for (;;) {
		(void)!rename("r/mine", "r/spare");
		(void)!rename("r/roots", "r/mine");
		(void)!rename("r/mine", "r/roots");
		(void)!rename("r/spare", "r/mine");
	}
}

static void
no_swap_gets_roots_file(void **state)
{
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	put("shadow", 0, 0600);
	put_dir("r", OLD, 0777);
	put("r/mine", OLD, 0600);
	assert_int_equal(link("shadow", "r/roots"), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		swap_for_ever();
	for (int i = 0; i < 4000; i++) {
		uid_t to = i % 2 ? OLD : NEW;

		dir_make(".", "r", 0777, to, to);
		if (look("shadow").st_uid != 0)
			break;
	}
	live_end(pid);
	has("shadow", 0, 0600);
}

static void
leaves_other_file_systems_alone(void **state)
{
	(void)state;
	if (!live_in_throwaway())
		skip();
	put_dir("d", OLD, 0755);
	put_dir("d/mnt", OLD, 0755);
	assert_int_equal(mount("x", "d/mnt", "tmpfs", 0, "mode=755"), 0);
	assert_int_equal(chown("d/mnt", OLD, OLD), 0);
	put("d/mnt/far", OLD, 0600);
	put("d/near", OLD, 0600);
	assert_int_equal(dir_make(".", "d", 0755, NEW, NEW), 0);
	has("d/near", NEW, 0600);
	has("d/mnt", OLD, 0755);
	has("d/mnt/far", OLD, 0600);
	assert_int_equal(dir_remove(".", "d"), -1);
	has("d/mnt/far", OLD, 0600);
	assert_int_equal(umount("d/mnt"), 0);
	assert_int_equal(dir_remove(".", "d"), 0);
	assert_false(is_there("d"));
}

static void
removes_all_that_is_in_it(void **state)
{
	(void)state;
	assert_int_equal(dir_remove(".", "d"), 0);
	assert_int_equal(dir_remove(".", "no/such/parents"), 0);
	assert_int_equal(dir_make(".", "p/d/deep/er", 0755, geteuid(), getegid()), 0);
	put("p/d/deep/er/file", geteuid(), 0);
	put("p/d/deep/file", geteuid(), 0400);
	put("kept", geteuid(), 0600);
	assert_int_equal(symlink("../../kept", "p/d/link"), 0);
	assert_int_equal(symlink("../..", "p/d/uplink"), 0);
	assert_int_equal(mkfifo("p/d/fifo", 0), 0);
	assert_int_equal(dir_remove(".", "p/d"), 0);
	assert_false(is_there("p/d"));
	assert_true(is_there("p") && is_there("kept"));
	assert_int_equal(dir_remove("no-such-base", "x"), 0);
	/* a file there is removed as well */
	put("p/d", geteuid(), 0600);
	assert_int_equal(dir_remove(".", "p/d"), 0);
	assert_false(is_there("p/d"));
}

/* d/x/x/x/... */
static void
dig(int depth)
{
	int at = open(".", O_RDONLY | O_DIRECTORY), next;

	assert_int_equal(mkdirat(at, "d", 0755), 0);
	next = openat(at, "d", O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < depth; i++) {
		close(at);
		at = next;
		assert_int_equal(mkdirat(at, "x", 0755), 0);
		assert_int_equal(fchownat(at, "x", OLD, OLD, 0), 0);
		next = openat(at, "x", O_RDONLY | O_DIRECTORY);
	}
	close(at);
	close(next);
}

static void
deep_trees_are_no_trap(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	dig(200);
	assert_int_equal(chown("d", OLD, OLD), 0);
	assert_int_equal(dir_make(".", "d", 0755, NEW, NEW), 0);
	has("d/x/x/x/x", NEW, 0755);
	assert_int_equal(dir_remove(".", "d"), 0);
	/* deeper than a path can say, and than there may be open files */
	dig(5000);
	assert_int_equal(chown("d", OLD, OLD), 0);
	assert_int_equal(dir_make(".", "d", 0755, NEW, NEW), 0);
	has("d/x/x/x/x", NEW, 0755);
	assert_int_equal(dir_remove(".", "d"), 0);
	assert_false(is_there("d"));
}

/* the same file system, mounted inside: st_dev tells nothing */
static void
leaves_bind_mounts_alone(void **state)
{
	(void)state;
	if (!live_in_throwaway())
		skip();
	put_dir("outside", OLD, 0755);
	put("outside/file", OLD, 0600);
	put_dir("d", OLD, 0755);
	put_dir("d/mnt", OLD, 0755);
	assert_int_equal(mount("outside", "d/mnt", NULL, MS_BIND, NULL), 0);
	assert_int_equal(dir_make(".", "d", 0755, NEW, NEW), 0);
	has("outside/file", OLD, 0600);
	assert_int_equal(dir_remove(".", "d"), -1);
	has("outside/file", OLD, 0600);
	assert_int_equal(umount("d/mnt"), 0);
	assert_int_equal(dir_remove(".", "d"), 0);
	has("outside/file", OLD, 0600);
}

static void
takes_names_as_they_come(void **state)
{
	(void)state;
	assert_int_equal(dir_make(".", "/a//b/", 0750, geteuid(), getegid()), 0);
	has("a/b", geteuid(), 0750);
	put("a/b/file", geteuid(), 0600);
	assert_int_equal(dir_remove(".", "a/b/"), 0);
	assert_false(is_there("a/b"));
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = { "", "/", "..", "a/../../x" };

		assert_int_equal(dir_make("a", names[i], 0750, geteuid(), getegid()), -1);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(dir_remove("a", names[i]), -1);
		assert_int_equal(errno, EINVAL);
	}
	assert_true(is_there("a") && !is_there("x"));
}

struct seen {
	unsigned char type[3000];
	int n, last;
};

/* names are numbers; the one in `last` is the last to be taken */
static int
see(const char *name, unsigned char type, void *arg)
{
	struct seen *s = arg;
	int i = atoi(name);

	assert_true(i >= 0 && i < 3000 && name[0] != '.');
	assert_int_equal(s->type[i], 0);
	s->type[i] = type ? type : 255;
	s->n++;
	return i == s->last ? 7 : 0;
}

static void
tells_each_entry_once(void **state)
{
	struct seen all = { .last = -1 }, again = { .last = -1 }, some = { .last = 1 };
	char name[16];
	int fd;

	(void)state;
	put_dir("d", geteuid(), 0700);
	fd = open("d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(dir_each(fd, see, &all), 0);
	assert_int_equal(all.n, 0);
	put_dir("d/1", geteuid(), 0700);
	put("d/2", geteuid(), 0600);
	assert_int_equal(symlink("nowhere", "d/0"), 0);
	for (int i = 3; i < 3000; i++) {
		snprintf(name, sizeof name, "d/%d", i);
		assert_int_equal(link("d/2", name), 0);
	}
	assert_int_equal(dir_each(fd, see, &all), 0);
	assert_int_equal(all.n, 3000);
	assert_true(all.type[0] == 255 || (all.type[0] == DT_LNK && all.type[1] == DT_DIR && all.type[2] == DT_REG));
	/* from the beginning each time */
	assert_int_equal(dir_each(fd, see, &again), 0);
	assert_int_equal(again.n, 3000);
	assert_int_equal(dir_each(fd, see, &some), 7);
	assert_true(some.n >= 1 && some.n <= 3000 && some.type[1] != 0);
	close(fd);
	fd = open("d/2", O_RDONLY | O_CLOEXEC);
	assert_int_equal(dir_each(fd, see, &some), -1);
	assert_int_equal(errno, ENOTDIR);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(makes_it_with_its_parents), IN_DIR(gives_it_to_its_owner), IN_DIR(follows_no_link),
		IN_DIR(says_what_is_in_its_place), IN_DIR(gives_away_only_what_was_the_old_owners),
		IN_DIR(hard_links_to_roots_files_stay_roots), IN_DIR(no_swap_gets_roots_file),
		IN_DIR(leaves_other_file_systems_alone), IN_DIR(removes_all_that_is_in_it), IN_DIR(deep_trees_are_no_trap),
		IN_DIR(leaves_bind_mounts_alone), IN_DIR(takes_names_as_they_come),
		IN_DIR(tells_each_entry_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
