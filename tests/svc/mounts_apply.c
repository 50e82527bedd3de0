#include "svc/mounts_apply.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "harness/live.h"

static void
apply(const struct confine *c, const char *root, const char *tmp, const char *writable)
{
	struct vec w = VEC_INIT;
	struct mounts m;
	const char *bad = "?";

	if (writable)
		vec_add(&w, writable);
	mounts_plan(&m, c, root, tmp, NULL, &w);
	if (mounts_apply(&m, &bad) != 0) {
		dprintf(2, "at %s: errno %d\n", bad, errno);
		_exit(1);
	}
}

static bool
can_write(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void
strict(void *arg)
{
	struct confine c;
	struct stat st;

	(void)arg;
	REQUIRE(mkdir("/srv/own", 0755) == 0 && mkdir("/srv/tmp", 01777) == 0 && mkdir("/srv/secret", 0755) == 0);
	REQUIRE(can_write("/srv/secret/file") && can_write("/tmp/of-all"));
	confine_init(&c);
	c.protect_system = CONFINE_SYSTEM_STRICT;
	c.protect_home = CONFINE_HOME_YES;
	c.private_devices = c.protect_tunables = true;
	vec_add(&c.paths[CONFINE_INACCESSIBLE], "/srv/secret");
	vec_add(&c.paths[CONFINE_READ_ONLY], "-/not/there");
	apply(&c, NULL, "/srv/tmp", "/srv/own");
	REQUIRE(!can_write("/etc/x") && errno == EROFS);
	REQUIRE(!can_write("/srv/x") && errno == EROFS);
	REQUIRE(can_write("/srv/own/x") && can_write("/tmp/mine"));
	REQUIRE(stat("/tmp/of-all", &st) == -1);
	REQUIRE(stat("/srv/secret/file", &st) == -1);
	REQUIRE(!can_write("/proc/sys/kernel/printk") && errno == EROFS);
	REQUIRE(!can_write("/dev/x") && errno == EROFS);
	REQUIRE(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
	_exit(7);
}

/* a new /proc covers what was mounted below the old one: that must not leave the new one open */
static void
covered_mounts_do_not_count(void *arg)
{
	struct confine c;

	(void)arg;
	REQUIRE(unshare(CLONE_NEWNS) == 0 && mount("/proc/sys", "/proc/sys", NULL, MS_BIND, NULL) == 0);
	confine_init(&c);
	c.protect_tunables = true;
	c.protect_proc = CONFINE_PROC_INVISIBLE;
	apply(&c, NULL, NULL, NULL);
	REQUIRE(!can_write("/proc/sys/kernel/printk") && errno == EROFS);
	_exit(7);
}

static void
another_root(void *arg)
{
	struct confine c;
	struct stat st;

	(void)arg;
	REQUIRE(mkdir("/srv/root", 0755) == 0 && mkdir("/srv/root/etc", 0755) == 0 && mkdir("/srv/root/var", 0755) == 0);
	REQUIRE(symlink("/etc", "/srv/root/link") == 0);
	confine_init(&c);
	vec_add(&c.paths[CONFINE_READ_ONLY], "/link");
	confine_add_mount(&c, &(struct confine_mount){ .source = strdup("/usr"), .dest = strdup("/usr"), .read_only = true });
	apply(&c, "/srv/root", NULL, NULL);
	/* the link's target is the one in the new root */
	REQUIRE(!can_write("/etc/x") && errno == EROFS);
	REQUIRE(can_write("/var/x"));
	REQUIRE(stat("/usr/bin", &st) == 0 && stat("/proc/self", &st) == 0 && stat("/srv", &st) == -1);
	REQUIRE(!can_write("/usr/x") && errno == EROFS);
	_exit(7);
}

/* all of it is hidden but what is bound, although we were in it */
static void
an_empty_root(void *arg)
{
	struct confine c;
	struct stat st;

	(void)arg;
	REQUIRE(chdir("/etc") == 0 && stat("passwd", &st) == 0);
	confine_init(&c);
	confine_add_mount(&c, &(struct confine_mount){ .dest = strdup("/"), .options = strdup("ro,mode=0711") });
	confine_add_mount(&c, &(struct confine_mount){ .source = strdup("/usr"), .dest = strdup("/usr"), .read_only = true });
	confine_add_mount(&c, &(struct confine_mount){ .source = strdup("/etc/hostname"), .dest = strdup("/deep/down/file") });
	apply(&c, NULL, NULL, NULL);
	REQUIRE(stat("/usr/bin", &st) == 0 && stat("/deep/down/file", &st) == 0 && S_ISREG(st.st_mode));
	REQUIRE(stat("/etc", &st) == -1 && stat("/proc/self", &st) == -1 && stat("passwd", &st) == -1 && stat("/run", &st) == -1);
	REQUIRE(stat("/", &st) == 0 && (st.st_mode & 0777) == 0711);
	REQUIRE(!can_write("/x") && errno == EROFS);
	_exit(7);
}

static void
another_root_by_a_bind(void *arg)
{
	struct confine c;
	struct stat st;

	(void)arg;
	REQUIRE(mkdir("/srv/other", 0755) == 0 && mkdir("/srv/other/only", 0755) == 0);
	confine_init(&c);
	confine_add_mount(&c, &(struct confine_mount){ .source = strdup("/srv/other"), .dest = strdup("/") });
	apply(&c, NULL, NULL, NULL);
	REQUIRE(stat("/only", &st) == 0 && stat("/etc", &st) == -1);
	_exit(7);
}

static void
where_we_stand_is_left(void *arg)
{
	struct confine c;

	(void)arg;
	REQUIRE(mkdir("/srv/here", 0755) == 0 && chdir("/srv/here") == 0 && can_write("a"));
	confine_init(&c);
	vec_add(&c.paths[CONFINE_READ_ONLY], "/srv/here");
	apply(&c, NULL, NULL, NULL);
	REQUIRE(access("a", F_OK) != 0 && chdir("/srv/here") == 0 && access("a", F_OK) == 0 && !can_write("b"));
	_exit(7);
}

static void
no_exec(void *arg)
{
	struct confine c;

	(void)arg;
	confine_init(&c);
	vec_add(&c.paths[CONFINE_NO_EXEC], "/");
	vec_add(&c.paths[CONFINE_EXEC], "/usr/bin");
	REQUIRE(system("cp /usr/bin/true /srv/true") == 0);
	apply(&c, NULL, NULL, NULL);
	REQUIRE(access("/srv/true", X_OK) == -1 && errno == EACCES);
	REQUIRE(access("/usr/bin/true", X_OK) == 0);
	_exit(7);
}

static void
outside_nothing_changes(void **state)
{
	void (*const all[])(void *) = {
		strict, covered_mounts_do_not_count, another_root, an_empty_root, another_root_by_a_bind, where_we_stand_is_left, no_exec,
	};
	char out[512];

	(void)state;
	if (!live_in_throwaway())
		skip();
	for (size_t i = 0; i < COUNT(all); i++)
		if (WEXITSTATUS(in_child(all[i], NULL, out, sizeof out)) != 7)
			fail_msg("%zu: %s", i, out);
	assert_true(can_write("/etc/x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(outside_nothing_changes) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
