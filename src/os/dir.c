#include "os/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { DEPTH_MAX = 256, DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

static int
close_keeping_errno(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

/* one step down, making the directory if it is not there */
static int
enter(int at, const char *name, mode_t mode)
{
	bool made = mkdirat(at, name, 0700) == 0;
	int fd;

	if (!made && errno != EEXIST)
		return -1;
	fd = openat(at, name, DIR_FLAGS);
	/* whatever the umask is */
	if (fd >= 0 && made && fchmod(fd, mode) != 0) {
		close_keeping_errno(fd);
		return -1;
	}
	return fd;
}

struct owner {
	uid_t uid;
	gid_t gid;
	uid_t old;	/* only what belonged to this one is given away */
	dev_t dev;
};

static int give_tree(int fd, const struct owner *o, int depth);

/* fd: the very thing that was looked at is changed, so that the old owner cannot put another in its place meanwhile */
static int
give_open(int fd, const struct owner *o, int depth)
{
	struct stat st;
	int dir, r;

	if (fstat(fd, &st) != 0)
		return -1;
	if (st.st_uid != o->old || st.st_dev != o->dev)
		return 0;
	if (!S_ISDIR(st.st_mode)) {
		/* a file of root's with a second name may have got this one from somebody else */
		if (o->old == 0 && st.st_nlink > 1)
			return 0;
		return fchownat(fd, "", o->uid, o->gid, AT_EMPTY_PATH);
	}
	dir = openat(fd, ".", DIR_FLAGS);
	if (dir < 0)
		return -1;
	r = give_tree(dir, o, depth + 1);
	close_keeping_errno(dir);
	return r;
}

static int
give_entry(int at, const char *name, const struct owner *o, int depth)
{
	int fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	r = give_open(fd, o, depth);
	close_keeping_errno(fd);
	return r;
}

static int
give_tree(int fd, const struct owner *o, int depth)
{
	int copy = openat(fd, ".", DIR_FLAGS), r = 0;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *e;

	if (!d || depth > DEPTH_MAX) {
		errno = d ? ELOOP : errno;
		if (d)
			closedir(d);
		return -1;
	}
	while (r == 0 && (e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			r = give_entry(fd, e->d_name, o, depth);
	closedir(d);
	return r == 0 ? fchown(fd, o->uid, o->gid) : -1;
}

static int
settle(int fd, mode_t mode, uid_t uid, gid_t gid)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -1;
	if (st.st_uid != uid || st.st_gid != gid) {
		struct owner o = { uid, gid, st.st_uid, st.st_dev };

		if (give_tree(fd, &o, 0) != 0)
			return -1;
	}
	/* after chown(2), which takes set-id bits away */
	return fchmod(fd, mode);
}

int
dir_make(const char *base, const char *name, mode_t mode, uid_t uid, gid_t gid)
{
	char *copy = mem_str(name), *next = copy, *part;
	int fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	while (fd >= 0 && (part = strsep(&next, "/"))) {
		int below;

		if (!*part)
			continue;
		below = enter(fd, part, next ? 0755 : 0700);
		close_keeping_errno(fd);
		fd = below;
	}
	free(copy);
	if (fd < 0)
		return -1;
	r = settle(fd, mode, uid, gid);
	close_keeping_errno(fd);
	return r;
}

static int remove_tree(int at, const char *name, dev_t dev, int depth);

static int
empty(int fd, dev_t dev, int depth)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	int r = 0;

	if (!d)
		return close_keeping_errno(fd);
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
		    remove_tree(dirfd(d), e->d_name, dev, depth + 1) != 0)
			r = -1;
	closedir(d);
	return r;
}

static int
remove_tree(int at, const char *name, dev_t dev, int depth)
{
	struct stat st;
	int fd;

	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	if (depth > DEPTH_MAX) {
		errno = ELOOP;
		return -1;
	}
	fd = openat(at, name, DIR_FLAGS);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || (dev && st.st_dev != dev)) {
		errno = EXDEV;
		return close_keeping_errno(fd);
	}
	if (empty(fd, st.st_dev, depth) != 0)
		return -1;
	return unlinkat(at, name, AT_REMOVEDIR);
}

int
dir_remove(const char *base, const char *name)
{
	char *copy = mem_str(name), *next = copy, *part;
	int fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = -1;

	while (fd >= 0 && (part = strsep(&next, "/"))) {
		int below;

		if (!next) {
			r = remove_tree(fd, part, 0, 0);
			break;
		}
		below = openat(fd, part, DIR_FLAGS);
		close_keeping_errno(fd);
		fd = below;
	}
	if (fd >= 0)
		close_keeping_errno(fd);
	else if (errno == ENOENT)
		r = 0;
	free(copy);
	return r;
}
