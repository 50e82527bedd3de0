#include "os/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "harness/live.h"

static const struct mount_point *
find(const struct mount_table *t, const char *path, bool covered)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].path, path) == 0 && t->v[i].covered == covered)
			return &t->v[i];
	return NULL;
}

static void
knows_what_is_covered(void *arg)
{
	struct mount_table t;

	(void)arg;
	REQUIRE(mount_unshare() == 0);
	REQUIRE(mkdir("/tmp/a b", 0755) == 0 || errno == EEXIST);
	REQUIRE(mount_new("tmpfs", "/tmp/a b", MS_NOSUID | MS_NOEXEC, NULL) == 0);
	REQUIRE(mkdir("/tmp/a b/c", 0755) == 0);
	REQUIRE(mount_new("tmpfs", "/tmp/a b/c", 0, NULL) == 0);
	REQUIRE(mount_read(&t) == 0);
	REQUIRE(find(&t, "/tmp/a b", false) && find(&t, "/tmp/a b/c", false) && find(&t, "/proc", false));
	REQUIRE(find(&t, "/tmp/a b", false)->flags == (MS_NOSUID | MS_NOEXEC | MS_RELATIME));
	mount_free(&t);
	/* a second one at the same path takes both away */
	REQUIRE(mount_new("tmpfs", "/tmp/a b", 0, NULL) == 0);
	REQUIRE(mount_read(&t) == 0);
	REQUIRE(find(&t, "/tmp/a b", true) && find(&t, "/tmp/a b", false) && find(&t, "/tmp/a b/c", true) && !find(&t, "/tmp/a b/c", false));
	REQUIRE(!(find(&t, "/tmp/a b", false)->flags & MS_NOSUID));
	mount_free(&t);
	REQUIRE(mount_set_flags("/tmp/a b", MS_RDONLY | MS_NODEV | MS_RELATIME) == 0);
	REQUIRE(mkdir("/tmp/a b/x", 0755) == -1 && errno == EROFS);
	mount_drop("/tmp/a b");
	REQUIRE(mkdir("/tmp/a b/x", 0755) == 0);
	_exit(7);
}

static void
links_stay_below_the_root(void *arg)
{
	char *path;

	(void)arg;
	REQUIRE(mkdir("/tmp/r", 0755) == 0 && mkdir("/tmp/r/etc", 0755) == 0);
	REQUIRE(symlink("/etc", "/tmp/r/abs") == 0 && symlink("../../../etc", "/tmp/r/up") == 0);
	path = mount_resolve("/tmp/r", "/abs");
	REQUIRE(path && strcmp(path, "/tmp/r/etc") == 0);
	path = mount_resolve("/tmp/r", "/up");
	REQUIRE(path && strcmp(path, "/tmp/r/etc") == 0);
	REQUIRE(!mount_resolve("/tmp/r", "/none") && errno == ENOENT);
	path = mount_resolve(NULL, "/tmp/r/abs");
	REQUIRE(path && strcmp(path, "/etc") == 0);
	_exit(7);
}

static void
a_small_dev(void *arg)
{
	struct stat st;

	(void)arg;
	REQUIRE(mount_unshare() == 0);
	REQUIRE(mount_private_dev("/dev") == 0);
	REQUIRE(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode) && (st.st_mode & 0777) == 0666);
	REQUIRE(stat("/dev/urandom", &st) == 0 && stat("/dev/pts", &st) == 0 && stat("/dev/shm", &st) == 0);
	REQUIRE(stat("/dev/kmsg", &st) == -1 && stat("/dev/mem", &st) == -1 && stat("/dev/vda", &st) == -1 && stat("/dev/sda", &st) == -1);
	_exit(7);
}

static void
blanks_are_of_the_same_kind(void *arg)
{
	struct stat st;
	char *node;

	(void)arg;
	node = mount_blank("/run/blank", "/etc");
	REQUIRE(node && lstat(node, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & 07777) == 0);
	node = mount_blank("/run/blank", "/etc/passwd");
	REQUIRE(node && lstat(node, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 07777) == 0);
	REQUIRE(!mount_blank("/run/blank", "/none"));
	_exit(7);
}

static void
in_children(void **state)
{
	void (*const all[])(void *) = { knows_what_is_covered, links_stay_below_the_root, a_small_dev, blanks_are_of_the_same_kind };
	char out[512];

	(void)state;
	if (!live_in_throwaway())
		skip();
	for (size_t i = 0; i < COUNT(all); i++)
		if (WEXITSTATUS(in_child(all[i], NULL, out, sizeof out)) != 7)
			fail_msg("%zu: %s", i, out);
}

static void
below(void **state)
{
	(void)state;
	assert_true(mount_below("/a/b", "/a") && mount_below("/a", "/a") && mount_below("/a", "/"));
	assert_false(mount_below("/ab", "/a") || mount_below("/", "/a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(below), T(in_children) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
