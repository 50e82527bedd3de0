#include "os/cgroup.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "harness/live.h"

#define V2 "/sys/fs/cgroup"

static bool
have_v2(void)
{
	return live_in_throwaway() && access(V2 "/cgroup.procs", W_OK) == 0;
}

static bool
is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static pid_t
child_in(const struct cgroup *g)
{
	int ends[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		REQUIRE(cgroup_join(g) == 0);
		close(ends[0]);
		close(ends[1]);
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &c, 1), 0);
	close(ends[0]);
	return pid;
}

static void
none_is_had_without_root(void *arg)
{
	(void)arg;
	REQUIRE(geteuid() != 0 || setresuid(65534, 65534, 65534) == 0);
	REQUIRE(cgroup_base("/run/initwright/.cgroup") == NULL);
	REQUIRE(errno == EPERM);
}

static void
only_root_has_one(void **state)
{
	(void)state;
	live_in_child(none_is_had_without_root, NULL);
}

static void
holds_who_joined(void **state)
{
	struct cgroup g = CGROUP_INIT, again = CGROUP_INIT;
	pid_t pid, pids[4];
	char *base;

	(void)state;
	if (!have_v2())
		skip();
	base = cgroup_base("/run/unit-cgroup");
	assert_string_equal(base, V2 "/initwright");
	assert_false(is_there("/run/unit-cgroup"));
	assert_int_equal(cgroup_make(&g, base, "one"), 0);
	assert_string_equal(g.path, V2 "/initwright/one");
	assert_int_equal(fcntl(g.fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(cgroup_list(&g, pids, 4), 0);
	pid = child_in(&g);
	assert_int_equal(cgroup_list(&g, pids, 4), 1);
	assert_int_equal(pids[0], pid);
	assert_true(cgroup_holds(&g, pid));
	assert_false(cgroup_holds(&g, getpid()));
	assert_int_equal(cgroup_open(&again, g.path), 0);
	assert_true(cgroup_holds(&again, pid));
	assert_int_equal(cgroup_remove(&again), -1);
	assert_int_equal(errno, EBUSY);
	assert_true(is_there(g.path));
	live_end(pid);
	assert_false(cgroup_holds(&g, pid));
	assert_int_equal(cgroup_remove(&g), 0);
	assert_int_equal(g.fd, -1);
	assert_false(is_there(V2 "/initwright"));
	free(base);
}

/* where cgroup_fork() is not to be had: Linux before 5.7 */
static bool
is_born_inside(const struct cgroup *g, const char *name)
{
	char line[256] = "";
	int p[2], status;
	pid_t pid;

	assert_int_equal(pipe(p), 0);
	fflush(NULL);
	pid = cgroup_fork(g);
	if (pid == 0) {
		int fd = open("/proc/self/cgroup", O_RDONLY);
		ssize_t n = read(fd, line, sizeof line);

		_exit(n > 0 && write(p[1], line, (size_t)n) == n ? 0 : 1);
	}
	close(p[1]);
	if (pid > 0) {
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		assert_true(read(p[0], line, sizeof line - 1) > 0);
		assert_non_null(strstr(line, name));
	} else {
		assert_int_equal(errno, ENOSYS);
	}
	close(p[0]);
	return pid > 0;
}

static void
a_child_is_born_inside(void **state)
{
	struct cgroup g = CGROUP_INIT, none = CGROUP_INIT;
	bool born;

	(void)state;
	assert_int_equal(cgroup_fork(&none), -1);
	if (!have_v2())
		skip();
	assert_int_equal(cgroup_make(&g, V2 "/initwright", "one"), 0);
	born = is_born_inside(&g, "/initwright/one\n");
	assert_int_equal(cgroup_remove(&g), 0);
	if (!born)
		skip();
}

static void
a_group_knows_its_list(void **state)
{
	struct cgroup one = CGROUP_INIT, two = CGROUP_INIT;
	int procs;

	(void)state;
	if (!have_v2())
		skip();
	assert_int_equal(cgroup_make(&one, V2 "/initwright", "one"), 0);
	assert_int_equal(cgroup_make(&two, V2 "/initwright", "two"), 0);
	procs = open(V2 "/initwright/one/cgroup.procs", O_WRONLY | O_CLOEXEC);
	assert_true(cgroup_has_file(&one, procs));
	assert_false(cgroup_has_file(&two, procs));
	assert_false(cgroup_has_file(&one, -1));
	close(procs);
	assert_int_equal(cgroup_remove(&one), 0);
	assert_int_equal(cgroup_remove(&two), 0);
}

static void
sub_groups_count(void **state)
{
	struct cgroup g = CGROUP_INIT, sub = CGROUP_INIT, deep = CGROUP_INIT;
	pid_t a, b, c, pids[4] = { 0 };

	(void)state;
	if (!have_v2())
		skip();
	assert_int_equal(cgroup_make(&g, V2 "/initwright", "one"), 0);
	assert_int_equal(cgroup_make(&sub, V2 "/initwright/one", "sub"), 0);
	assert_int_equal(cgroup_make(&deep, V2 "/initwright/one", "sub/deep"), 0);
	a = child_in(&g);
	b = child_in(&sub);
	c = child_in(&deep);
	assert_int_equal(cgroup_list(&g, pids, 4), 3);
	assert_int_equal(pids[0] + pids[1] + pids[2], a + b + c);
	assert_true(cgroup_holds(&g, a) && cgroup_holds(&g, b) && cgroup_holds(&g, c));
	assert_int_equal(cgroup_list(&g, pids, 1), 3);
	live_end(a);
	live_end(b);
	live_end(c);
	cgroup_close(&sub);
	cgroup_close(&deep);
	assert_int_equal(cgroup_remove(&g), 0);
	assert_false(is_there(V2 "/initwright"));
}

static void
others_keep_theirs(void **state)
{
	struct cgroup one = CGROUP_INIT, two = CGROUP_INIT;

	(void)state;
	if (!have_v2())
		skip();
	assert_int_equal(cgroup_make(&one, V2 "/initwright", "one"), 0);
	assert_int_equal(cgroup_make(&two, V2 "/initwright", "two"), 0);
	assert_int_equal(cgroup_remove(&one), 0);
	assert_true(is_there(V2 "/initwright/two"));
	assert_int_equal(cgroup_remove(&two), 0);
	assert_false(is_there(V2 "/initwright"));
}

/* the names of groups of others must not look like ours: docker keeps containers in /docker/ID */
static void
a_like_name_elsewhere_is_not_ours(void **state)
{
	struct cgroup ours = CGROUP_INIT, longer = CGROUP_INIT, alien = CGROUP_INIT, inner = CGROUP_INIT;
	pid_t in_longer, in_alien, in_inner;

	(void)state;
	if (!have_v2())
		skip();
	assert_int_equal(cgroup_make(&ours, V2 "/initwright", "docker"), 0);
	assert_int_equal(cgroup_make(&longer, V2 "/initwright", "docker2"), 0);
	assert_int_equal(cgroup_make(&alien, V2, "docker/0123"), 0);
	assert_int_equal(cgroup_make(&inner, V2 "/initwright/docker2", "docker"), 0);
	in_longer = child_in(&longer);
	in_alien = child_in(&alien);
	in_inner = child_in(&inner);
	assert_false(cgroup_holds(&ours, in_longer));
	assert_false(cgroup_holds(&ours, in_alien));
	assert_false(cgroup_holds(&ours, in_inner));
	assert_true(cgroup_holds(&longer, in_longer) && cgroup_holds(&longer, in_inner));
	live_end(in_longer);
	live_end(in_alien);
	live_end(in_inner);
	cgroup_close(&inner);
	assert_int_equal(cgroup_remove(&ours), 0);
	assert_int_equal(cgroup_remove(&longer), 0);
	assert_int_equal(cgroup_remove(&alien), 0);
	assert_false(is_there(V2 "/docker"));
}

/* somebody removed the empty group: nobody is in it */
static void
a_group_that_is_gone_is_empty(void **state)
{
	struct cgroup g = CGROUP_INIT, none = CGROUP_INIT;
	pid_t pids[4];

	(void)state;
	if (!have_v2())
		skip();
	assert_int_equal(cgroup_make(&g, V2 "/initwright", "one"), 0);
	assert_int_equal(rmdir(g.path), 0);
	assert_int_equal(cgroup_list(&g, pids, 4), 0);
	assert_false(cgroup_holds(&g, getpid()));
	cgroup_remove(&g);
	rmdir(V2 "/initwright");
	assert_int_equal(cgroup_open(&none, V2 "/initwright/one"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(cgroup_remove(&none), 0);
	assert_false(cgroup_holds(&none, getpid()));
}

static void
live_on_a_private_mount(void *arg)
{
	const char *const private = "/run/unit-cgroup/.cgroup";
	struct cgroup g = CGROUP_INIT;
	pid_t pids[4];
	char *base;

	(void)arg;
	REQUIRE(umount2(V2, MNT_DETACH) == 0);
	/* what has our path in it is not ours */
	REQUIRE(mkdir("/run/chroot", 0755) == 0 && mkdir("/run/chroot/run", 0755) == 0);
	REQUIRE(mkdir("/run/chroot/run/unit-cgroup", 0755) == 0 && mkdir("/run/chroot/run/unit-cgroup/.cgroup", 0755) == 0);
	REQUIRE(mount("x", "/run/chroot/run/unit-cgroup/.cgroup", "tmpfs", 0, NULL) == 0);
	base = cgroup_base(private);
	REQUIRE(base && strcmp(base, private) == 0);
	REQUIRE(access("/run/unit-cgroup/.cgroup/cgroup.procs", W_OK) == 0);
	free(base);
	/* the second service finds what the first one mounted, and mounts no other over it */
	base = cgroup_base(private);
	REQUIRE(base && strcmp(base, private) == 0);
	REQUIRE(cgroup_make(&g, base, "one") == 0);
	REQUIRE(cgroup_join(&g) == 0);
	REQUIRE(cgroup_list(&g, pids, 4) == 1 && pids[0] == getpid());
	REQUIRE(cgroup_holds(&g, getpid()));
	REQUIRE(!cgroup_holds(&g, getppid()));
	REQUIRE(mount("cgroup2", V2, "cgroup2", 0, NULL) == 0);
	free(base);
	base = cgroup_base(private);
	REQUIRE(base && strcmp(base, private) == 0);
	free(base);
	REQUIRE(cgroup_unmount(private) == -1 && errno == EBUSY);
	cgroup_close(&g);
	REQUIRE(cgroup_unmount(private) == 0);
	REQUIRE(access("/run/unit-cgroup/.cgroup/cgroup.procs", F_OK) != 0);
	REQUIRE(cgroup_unmount(private) == 0);
	REQUIRE(cgroup_unmount("/run/unit-cgroup/none") == 0);
}

static void
mounts_its_own_where_there_is_none(void **state)
{
	(void)state;
	if (!have_v2())
		skip();
	live_in_child(live_on_a_private_mount, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_root_has_one), T(holds_who_joined), T(a_child_is_born_inside), T(a_group_knows_its_list),
		T(sub_groups_count), T(others_keep_theirs),
		T(a_like_name_elsewhere_is_not_ours), T(a_group_that_is_gone_is_empty), T(mounts_its_own_where_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
