#include "svc/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/mount.h"

enum { ALL_MAX = 1 << 20, NAME_BYTES = 255 };

static const unsigned long mount_flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

bool
credentials_wanted(const struct confine *c)
{
	return c->load_credentials.n || c->set_credentials.n;
}

bool
credentials_is_name(const char *s, size_t n)
{
	if (n == 0 || n > NAME_BYTES || (n <= 2 && memcmp(s, "..", n) == 0))
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~' || s[i] == '/' || s[i] == ':')
			return false;
	return true;
}

struct store {
	int dir;
	uid_t uid;
	gid_t gid;
	size_t room;
};

/* what has been put there stays: lists are gone through from what counts most */
static int
put(struct store *s, const char *name, const char *data, size_t n)
{
	int fd, r;

	if (n > s->room) {
		errno = E2BIG;
		return -1;
	}
	fd = openat(s->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
	if (fd < 0)
		return errno == EEXIST ? 0 : -1;
	s->room -= n;
	r = fd_write_all(fd, data, n) == 0 && fchmod(fd, 0400) == 0 ? fchown(fd, s->uid, s->gid) : -1;
	fd_drop(fd);
	return r;
}

static int
read_from(const char *root, const char *path, size_t max, struct buf *text)
{
	static const char *const stores[] = { "/etc/credstore", "/run/credstore", "/usr/local/lib/credstore", "/usr/lib/credstore" };
	char *full;
	int r = -1;

	if (*path == '/') {
		full = file_under(root, path);
		r = file_read(AT_FDCWD, full, 0, max, text, NULL);
		free(full);
		return r;
	}
	for (size_t i = 0; r != 0 && i < sizeof stores / sizeof *stores; i++) {
		char *under = file_under(root, stores[i]);

		full = mem_fmt("%s/%s", under, path);
		r = file_read(AT_FDCWD, full, 0, max, text, NULL);
		free(full);
		free(under);
		if (r != 0 && errno != ENOENT && errno != ENOTDIR)
			return -1;
	}
	return r;
}

static bool
has_default(const struct confine *c, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < c->set_credentials.n; i++)
		if (str_starts(c->set_credentials.v[i], name) && c->set_credentials.v[i][n] == ':')
			return true;
	return false;
}

/* "ID:PATH"; "ID" alone is its own path */
static char *
load(const struct confine *c, const char *root, const char *item, struct store *s)
{
	const char *colon = strchr(item, ':'), *path = colon ? colon + 1 : item;
	char *name = mem_strn(item, strcspn(item, ":")), *bad = NULL;
	struct buf text = BUF_INIT;

	if (read_from(root, path, s->room, &text) == 0) {
		if (put(s, name, text.len ? text.s : "", text.len) != 0)
			bad = mem_fmt("cannot store the credential %s: %s", name, strerror(errno));
	} else if (errno != ENOENT || (*path == '/' && !has_default(c, name))) {
		bad = mem_fmt("cannot read %s, its credential %s: %s", path, name, strerror(errno));
	}
	if (text.s)
		explicit_bzero(text.s, text.len);
	buf_free(&text);
	free(name);
	return bad;
}

static char *
fill(const struct confine *c, const char *root, struct store *s)
{
	char *bad = NULL;

	for (size_t i = c->load_credentials.n; !bad && i-- > 0;)
		bad = load(c, root, c->load_credentials.v[i], s);
	for (size_t i = c->set_credentials.n; !bad && i-- > 0;) {
		const char *item = c->set_credentials.v[i], *value = strchr(item, ':') + 1;
		char *name = mem_strn(item, (size_t)(value - item) - 1);

		if (put(s, name, value, strlen(value)) != 0)
			bad = mem_fmt("cannot store the credential %s: %s", name, strerror(errno));
		free(name);
	}
	return bad;
}

/* a directory of its own, in memory that is not swapped where we may mount; else it lies in /run, which is memory too */
static int
make_dir(const char *dir, bool *mounted)
{
	char *parent = mem_strn(dir, (size_t)(str_base(dir) - dir) - 1);
	int r = file_mkdirs(parent);

	free(parent);
	if (r != 0 || mkdir(dir, 0700) != 0)
		return -1;
	*mounted = mount_new("ramfs", dir, mount_flags, "mode=0700") == 0;
	return *mounted || errno == EPERM || errno == ENODEV ? 0 : -1;
}

char *
credentials_open(const struct confine *c, const char *root, const char *dir, uid_t uid, gid_t gid)
{
	struct store s = { .dir = -1, .uid = uid, .gid = gid, .room = ALL_MAX };
	bool mounted = false;
	char *bad = NULL;

	credentials_close(dir);
	if (make_dir(dir, &mounted) == 0)
		s.dir = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s.dir >= 0)
		bad = fill(c, root, &s);
	if (!bad && (s.dir < 0 || fchown(s.dir, uid, gid) != 0 || fchmod(s.dir, 0500) != 0 ||
	    (mounted && mount_set_flags(dir, mount_flags | MS_RDONLY) != 0)))
		bad = mem_fmt("cannot make the directory %s: %s", dir, strerror(errno));
	if (s.dir >= 0)
		close(s.dir);
	if (bad)
		credentials_close(dir);
	return bad;
}

void
credentials_close(const char *dir)
{
	char *parent = mem_strn(dir, (size_t)(str_base(dir) - dir) - 1);

	mount_drop(dir);
	dir_remove(parent, str_base(dir));
	(void)!rmdir(parent);
	free(parent);
}
