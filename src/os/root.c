#include "os/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "os/fd.h"

enum { DEEPEST = 64, MAX_LINKS = 40 };

struct walk {
	int fd[DEEPEST + 1];	/* the directories from the root down to where we are */
	int depth;
	int links;
	bool own;		/* follow links of root's and the caller's only */
	mode_t mode;		/* for O_CREAT */
	char rest[PATH_MAX];	/* what is still to be walked */
	char name[PATH_MAX];
};

/* Cut the next component off the rest into name.  False at the end. */
static bool
next_name(struct walk *w)
{
	const char *p = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(p, "/");

	if (n == 0)
		return false;
	memcpy(w->name, p, n);
	w->name[n] = '\0';
	p += n;
	p += strspn(p, "/");
	memmove(w->rest, p, strlen(p) + 1);
	return true;
}

static void
climb(struct walk *w, int depth)
{
	while (w->depth > depth)
		close(w->fd[w->depth--]);
}

/* If name is a symbolic link, put its target before the rest.  0 when it was, else -1 with errno. */
static int
follow(struct walk *w)
{
	char target[PATH_MAX], all[PATH_MAX];
	struct stat st;
	ssize_t n;
	int len;

	n = readlinkat(w->fd[w->depth], w->name, target, sizeof target - 1);
	if (n < 0)
		return -1;
	target[n] = '\0';
	if (w->own && (fstatat(w->fd[w->depth], w->name, &st, AT_SYMLINK_NOFOLLOW) != 0 || (st.st_uid != 0 && st.st_uid != geteuid()))) {
		errno = EPERM;
		return -1;
	}
	if (++w->links > MAX_LINKS) {
		errno = ELOOP;
		return -1;
	}
	if (target[0] == '/')
		climb(w, 0);
	len = fmt_to(all, sizeof all, "%s/%s", target, w->rest);
	if (len < 0 || (size_t)len >= sizeof all) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(w->rest, all, (size_t)len + 1);
	return 0;
}

static int
descend(struct walk *w)
{
	int fd, saved;

	if (w->depth == DEEPEST) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = openat(w->fd[w->depth], w->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		w->fd[++w->depth] = fd;
		return 0;
	}
	saved = errno;
	if (saved != ENOTDIR && saved != ELOOP)
		return -1;
	if (follow(w) == 0)
		return 0;
	if (errno == EINVAL)
		errno = saved;
	return -1;
}

static bool
is_link(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISLNK(st.st_mode);
}

/* The last component: its descriptor; -2 when it was a link and the walk goes on. */
static int
arrive(struct walk *w, int flags)
{
	int fd, saved;

	fd = openat(w->fd[w->depth], w->name, flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, w->mode);
	if (fd >= 0 && (flags & O_PATH) && !(flags & O_NOFOLLOW) && is_link(fd)) {
		close(fd);
		return follow(w) == 0 ? -2 : -1;
	}
	if (fd >= 0 || (errno != ELOOP && errno != ENOTDIR) || (flags & O_NOFOLLOW))
		return fd;
	saved = errno;
	if (follow(w) == 0)
		return -2;
	if (errno == EINVAL)
		errno = saved;
	return -1;
}

static int
walk_on(struct walk *w, int flags)
{
	int r;

	while (next_name(w)) {
		if (strcmp(w->name, ".") == 0)
			continue;
		if (strcmp(w->name, "..") == 0) {
			climb(w, w->depth > 0 ? w->depth - 1 : 0);
			continue;
		}
		if (w->rest[0] == '\0') {
			r = arrive(w, flags);
			if (r != -2)
				return r;
		} else if (descend(w) != 0) {
			return -1;
		}
	}
	return openat(w->fd[w->depth], ".", flags | O_CLOEXEC | O_NOCTTY);
}

static int
walk(struct walk *w, int root, const char *path, int flags)
{
	int fd, saved;

	if (strlen(path) >= sizeof w->rest) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(w->rest, path, strlen(path) + 1);
	w->fd[0] = root;
	fd = walk_on(w, flags);
	saved = errno;
	climb(w, 0);
	errno = saved;
	return fd;
}

int
root_open(int root, const char *path, int flags)
{
	return walk(&(struct walk){ .depth = 0 }, root, path, flags);
}

int
root_mkdirs(int root, const char *path)
{
	const int flags = O_PATH | O_DIRECTORY;
	char part[PATH_MAX], name[NAME_MAX + 1];
	int at = openat(root, ".", flags | O_CLOEXEC), below;
	const char *p = path;

	while (at >= 0) {
		size_t n;

		p += strspn(p, "/");
		n = strcspn(p, "/");
		if (n == 0)
			return at;
		if (fmt_to(part, sizeof part, "%.*s", (int)(p + n - path), path) >= sizeof part || fmt_to(name, sizeof name, "%.*s", (int)n, p) >= sizeof name) {
			close(at);
			errno = ENAMETOOLONG;
			return -1;
		}
		below = root_open(root, part, flags);
		if (below < 0 && errno == ENOENT && mkdirat(at, name, 0755) == 0)
			below = root_open(root, part, flags);
		fd_drop(at);
		at = below;
		p += n;
	}
	return -1;
}

int
root_open_own(const char *path, int flags, mode_t mode)
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

	if (root < 0)
		return -1;
	fd = walk(&(struct walk){ .own = true, .mode = mode }, root, path, flags);
	fd_drop(root);
	return fd;
}
