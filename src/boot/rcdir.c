#include "boot/rcdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/root.h"

enum { AS_DIR = O_RDONLY | O_DIRECTORY };

int
rcdir_scheme_of(const char *word)
{
	if (strcmp(word, "debian") == 0)
		return RCDIR_DEBIAN;
	return strcmp(word, "rhel") == 0 ? RCDIR_RHEL : -1;
}

const char *
rcdir_name(int level, char out[8])
{
	memcpy(out, "rcN.d", 6);
	out[2] = level_letter(level);
	return out;
}

unsigned
rcdir_levels(const struct rcdir *d)
{
	return d->scheme == RCDIR_RHEL ? LEVEL_DIGITS : LEVEL_DIGITS | LEVEL_BIT(LEVEL_S);
}

static bool
exists(int root, const char *path)
{
	int fd = root_open(root, path, O_PATH);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool
is_there(int dirfd, const char *name)
{
	struct stat st;
	int saved = errno;
	bool there = fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;

	errno = saved;
	return there;
}

static void
detect(struct rcdir *d, enum rcdir_scheme wanted)
{
	d->scheme = wanted;
	if (wanted == RCDIR_DETECT)
		d->scheme = exists(d->root, "/etc/rc.d/rc3.d") || exists(d->root, "/etc/rc.d/init.d") ? RCDIR_RHEL : RCDIR_DEBIAN;
}

static int
open_init(struct rcdir *d, const char *init_path, struct diag *diag)
{
	static const char *const places[] = { "/etc/init.d", "/etc/rc.d/init.d" };
	size_t first = d->scheme == RCDIR_RHEL && !init_path;
	int r;

	d->init_path = mem_str(init_path ? init_path : places[first]);
	d->init = root_open(d->root, d->init_path, AS_DIR);
	if (d->init < 0 && first && errno == ENOENT) {
		free(d->init_path);
		d->init_path = mem_str(places[0]);
		d->init = root_open(d->root, d->init_path, AS_DIR);
	}
	if (d->init >= 0)
		return 0;
	r = errno == ENOENT ? -2 : -1;
	diag_add(diag, DIAG_ERROR, d->init_path, 0, 0, "%s", strerror(errno));
	return r;
}

static int
open_levels(struct rcdir *d, const char *init_path, struct diag *diag)
{
	char *path;
	char name[8];

	if (init_path)
		path = mem_fmt("%s/..", init_path);
	else
		path = mem_str(d->scheme == RCDIR_RHEL && exists(d->root, "/etc/rc.d") ? "/etc/rc.d" : "/etc");
	d->rc = root_open(d->root, path, AS_DIR);
	if (d->rc < 0)
		diag_add(diag, DIAG_ERROR, path, 0, 0, "%s", strerror(errno));
	for (int n = 0; n < LEVELS && d->rc >= 0; n++) {
		char *at = mem_fmt("%s/%s", path, rcdir_name(n, name));

		if (rcdir_levels(d) & LEVEL_BIT(n))
			d->level[n] = root_open(d->root, at, AS_DIR);
		if (d->level[n] < 0 && (rcdir_levels(d) & LEVEL_BIT(n)) && (errno != ENOENT || is_there(d->rc, name)))
			diag_add(diag, DIAG_ERROR, at, 0, 0, "%s", errno == ENOENT ? "a symbolic link that leads nowhere" : strerror(errno));
		free(at);
	}
	free(path);
	return diag->errors ? -1 : 0;
}

int
rcdir_open(struct rcdir *d, const char *root, enum rcdir_scheme scheme, const char *init_path, struct diag *diag)
{
	const char *top = root && *root ? root : "/";
	int r;

	*d = (struct rcdir)RCDIR_INIT;
	d->root = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (d->root < 0) {
		diag_add(diag, DIAG_ERROR, top, 0, 0, "%s", strerror(errno));
		return -1;
	}
	detect(d, scheme);
	r = open_init(d, init_path, diag);
	if (r == 0)
		r = open_levels(d, init_path, diag);
	if (r == 0)
		d->state = d->init;
	else
		rcdir_close(d);
	return r;
}

void
rcdir_close(struct rcdir *d)
{
	int *fds[] = { &d->root, &d->init, &d->rc, &d->lock };

	if (d->state >= 0 && d->state != d->init)
		close(d->state);
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] >= 0)
			close(*fds[i]);
	for (int n = 0; n < LEVELS; n++)
		if (d->level[n] >= 0)
			close(d->level[n]);
	free(d->init_path);
	*d = (struct rcdir)RCDIR_INIT;
}

bool
rcdir_is_own_error(int error)
{
	return error == ENOENT || error == ELOOP || error == EACCES || error == EPERM || error == EFBIG || error == ENXIO ||
	    error == ENOTDIR || error == EISDIR || error == ENAMETOOLONG;
}

static bool
is_leftover(const char *name)
{
	static const char *const endings[] = {
		"rpm*", "ba*", "old", "new", "org", "orig", "dpkg*", "ucf*", "save", "swp", "core",
	};
	const char *dot = strrchr(name, '.');

	if (str_ends(name, "~") || str_ends(name, ",v"))
		return true;
	for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++) {
		size_t n = strcspn(endings[i], "*");

		if (strncmp(dot + 1, endings[i], n) == 0 && (endings[i][n] || dot[1 + n] == '\0'))
			return true;
	}
	return false;
}

bool
rcdir_is_ignored(const char *name)
{
	static const char *const starts[] = { "README", "Makefile", "skeleton", "powerfail" };
	static const char *const names[] = { "core", "rx", "rc", "rcS" };

	if (*name == '\0' || strchr("$.#%_+-\\*[]^:()~", *name) || is_leftover(name))
		return true;
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == '/' || *p == 127)
			return true;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (str_starts(name, starts[i]))
			return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

bool
rcdir_is_link(const char *entry, char *kind, int *number, const char **name)
{
	if ((entry[0] != 'S' && entry[0] != 'K') || entry[1] < '0' || entry[1] > '9' || entry[2] < '0' || entry[2] > '9')
		return false;
	if (entry[3] == '\0')
		return false;
	*kind = entry[0];
	*number = (entry[1] - '0') * 10 + (entry[2] - '0');
	*name = entry + 3;
	return true;
}
