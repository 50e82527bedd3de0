#include "os/dir.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/fd.h"

enum { BATCH = 32768, DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

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
		fd_drop(fd);
		return -1;
	}
	return fd;
}

/*
 * A walk through a tree that leaves each directory after all that is in it, at any depth, with one descriptor.  The way back is "..", which
 * must be the directory that we came from: who moves directories about meanwhile ends the walk.
 */
struct step {
	struct vec names;	/* what is still to be seen there */
	char *name;		/* of the directory, in the one above it; owned */
	ino_t ino;
};

struct walk {
	int fd;		/* where we are */
	dev_t dev;	/* all of it is on this file system */
	struct step *steps;	/* the way down to it; owned */
	size_t n, cap;
};

/* The number of the mount that the open file is in, -1 where the file system does not tell. */
static int
mount_of(int fd)
{
	struct file_handle none = { .handle_bytes = 0 };
	int id = -1;

	return name_to_handle_at(fd, "", &none, &id, AT_EMPTY_PATH) == 0 || errno == EOVERFLOW ? id : -1;
}

/* As openat(2), but not into something that is mounted there: -1 with errno EXDEV. */
static int
open_inside(int at, const char *name, int flags)
{
	struct open_how how = { .flags = (uint64_t)flags, .resolve = RESOLVE_NO_XDEV };
	int fd = (int)syscall(SYS_openat2, at, name, &how, sizeof how);

	/* before Linux 5.6, or under a filter that does not know the call */
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
	fd = openat(at, name, flags);
	if (fd < 0 || mount_of(fd) == mount_of(at))
		return fd;
	errno = EXDEV;
	return fd_drop(fd);
}

static int
take_name(const char *name, unsigned char type, void *arg)
{
	(void)type;
	vec_add(arg, name);
	return 0;
}

/* Go into the directory of that name, opened as fd, which is the walk's then. */
static int
go_down(struct walk *w, int fd, const char *name)
{
	struct step next = { .names = VEC_INIT };
	struct stat st;

	if (fstat(fd, &st) != 0 || dir_each(fd, take_name, &next.names) != 0) {
		vec_free(&next.names);
		return fd_drop(fd);
	}
	if (w->n > 0 && st.st_dev != w->dev) {
		vec_free(&next.names);
		errno = EXDEV;
		return fd_drop(fd);
	}
	if (w->n > 0)
		close(w->fd);
	w->fd = fd;
	w->dev = st.st_dev;
	next.name = mem_str(name);
	next.ino = st.st_ino;
	w->steps = mem_grow(w->steps, &w->cap, w->n + 1, sizeof *w->steps);
	w->steps[w->n++] = next;
	return 0;
}

/* Back to the directory above; *name is what we leave, the caller frees it. */
static int
go_up(struct walk *w, char **name)
{
	struct step *last = &w->steps[w->n - 1];
	int above = openat(w->fd, "..", DIR_FLAGS);
	struct stat st;

	if (above < 0)
		return -1;
	if (fstat(above, &st) != 0 || st.st_dev != w->dev || st.st_ino != last[-1].ino) {
		errno = ESTALE;
		return fd_drop(above);
	}
	close(w->fd);
	w->fd = above;
	*name = last->name;
	vec_free(&last->names);
	w->n--;
	return 0;
}

/* The next name that is to be seen where we are, which the caller frees; NULL when there is none. */
static char *
next_name(struct walk *w)
{
	struct vec *names = &w->steps[w->n - 1].names;
	char *last;

	if (names->n == 0)
		return NULL;
	last = names->v[--names->n];
	names->v[names->n] = NULL;
	return last;
}

static void
walk_end(struct walk *w)
{
	int saved = errno;

	for (size_t i = 0; i < w->n; i++) {
		vec_free(&w->steps[i].names);
		free(w->steps[i].name);
	}
	if (w->n > 0)
		close(w->fd);
	free(w->steps);
	errno = saved;
}

struct owner {
	uid_t uid;
	gid_t gid;
	uid_t old;	/* only what belonged to this one is given away */
};

/* fd: the very thing that was looked at is changed, so that the old owner cannot put another in its place meanwhile */
static int
give_open(struct walk *w, int fd, const char *name, const struct owner *o)
{
	struct stat st;
	int dir;

	if (fstat(fd, &st) != 0)
		return -1;
	if (st.st_uid != o->old || st.st_dev != w->dev)
		return 0;
	if (S_ISDIR(st.st_mode)) {
		dir = openat(fd, ".", DIR_FLAGS);
		return dir < 0 ? -1 : go_down(w, dir, name);
	}
	/* a file of root's with a second name may have got this one from somebody else */
	if (o->old == 0 && st.st_nlink > 1)
		return 0;
	return fchownat(fd, "", o->uid, o->gid, AT_EMPTY_PATH);
}

static int
give_entry(struct walk *w, const char *name, const struct owner *o)
{
	int fd = open_inside(w->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), r;

	if (fd < 0)
		return errno == ENOENT || errno == EXDEV ? 0 : -1;
	r = give_open(w, fd, name, o);
	fd_drop(fd);
	return r;
}

static int
give_tree(int fd, const struct owner *o)
{
	int top = openat(fd, ".", DIR_FLAGS), r;
	struct walk w = { .n = 0 };
	char *name;

	r = top < 0 ? -1 : go_down(&w, top, "");
	while (r == 0) {
		name = next_name(&w);
		if (name) {
			r = give_entry(&w, name, o);
		} else {
			r = fchown(w.fd, o->uid, o->gid);
			if (r != 0 || w.n == 1)
				break;
			r = go_up(&w, &name);
		}
		free(name);
	}
	walk_end(&w);
	return r;
}

static int
settle(int fd, mode_t mode, uid_t uid, gid_t gid)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -1;
	if (st.st_uid != uid || st.st_gid != gid) {
		struct owner o = { uid, gid, st.st_uid };

		if (give_tree(fd, &o) != 0)
			return -1;
	}
	/* after chown(2), which takes set-id bits away */
	return fchmod(fd, mode);
}

/* The components of a name; none and EINVAL when there are none or one of them is "..". */
static struct vec
split(const char *name)
{
	struct vec parts = VEC_INIT;

	str_split(&parts, name, "/");
	if (parts.n == 0 || vec_has(&parts, "..")) {
		vec_free(&parts);
		errno = EINVAL;
	}
	return parts;
}

int
dir_make(const char *base, const char *name, mode_t mode, uid_t uid, gid_t gid)
{
	struct vec parts = split(name);
	int fd = parts.n == 0 ? -1 : open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = -1;

	for (size_t i = 0; i < parts.n && fd >= 0; i++) {
		int below = enter(fd, parts.v[i], i + 1 < parts.n ? 0755 : 0700);

		fd_drop(fd);
		fd = below;
	}
	if (fd >= 0) {
		r = settle(fd, mode, uid, gid);
		fd_drop(fd);
	}
	vec_free(&parts);
	return r;
}

/* Remove the entry of the directory where we are, or go into it. */
static int
remove_entry(struct walk *w, const char *name)
{
	int fd, error;

	if (unlinkat(w->fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	error = errno;
	if (error != EISDIR && error != EPERM)
		return -1;
	fd = open_inside(w->fd, name, DIR_FLAGS);
	if (fd < 0 && error == EPERM)
		errno = error;
	return fd < 0 ? -1 : go_down(w, fd, name);
}

/* Remove all that is in the directory that was opened as fd, as far as that can be; fd is closed. */
static int
empty(int fd)
{
	struct walk w = { .n = 0 };
	int error = 0, r;
	char *name;

	r = go_down(&w, fd, "");
	while (r == 0) {
		name = next_name(&w);
		if (!name && w.n == 1)
			break;
		if (name) {
			if (remove_entry(&w, name) != 0)
				error = error ? error : errno;
		} else {
			r = go_up(&w, &name);
			if (r == 0 && unlinkat(w.fd, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
				error = error ? error : errno;
		}
		free(name);
	}
	walk_end(&w);
	if (r == 0 && error) {
		errno = error;
		r = -1;
	}
	return r;
}

static int
remove_tree(int at, const char *name)
{
	int fd, error;

	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return 0;
	error = errno;
	if (error != EISDIR && error != EPERM)
		return -1;
	fd = openat(at, name, DIR_FLAGS);
	if (fd < 0 && error == EPERM)
		errno = error;
	if (fd < 0 || empty(fd) != 0)
		return -1;
	return unlinkat(at, name, AT_REMOVEDIR);
}

int
dir_remove(const char *base, const char *name)
{
	struct vec parts = split(name);
	int fd = parts.n == 0 ? -1 : open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = -1;

	for (size_t i = 0; i + 1 < parts.n && fd >= 0; i++) {
		int below = openat(fd, parts.v[i], DIR_FLAGS);

		fd_drop(fd);
		fd = below;
	}
	if (fd >= 0) {
		r = remove_tree(fd, parts.v[parts.n - 1]);
		fd_drop(fd);
	} else if (errno == ENOENT) {
		r = 0;
	}
	vec_free(&parts);
	return r;
}

/* What getdents64(2) gives: where the parts of an entry are. */
enum { AT_LENGTH = 16, AT_TYPE = 18, AT_NAME = 19 };

static int
each_of(const char *part, size_t n, int (*take)(const char *name, unsigned char type, void *arg), void *arg)
{
	unsigned short length;
	int r = 0;

	for (size_t at = 0; at < n && r == 0; at += length) {
		const char *name = part + at + AT_NAME;

		memcpy(&length, part + at + AT_LENGTH, sizeof length);
		if (name[0] != '.' || (name[1] != '\0' && (name[1] != '.' || name[2] != '\0')))
			r = take(name, (unsigned char)part[at + AT_TYPE], arg);
	}
	return r;
}

int
dir_each(int fd, int (*take)(const char *name, unsigned char type, void *arg), void *arg)
{
	char part[BATCH];
	int own = openat(fd, ".", DIR_FLAGS), r = 0;
	long n = -1;

	if (own < 0)
		return -1;
	while (r == 0 && (n = syscall(SYS_getdents64, own, part, sizeof part)) > 0)
		r = each_of(part, (size_t)n, take, arg);
	fd_drop(own);
	return r == 0 && n < 0 ? -1 : r;
}
