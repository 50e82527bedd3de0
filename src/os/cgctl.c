#include "os/cgctl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/bpf.h"
#include "os/fd.h"
#include "os/file.h"

static const char *const names[CGCTL_KINDS] = {
	[CGCTL_CPU] = "cpu", [CGCTL_MEMORY] = "memory", [CGCTL_PIDS] = "pids", [CGCTL_IO] = "io", [CGCTL_DEVICES] = "devices",
	[CGCTL_ADDRESSES] = "addresses",
};

static bool
has_word(const char *list, const char *word)
{
	struct vec words = VEC_INIT;
	bool r;

	str_split(&words, list, ", \n");
	r = vec_has(&words, word);
	vec_free(&words);
	return r;
}

static bool
offers(const char *dir, const char *controller)
{
	char *path = mem_fmt("%s/cgroup.controllers", dir);
	struct buf text = BUF_INIT;
	bool r = file_read(AT_FDCWD, path, 0, 4096, &text, NULL) == 0 && text.s && has_word(text.s, controller);

	buf_free(&text);
	free(path);
	return r;
}

/* the hierarchy that os/cgroup.h mounts */
static bool
is_private(const char *dir)
{
	return str_ends(dir, "/initwright/.cgroup");
}

/* what programs do in version 2, and no controller */
static bool
by_program(enum cgctl which)
{
	return which == CGCTL_DEVICES || which == CGCTL_ADDRESSES;
}

/* how good is that mount for the controller?  0: not at all.  A process is in one group of version 2 only: in the hierarchy where others look for it */
static int
fitness(enum cgctl which, const char *dir, const char *type, const char *options, int *version)
{
	/* what is io in version 2 was blkio */
	const char *old = which == CGCTL_IO ? "blkio" : names[which];

	*version = strcmp(type, "cgroup2") == 0 ? 2 : 1;
	if (access(dir, W_OK) != 0)
		return 0;
	if (*version == 2)
		return !(by_program(which) ? bpf_known() : offers(dir, names[which])) ? 0 : is_private(dir) ? 2 : 1;
	return strcmp(type, "cgroup") != 0 || !has_word(options, old) ? 0 : which == CGCTL_DEVICES ? 3 : 1;
}

/* the mount point of the hierarchy that has the controller, and its version; NULL: none */
static char *
find(enum cgctl which, int *version)
{
	struct buf mounts = BUF_INIT;
	char *line, *next, *found = NULL;
	int best = 0;

	*version = 0;
	if (file_read(AT_FDCWD, "/proc/self/mounts", 0, 1 << 20, &mounts, NULL) != 0)
		return NULL;
	next = mounts.s;
	while ((line = strsep(&next, "\n"))) {
		char *dir, *type, *options;
		int fit, v;

		if (!strsep(&line, " ") || !(dir = strsep(&line, " ")) || !(type = strsep(&line, " ")) || !(options = strsep(&line, " ")) ||
		    !str_starts(type, "cgroup"))
			continue;
		fit = fitness(which, dir, type, options, &v);
		if (fit <= best)
			continue;
		best = fit;
		*version = v;
		free(found);
		found = mem_str(dir);
	}
	buf_free(&mounts);
	return found;
}

static char *
parent_of_groups(const char *top)
{
	return is_private(top) ? mem_str(top) : mem_fmt("%s/initwright", top);
}

int
cgctl_version(enum cgctl which)
{
	int version;

	free(find(which, &version));
	return version;
}

static int
put(const char *dir, const char *file, const char *value)
{
	char *path = mem_fmt("%s/%s", dir, file);
	int r = file_put(AT_FDCWD, path, value);

	free(path);
	return r;
}

/* in version 2 a controller must be handed down level by level: from top to the group above dir */
static int
hand_down(enum cgctl which, const char *top, const char *dir)
{
	char on[16] = "+", *copy = mem_str(dir), *p = copy + strlen(top);
	int r = 0;

	strcat(on, names[which]);
	for (; r == 0 && p; p = strchr(p + 1, '/')) {
		*p = '\0';
		r = put(copy, "cgroup.subtree_control", on);
		*p = '/';
	}
	free(copy);
	return r;
}

/* another service's end may take what lies above away between two of our steps */
static int
make_dirs(const char *dir)
{
	int r = -1;

	errno = ENOENT;
	for (int i = 0; r != 0 && errno == ENOENT && i < 5; i++)
		r = file_mkdirs(dir);
	return r;
}

char *
cgctl_make(enum cgctl which, const char *name, int *version)
{
	char *top = find(which, version), *parent, *dir;
	bool there;

	if (!top) {
		errno = ENOTSUP;
		return NULL;
	}
	parent = parent_of_groups(top);
	dir = mem_fmt("%s/%s", parent, name);
	/* before Linux 5.11 a limit of version 1 is for those below only where this was said before there were any */
	if (*version == 1 && which == CGCTL_MEMORY && strchr(name, '/') && file_mkdirs(parent) == 0)
		put(parent, "memory.use_hierarchy", "1");
	there = access(dir, F_OK) == 0;
	/* the group first: nobody takes away what is above it any more */
	if (make_dirs(dir) != 0 || (*version == 2 && !by_program(which) && hand_down(which, top, dir) != 0)) {
		int saved = errno;

		if (!there)
			rmdir(dir);
		free(dir);
		dir = NULL;
		errno = saved;
	}
	free(parent);
	free(top);
	return dir;
}

int
cgctl_set(enum cgctl which, const char *name, const char *v2, const char *v1, const char *value)
{
	int version, r;
	char *dir = cgctl_make(which, name, &version);
	const char *file = version == 2 ? v2 : v1;

	if (!dir)
		return -1;
	errno = ENOTSUP;
	r = file ? put(dir, file, value) : -1;
	free(dir);
	return r;
}

int
cgctl_open_in(const char *dir)
{
	char *path = mem_fmt("%s/cgroup.procs", dir);
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	free(path);
	return fd;
}

int
cgctl_open(enum cgctl which, const char *name)
{
	int version, fd;
	char *dir = cgctl_make(which, name, &version);

	if (!dir)
		return -1;
	fd = cgctl_open_in(dir);
	free(dir);
	return fd;
}

int
cgctl_join(int fd)
{
	return fd_write_all(fd, "0", 1);
}

int
cgctl_remove(enum cgctl which, const char *name)
{
	int version, r = 0;
	char *top = find(which, &version), *parent, *dir, *slash;

	if (!top)
		return 0;
	parent = parent_of_groups(top);
	dir = mem_fmt("%s/%s", parent, name);
	r = rmdir(dir) == 0 || errno == ENOENT ? 0 : -1;
	/* the last one takes what is above with it, up to the common parent */
	while ((slash = strrchr(dir, '/')) && (size_t)(slash - dir) >= strlen(parent)) {
		*slash = '\0';
		(void)!rmdir(dir);
	}
	free(dir);
	free(parent);
	free(top);
	return r;
}

void
cgctl_sweep(enum cgctl which, const char *prefix)
{
	int version;
	char *top = find(which, &version), *dir = top ? parent_of_groups(top) : NULL;
	DIR *d = dir ? opendir(dir) : NULL;
	struct dirent *e;
	int64_t pid;

	/* the kernel removes none that somebody is in */
	while (d && (e = readdir(d)))
		if (str_starts(e->d_name, prefix) && num_i64(e->d_name + strlen(prefix), 1, INT32_MAX, &pid) == 0 && kill((pid_t)pid, 0) != 0 &&
		    errno == ESRCH)
			unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
	if (d)
		closedir(d);
	free(dir);
	free(top);
}
