#include "os/devcg.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "harness/live.h"

static bool
opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

struct place {
	char dir[64];
	int version;
};

static void
inside(void *arg)
{
	struct place *p = arg;
	const struct devcg_rule some[] = { { 'c', DEVCG_READ | DEVCG_WRITE, 1, 3 }, { 'c', DEVCG_READ, 1, 5 }, { 'c', DEVCG_MKNOD, 1, -1 } };
	char path[96];
	int fd;

	snprintf(path, sizeof path, "%s/cgroup.procs", p->dir);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	REQUIRE(fd >= 0 && write(fd, "0", 1) == 1);
	REQUIRE(opens("/dev/full", O_RDONLY));
	/* twice: what was said before does not count any more */
	REQUIRE(devcg_set(p->dir, p->version, some + 1, 2) == 0);
	REQUIRE(!opens("/dev/null", O_RDWR));
	REQUIRE(devcg_set(p->dir, p->version, some, 3) == 0);
	REQUIRE(opens("/dev/null", O_RDWR) && opens("/dev/zero", O_RDONLY) && !opens("/dev/zero", O_RDWR));
	REQUIRE(!opens("/dev/full", O_RDONLY) && errno == EPERM);
	REQUIRE(mknod("/srv/random", S_IFCHR | 0600, 1 << 8 | 8) == 0 && mknod("/srv/block", S_IFBLK | 0600, 1 << 8 | 8) != 0);
	REQUIRE(opens("/etc/passwd", O_RDONLY));
	REQUIRE(devcg_set(p->dir, p->version, NULL, 0) == 0 && !opens("/dev/null", O_RDONLY));
	unlink("/srv/random");
	_exit(7);
}

static void
check(struct place *p)
{
	char out[512];

	if (mkdir(p->dir, 0755) != 0)
		fail_msg("%s: errno %d", p->dir, errno);
	if (WEXITSTATUS(in_child(inside, p, out, sizeof out)) != 7)
		fail_msg("version %d: %s", p->version, out);
	assert_int_equal(rmdir(p->dir), 0);
}

static void
what_is_not_named_is_closed(void **state)
{
	struct place old = { .version = 1 }, new = { .version = 2 };
	bool some = false;

	(void)state;
	if (!live_in_throwaway())
		skip();
	snprintf(new.dir, sizeof new.dir, "/sys/fs/cgroup/devcg-test");
	if (access("/sys/fs/cgroup/cgroup.procs", W_OK) == 0) {
		check(&new);
		some = true;
	}
	assert_int_equal(mkdir("/srv/devices", 0755), 0);
	if (mount("cgroup", "/srv/devices", "cgroup", 0, "devices") == 0) {
		struct stat ns;

		/* that hierarchy is the whole machine's: a name that nobody else has */
		assert_int_equal(stat("/proc/self/ns/pid", &ns), 0);
		snprintf(old.dir, sizeof old.dir, "/srv/devices/t%ld-%llu", (long)getpid(), (unsigned long long)ns.st_ino);
		check(&old);
		some = true;
		umount("/srv/devices");
	}
	if (!some)
		skip();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(what_is_not_named_is_closed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
