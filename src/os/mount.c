#include "os/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/num.h"
#include "os/file.h"
#include "os/root.h"

/* of Linux 5.10: MS_NOSYMFOLLOW */
enum { NOSYMFOLLOW = 256 };

static void
unescape(char *s)
{
	char *out = s;

	for (; *s; s++)
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] && s[3]) {
			*out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else
			*out++ = *s;
	*out = '\0';
}

static unsigned long
flags_of(char *options)
{
	static const struct {
		const char *name;
		unsigned long flag;
	} names[] = {
		{ "ro", MS_RDONLY }, { "nosuid", MS_NOSUID }, { "nodev", MS_NODEV }, { "noexec", MS_NOEXEC }, { "noatime", MS_NOATIME },
		{ "nodiratime", MS_NODIRATIME }, { "relatime", MS_RELATIME }, { "nosymfollow", NOSYMFOLLOW },
	};
	unsigned long flags = 0;
	char *word;

	while ((word = strsep(&options, ",")))
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (strcmp(word, names[i].name) == 0)
				flags |= names[i].flag;
	return flags & (MS_NOATIME | MS_RELATIME) ? flags : flags | MS_STRICTATIME;
}

static const struct mount_point *
find_id(const struct mount_table *t, int id)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].id == id)
			return &t->v[i];
	return NULL;
}

/* is there a mount on m, at the path that leads to `below` or above it? */
static bool
is_crossed(const struct mount_table *t, const struct mount_point *m, const struct mount_point *below)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct mount_point *x = &t->v[i];

		if (x->parent != m->id || x->id == m->id || x == below || !mount_below(below->path, x->path))
			continue;
		/* of two at one path on one mount the later is on top; what is nearer to m takes the path away from what is further */
		if (strcmp(x->path, below->path) != 0 || x > below || below == m)
			return true;
	}
	return false;
}

/* the path to a mount leads over the mounts that it is on, up to the root */
static bool
is_covered(const struct mount_table *t, const struct mount_point *m)
{
	const struct mount_point *at = m, *up;

	if (is_crossed(t, m, m))
		return true;
	for (int depth = 0; depth < 64 && (up = find_id(t, at->parent)) && up != at; depth++) {
		if (is_crossed(t, up, at))
			return true;
		at = up;
	}
	return false;
}

int
mount_read(struct mount_table *t)
{
	struct buf text = BUF_INIT;
	char *line, *next;

	*t = (struct mount_table){ NULL, 0, 0 };
	if (file_read(AT_FDCWD, "/proc/self/mountinfo", 0, 64 << 20, &text, NULL) != 0)
		return -1;
	next = text.s;
	while ((line = strsep(&next, "\n"))) {
		char *field[6];
		size_t n = 0;

		while (n < 6 && (field[n] = strsep(&line, " ")))
			n++;
		if (n < 6)
			continue;
		unescape(field[4]);
		t->v = mem_grow(t->v, &t->cap, t->n + 1, sizeof *t->v);
		t->v[t->n++] = (struct mount_point){ mem_str(field[4]), (int)num_leading(field[0]), (int)num_leading(field[1]), false, flags_of(field[5]) };
	}
	buf_free(&text);
	for (size_t i = 0; i < t->n; i++)
		t->v[i].covered = is_covered(t, &t->v[i]);
	return 0;
}

void
mount_free(struct mount_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i].path);
	free(t->v);
	*t = (struct mount_table){ NULL, 0, 0 };
}

bool
mount_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n == 1)
		return true;
	return strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

int
mount_set_flags(const char *path, unsigned long flags)
{
	return mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | flags, NULL);
}

/* where the descriptor's file is, as we would name it */
static char *
path_of_fd(int fd)
{
	char link[40], path[PATH_MAX];
	ssize_t n;

	fmt_to(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n <= 0)
		return NULL;
	path[n] = '\0';
	return mem_str(path);
}

static char *
resolve_in(const char *root, const char *path)
{
	int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1, saved;
	char *out = NULL;

	if (dir >= 0)
		fd = root_open(dir, path, O_PATH);
	saved = errno;
	if (fd >= 0) {
		out = path_of_fd(fd);
		saved = errno;
		close(fd);
	}
	if (dir >= 0)
		close(dir);
	errno = saved;
	return out;
}

char *
mount_resolve(const char *root, const char *path)
{
	return root && *root && strcmp(root, "/") != 0 ? resolve_in(root, path) : realpath(path, NULL);
}

int
mount_unshare(void)
{
	return unshare(CLONE_NEWNS) == 0 ? mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) : -1;
}

int
mount_propagate(unsigned long flag)
{
	return mount(NULL, "/", NULL, MS_REC | flag, NULL);
}

int
mount_new(const char *type, const char *dest, unsigned long flags, const char *options)
{
	return mount(type, dest, type, flags, options);
}

int
mount_device(const char *device, const char *dest, unsigned long flags)
{
	struct buf types = BUF_INIT;
	char *line, *next;
	int r = -1;

	if (file_read(AT_FDCWD, "/proc/filesystems", 0, 1 << 16, &types, NULL) != 0)
		return -1;
	next = types.s;
	errno = EINVAL;
	/* "nodev" stands before those that need no device; busy is one that is mounted elsewhere, to all types but its own */
	while (r != 0 && (errno == EINVAL || errno == EBUSY) && (line = strsep(&next, "\n")))
		if (line[0] == '\t')
			r = mount(device, dest, line + 1, flags, NULL);
	buf_free(&types);
	return r;
}

int
mount_bind(const char *source, const char *dest, bool deep)
{
	return mount(source, dest, NULL, MS_BIND | (deep ? MS_REC : 0), NULL);
}

void
mount_drop(const char *path)
{
	(void)umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
}

int
mount_bind_fd(int fd, const char *dest, bool deep)
{
	char link[40];

	fmt_to(link, sizeof link, "/proc/self/fd/%d", fd);
	return mount(link, dest, NULL, MS_BIND | (deep ? MS_REC : 0), NULL);
}

/* --- /dev --- */

static int
add_node(const char *dir, const char *name)
{
	char *from = mem_fmt("/dev/%s", name), *to = mem_fmt("%s/%s", dir, name);
	struct stat st;
	int r = 0;

	if (stat(from, &st) == 0 && S_ISCHR(st.st_mode)) {
		r = mknod(to, S_IFCHR | (st.st_mode & 0777), st.st_rdev);
		/* where devices are restricted, or we are not all of root, the host's will do */
		if (r != 0 && errno == EPERM)
			r = mknod(to, S_IFREG, 0) == 0 ? mount(from, to, NULL, MS_BIND, NULL) : -1;
		else if (r == 0 && chmod(to, st.st_mode & 0777) == 0)
			r = chown(to, st.st_uid, st.st_gid);
		else
			r = -1;
	}
	free(from);
	free(to);
	return r;
}

/* what was there stays there: shm, pts ... are the host's */
static int
keep_dir(const char *dir, const char *name)
{
	char *from = mem_fmt("/dev/%s", name), *to = mem_fmt("%s/%s", dir, name);
	struct stat st;
	int r = 0;

	if (lstat(from, &st) == 0 && S_ISDIR(st.st_mode)) {
		r = mkdir(to, 0755);
		if (r == 0)
			r = mount(from, to, NULL, MS_BIND | MS_REC, NULL);
	}
	free(from);
	free(to);
	return r;
}

static int
add_links(const char *dir)
{
	static const struct {
		const char *name, *target;
	} links[] = {
		{ "fd", "/proc/self/fd" }, { "stdin", "/proc/self/fd/0" }, { "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
		{ "core", "/proc/kcore" },
	};
	char target[PATH_MAX], *to;
	ssize_t n = readlink("/dev/log", target, sizeof target - 1);
	struct stat st;
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof links / sizeof *links; i++) {
		to = mem_fmt("%s/%s", dir, links[i].name);
		r = symlink(links[i].target, to);
		free(to);
	}
	to = mem_fmt("%s/log", dir);
	if (r == 0 && n > 0) {
		target[n] = '\0';
		r = symlink(target, to);
	} else if (r == 0 && lstat("/dev/log", &st) == 0 && S_ISSOCK(st.st_mode)) {
		/* a socket that is itself in /dev: bind it */
		int fd = open(to, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

		r = fd < 0 ? -1 : mount("/dev/log", to, NULL, MS_BIND, NULL);
		if (fd >= 0)
			close(fd);
	}
	free(to);
	return r;
}

static int
fill_dev(const char *dir)
{
	static const char *const nodes[] = { "null", "zero", "full", "random", "urandom", "tty" };
	static const char *const dirs[] = { "shm", "mqueue", "hugepages", "pts" };
	char *ptmx = mem_fmt("%s/ptmx", dir);
	struct stat st;
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof dirs / sizeof *dirs; i++)
		r = keep_dir(dir, dirs[i]);
	for (size_t i = 0; r == 0 && i < sizeof nodes / sizeof *nodes; i++)
		r = add_node(dir, nodes[i]);
	if (r == 0 && lstat("/dev/ptmx", &st) == 0)
		r = S_ISLNK(st.st_mode) ? symlink("pts/ptmx", ptmx) : add_node(dir, "ptmx");
	free(ptmx);
	return r == 0 ? add_links(dir) : -1;
}

int
mount_private_dev(const char *dest)
{
	/* the tmpfs is filled at a place where it covers nothing, and then moved */
	char work[] = "/run/initwright/.dev.XXXXXX";
	mode_t old = umask(0);
	int r = file_mkdirs("/run/initwright");

	if (r == 0 && !mkdtemp(work))
		r = -1;
	if (r == 0) {
		r = mount("tmpfs", work, "tmpfs", MS_NOSUID | MS_NOEXEC | MS_STRICTATIME, "mode=755,size=4m,nr_inodes=64k");
		if (r == 0 && (fill_dev(work) != 0 || mount(work, dest, NULL, MS_MOVE, NULL) != 0)) {
			int saved = errno;

			umount2(work, MNT_DETACH);
			errno = saved;
			r = -1;
		}
		rmdir(work);
	}
	umask(old);
	return r;
}

char *
mount_blank(const char *dir, const char *path)
{
	struct stat st;
	char *node;
	int r;

	if (lstat(path, &st) != 0 || file_mkdirs(dir) != 0 || chmod(dir, 0755) != 0)
		return NULL;
	node = mem_fmt("%s/%s", dir, S_ISDIR(st.st_mode) ? "dir" : S_ISCHR(st.st_mode) ? "chr" : S_ISBLK(st.st_mode) ? "blk" :
	    S_ISFIFO(st.st_mode) ? "fifo" : S_ISSOCK(st.st_mode) ? "sock" : "reg");
	r = S_ISDIR(st.st_mode) ? mkdir(node, 0) : mknod(node, S_ISREG(st.st_mode) || S_ISLNK(st.st_mode) ? S_IFREG :
	    st.st_mode & S_IFMT, makedev(0, 0));
	if (r == 0 || errno == EEXIST)
		return node;
	/* device nodes are not to be had everywhere; an empty file hides the device as well */
	free(node);
	node = mem_fmt("%s/reg", dir);
	if (mknod(node, S_IFREG, 0) == 0 || errno == EEXIST)
		return node;
	free(node);
	return NULL;
}

int
mount_as_root(const char *dir)
{
	if (chdir(dir) != 0 || mount(dir, "/", NULL, MS_MOVE, NULL) != 0)
		return -1;
	return chroot(".") == 0 && chdir("/") == 0 ? 0 : -1;
}
