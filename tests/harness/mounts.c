#include "mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

static void
must_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)
{
	if (mount(source, target, type, flags, data) != 0)
		refuse("mounting %s on %s", type ? type : source ? source : "private", target);
}

/* mkdir -p for what lies below the new root */
static void
make_dirs(char *path)
{
	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		refuse("making %s", path);
}

/*
 * In a chroot whose / is not a mount point mount(2) cannot name the mount that we are in: walk out to the real root of
 * this namespace, say it there, and come back.  (A root process may; a chroot is not a jail.)
 */
void
mounts_private(void)
{
	struct stat here, up;
	int home;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		return;
	home = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (home < 0 || chdir("/") != 0 || chroot("/dev") != 0)
		refuse("leaving the chroot");
	do
		if (stat(".", &here) != 0 || chdir("..") != 0 || stat(".", &up) != 0)
			refuse("leaving the chroot");
	while (here.st_ino != up.st_ino || here.st_dev != up.st_dev);
	must_mount(NULL, ".", NULL, MS_REC | MS_PRIVATE, NULL);
	if (fchdir(home) != 0 || chroot(".") != 0)
		refuse("coming back into the chroot");
	close(home);
}

void
mounts_work(const char *work)
{
	char path[PATH_MAX];

	must_mount("throwaway", work, "tmpfs", 0, "mode=755");
	snprintf(path, sizeof path, "%s/root", work);
	if (mkdir(path, 0755) != 0)
		refuse("making %s", path);
}

/* each overlay has its own upper and work directory: u0 w0, u1 w1, ... */
static int
overlay(const char *lower, const char *target, const char *work)
{
	static int number;
	char upper[PATH_MAX], wk[PATH_MAX], data[3 * PATH_MAX + 64];
	struct stat st;

	snprintf(upper, sizeof upper, "%s/u%d", work, number);
	snprintf(wk, sizeof wk, "%s/w%d", work, number++);
	if (stat(lower, &st) != 0 || mkdir(upper, 0755) != 0 || mkdir(wk, 0755) != 0 ||
	    chmod(upper, st.st_mode & 07777) != 0 || chown(upper, st.st_uid, st.st_gid) != 0)
		return -1;
	snprintf(data, sizeof data, "lowerdir=%s,upperdir=%s,workdir=%s", lower, upper, wk);
	return mount("throwaway", target, "overlay", 0, data);
}

static void
inside(char *out, size_t size, const char *work, const char *path)
{
	if (snprintf(out, size, "%s/root%s", work, path) >= (int)size) {
		errno = ENAMETOOLONG;
		refuse("%s", path);
	}
}

static bool
is_below_one_of(const char *path, const char *const dirs[])
{
	for (; *dirs; dirs++) {
		size_t n = strlen(*dirs);

		if (strncmp(path, *dirs, n) == 0 && (path[n] == '/' || path[n] == '\0'))
			return true;
	}
	return false;
}

/* a file system of the host that is not the root's: /usr, /home, /var, or a single file as containers have them */
static void
show_mount(const char *path, const char *type, const char *work)
{
	static const char *const ours[] = { "/proc", "/sys", "/dev", "/run", "/tmp", NULL };
	static const char *const kept[] = { "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "overlay", "tmpfs",
	    "virtiofs", "9p", "fuse.fuse-overlayfs", "nfs", "nfs4", "erofs", "squashfs", "bcachefs" };
	char target[PATH_MAX];
	struct stat st, there;
	bool known = false;

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		known = known || strcmp(type, kept[i]) == 0;
	if (!known || path[1] == '\0' || is_below_one_of(path, ours) || strpbrk(path, ",:\\") || stat(path, &st) != 0)
		return;
	if (strncmp(path, work, strlen(work)) == 0)
		return;
	inside(target, sizeof target, work, path);
	if (stat(target, &there) != 0)
		return;
	if (S_ISDIR(st.st_mode) && overlay(path, target, work) == 0)
		return;
	if (mount(path, target, NULL, MS_BIND, NULL) == 0)
		must_mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
}

static void
show_mounts(const char *work)
{
	char *line = NULL, path[PATH_MAX], type[64], *dash;
	size_t size = 0;
	FILE *f = fopen("/proc/self/mountinfo", "re");

	if (!f)
		return;
	while (getline(&line, &size, f) > 0) {
		dash = strstr(line, " - ");
		if (dash && sscanf(line, "%*s %*s %*s %*s %4095s", path) == 1 && sscanf(dash + 3, "%63s", type) == 1)
			show_mount(path, type, work);
	}
	free(line);
	fclose(f);
}

void
mounts_root(const char *lower, const char *work)
{
	char root[PATH_MAX];

	inside(root, sizeof root, work, "");
	if (overlay(lower, root, work) != 0)
		refuse("overlay over %s", lower);
	if (lower[1] == '\0')
		show_mounts(work);
	inside(root, sizeof root, work, "/tmp");
	make_dirs(root);
	must_mount("throwaway", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	inside(root, sizeof root, work, "/run");
	make_dirs(root);
	must_mount("throwaway", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
	inside(root, sizeof root, work, "/run/lock");
	if (mkdir(root, 0755) != 0 || chmod(root, 01777) != 0)
		refuse("making %s", root);
}

void
mounts_show(const char *dir, const char *work)
{
	char target[PATH_MAX];

	inside(target, sizeof target, work, dir);
	make_dirs(target);
	if (overlay(dir, target, work) != 0)
		refuse("overlay over %s", dir);
}

void
mounts_bind(const char *dir, const char *work)
{
	char target[PATH_MAX];

	inside(target, sizeof target, work, dir);
	make_dirs(target);
	must_mount(dir, target, NULL, MS_BIND, NULL);
}

static void
make_dev(const char *work)
{
	static const struct {
		const char *name;
		unsigned major, minor;
	} nodes[] = { { "null", 1, 3 }, { "zero", 1, 5 }, { "full", 1, 7 }, { "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 } };
	static const char *const links[][2] = { { "/proc/self/fd", "fd" }, { "fd/0", "stdin" }, { "fd/1", "stdout" },
	    { "fd/2", "stderr" }, { "pts/ptmx", "ptmx" } };
	char dev[PATH_MAX], path[PATH_MAX + 16];

	inside(dev, sizeof dev, work, "/dev");
	make_dirs(dev);
	must_mount("throwaway", dev, "tmpfs", MS_NOSUID, "mode=755");
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
		snprintf(path, sizeof path, "%s/%s", dev, nodes[i].name);
		if (mknod(path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)) != 0 || chmod(path, 0666) != 0)
			refuse("making %s", path);
	}
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		snprintf(path, sizeof path, "%s/%s", dev, links[i][1]);
		if (symlink(links[i][0], path) != 0)
			refuse("making %s", path);
	}
	snprintf(path, sizeof path, "%s/shm", dev);
	make_dirs(path);
	must_mount("throwaway", path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
	snprintf(path, sizeof path, "%s/pts", dev);
	make_dirs(path);
	must_mount("devpts", path, "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,gid=5");
}

/* settings belong to the host, but for the one that chooses the next pid of this namespace: tests of recycled pids need it */
static void
guard_settings(const char *work)
{
	char path[PATH_MAX];

	inside(path, sizeof path, work, "/proc/sys");
	must_mount(path, path, NULL, MS_BIND, NULL);
	inside(path, sizeof path, work, "/proc/sys/kernel/ns_last_pid");
	mount(path, path, NULL, MS_BIND, NULL);
	inside(path, sizeof path, work, "/proc/sys");
	must_mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
	inside(path, sizeof path, work, "/proc/sysrq-trigger");
	mount("/dev/null", path, NULL, MS_BIND, NULL);
}

void
mounts_kernel(const char *work, bool cgroup)
{
	char path[PATH_MAX];

	inside(path, sizeof path, work, "/proc");
	make_dirs(path);
	must_mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	guard_settings(work);
	inside(path, sizeof path, work, "/sys");
	make_dirs(path);
	must_mount("sysfs", path, "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL);
	if (cgroup) {
		inside(path, sizeof path, work, "/sys/fs/cgroup");
		must_mount("cgroup2", path, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	}
	make_dev(work);
}

void
mounts_enter(const char *work)
{
	char root[PATH_MAX];

	inside(root, sizeof root, work, "");
	if (chdir(root) != 0)
		refuse("%s", root);
	if (syscall(SYS_pivot_root, ".", ".") == 0) {
		if (umount2(".", MNT_DETACH) != 0)
			refuse("leaving the host's root");
	} else if (chroot(".") != 0) {
		refuse("entering %s", root);
	}
	if (chdir("/") != 0)
		refuse("/");
}

static int
remove_tree(const char *dir)
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *d = opendir(dir);

	if (!d)
		return -1;
	while ((e = readdir(d)))
		if (e->d_type == DT_DIR && e->d_name[0] != '.') {
			snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
			remove_tree(path);
		}
	closedir(d);
	return rmdir(dir);
}

void
mounts_remove_cgroups(const char *cgroup)
{
	const struct timespec nap = { 0, 5000000 };

	for (int i = 0; i < 200 && remove_tree(cgroup) != 0 && errno == EBUSY; i++)
		nanosleep(&nap, NULL);
}
