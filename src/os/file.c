#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/clock.h"
#include "os/fd.h"

static int
check_kind(const struct stat *st, size_t max)
{
	errno = S_ISDIR(st->st_mode) ? EISDIR : EINVAL;
	if (!S_ISREG(st->st_mode))
		return -1;
	errno = EFBIG;
	return (uintmax_t)st->st_size > max ? -1 : 0;
}

/* /proc and sysfs files say size 0 and have content, others may grow while we read: so read to the end, within max */
static int
slurp(int fd, size_t max, struct buf *out)
{
	char part[4096];
	size_t got = 0;

	for (;;) {
		ssize_t n = fd_read_full(fd, part, sizeof part);

		if (n <= 0)
			return (int)n;
		got += (size_t)n;
		if (got > max) {
			errno = EFBIG;
			return -1;
		}
		buf_add(out, part, (size_t)n);
	}
}

int
file_read(int dirfd, const char *path, int flags, size_t max, struct buf *out, struct stat *st)
{
	struct stat own;
	int fd, r;

	/* O_NONBLOCK: a FIFO in the place of the file must not hang us */
	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags);
	if (fd < 0)
		return -1;
	if (!st)
		st = &own;
	r = fstat(fd, st);
	if (r == 0)
		r = check_kind(st, max);
	if (r == 0)
		r = slurp(fd, max, out);
	fd_drop(fd);
	return r;
}

/* The caller frees it. */
static char *
temp_name(const char *path)
{
	const char *base = str_base(path);

	return mem_fmt("%.*s.%s.%ld.%llx", (int)(base - path), path, base, (long)getpid(), (unsigned long long)clock_wall());
}

static int
write_temp(int dirfd, const char *temp, const void *data, size_t n, mode_t mode)
{
	int fd, saved;

	fd = openat(dirfd, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (fd_write_all(fd, data, n) == 0 && fchmod(fd, mode) == 0 && fsync(fd) == 0)
		return close(fd);
	saved = errno;
	close(fd);
	unlinkat(dirfd, temp, 0);
	errno = saved;
	return -1;
}

/* What the new file, which only we have, is to have of the old one.  The owner first: a change of it takes rights away. */
static int
copy_attributes(int from, int to, const struct stat *st)
{
	char names[4096], value[4096], there[4096];
	ssize_t all = flistxattr(from, names, sizeof names), n;

	if (fchown(to, st->st_uid, st->st_gid) != 0 || fchmod(to, st->st_mode & 07777) != 0)
		return -1;
	if (all < 0)
		return errno == ENOTSUP || errno == ENOSYS ? 0 : -1;
	for (char *p = names; p < names + all; p += strlen(p) + 1) {
		n = fgetxattr(from, p, value, sizeof value);
		/* a label that we may not set can be right already */
		if (n < 0 || (fsetxattr(to, p, value, (size_t)n, 0) != 0 &&
		    (fgetxattr(to, p, there, sizeof there) != n || memcmp(there, value, (size_t)n) != 0)))
			return -1;
	}
	return 0;
}

/* Is that still the file at the path? */
static bool
is_same_file(int dirfd, const char *path, const struct stat *st)
{
	struct stat now;

	return fstatat(dirfd, path, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

int
file_rewrite(int dirfd, const char *path, int from, const void *data, size_t n)
{
	char *temp = temp_name(path);
	struct stat st;
	int fd = -1, r = -1, saved;

	if (fstat(from, &st) == 0)
		fd = openat(dirfd, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0 && fd_write_all(fd, data, n) == 0 && copy_attributes(from, fd, &st) == 0 && fsync(fd) == 0) {
		errno = EEXIST;
		if (is_same_file(dirfd, path, &st))
			r = renameat(dirfd, temp, dirfd, path);
	}
	saved = errno;
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && r != 0)
		unlinkat(dirfd, temp, 0);
	free(temp);
	errno = saved;
	return r;
}

int
file_replace(int dirfd, const char *path, const void *data, size_t n, mode_t mode)
{
	char *temp = temp_name(path);
	int r, saved;

	r = write_temp(dirfd, temp, data, n, mode);
	if (r == 0 && renameat(dirfd, temp, dirfd, path) != 0) {
		saved = errno;
		unlinkat(dirfd, temp, 0);
		errno = saved;
		r = -1;
	}
	free(temp);
	return r;
}

static int
make_one(const char *path)
{
	struct stat st;
	int saved;

	if (mkdir(path, 0755) == 0) {
		if (chmod(path, 0755) == 0)
			return 0;
		saved = errno;
		rmdir(path);
		errno = saved;
		return -1;
	}
	if (errno != EEXIST || stat(path, &st) != 0)
		return -1;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode) ? 0 : -1;
}

int
file_put(int dirfd, const char *path, const char *text)
{
	int fd = openat(dirfd, path, O_WRONLY | O_NOCTTY | O_CLOEXEC), r;

	if (fd < 0)
		return -1;
	r = fd_write_all(fd, text, strlen(text));
	fd_drop(fd);
	return r;
}

/* what is there in most cases is not asked for: from the end up to what there is */
static int
make_below(char *path)
{
	char *slash;
	int r = make_one(path);

	if (r == 0 || errno != ENOENT || !*path || !(slash = strrchr(path + 1, '/')))
		return r;
	*slash = '\0';
	r = make_below(path);
	*slash = '/';
	return r == 0 ? make_one(path) : -1;
}

int
file_mkdirs(const char *path)
{
	char *copy = mem_str(path);
	int r = make_below(copy);

	free(copy);
	return r;
}

char *
file_real(const char *path)
{
	char link[32], real[PATH_MAX];
	int fd;
	ssize_t n;

	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	fmt_to(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, real, sizeof real);
	fd_drop(fd);
	/* what lies outside of our root has no such path */
	if (n == 0 || (n > 0 && real[0] != '/'))
		errno = ENOENT;
	return n > 0 && real[0] == '/' ? mem_strn(real, (size_t)n) : NULL;
}

char *
file_under(const char *root, const char *path)
{
	size_t n = root ? strlen(root) : 0;

	while (n > 0 && root[n - 1] == '/')
		n--;
	if (n == 0)
		return mem_str(path);
	return mem_fmt("%.*s%s%s", (int)n, root, *path == '/' ? "" : "/", path);
}

bool
file_is_foreign(const struct stat *st, uid_t uid)
{
	if (st->st_uid != 0 && st->st_uid != uid)
		return true;
	return (st->st_mode & S_IWOTH) || ((st->st_mode & S_IWGRP) && st->st_gid != 0);
}
