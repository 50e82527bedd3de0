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
#include "os/fd.h"
#include "os/file.h"

static const char *const names[CGCTL_KINDS] = { [CGCTL_CPU] = "cpu", [CGCTL_MEMORY] = "memory", [CGCTL_PIDS] = "pids", [CGCTL_IO] = "io" };

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

/* the mount point of the hierarchy that has the controller, and its version; NULL: none */
static char *
find(enum cgctl which, int *version)
{
	/* what is io in version 2 was blkio */
	const char *old = which == CGCTL_IO ? "blkio" : names[which];
	struct buf mounts = BUF_INIT;
	char *line, *next, *found = NULL;

	*version = 0;
	if (file_read(AT_FDCWD, "/proc/self/mounts", 0, 1 << 20, &mounts, NULL) != 0)
		return NULL;
	next = mounts.s;
	while (!found && (line = strsep(&next, "\n"))) {
		char *dir, *type, *options;

		if (!strsep(&line, " ") || !(dir = strsep(&line, " ")) || !(type = strsep(&line, " ")) || !(options = strsep(&line, " ")))
			continue;
		if (strcmp(type, "cgroup2") == 0 && offers(dir, names[which]))
			*version = 2;
		else if (strcmp(type, "cgroup") == 0 && has_word(options, old))
			*version = 1;
		else
			continue;
		found = access(dir, W_OK) == 0 ? mem_str(dir) : NULL;
	}
	buf_free(&mounts);
	if (!found)
		*version = 0;
	return found;
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
	int fd = open(path, O_WRONLY | O_CLOEXEC), r = -1, saved;

	if (fd >= 0) {
		r = fd_write_all(fd, value, strlen(value));
		saved = errno;
		close(fd);
		errno = saved;
	}
	free(path);
	return r;
}

/* the group's directory, made; in version 2 a controller must be handed down level by level */
static char *
make(enum cgctl which, const char *name, int *version)
{
	char *top = find(which, version), *parent, *dir, on[16] = "+";

	if (!top) {
		errno = ENOENT;
		return NULL;
	}
	parent = mem_fmt("%s/initwright", top);
	dir = mem_fmt("%s/%s", parent, name);
	strcat(on, names[which]);
	if (file_mkdirs(parent) != 0 || (*version == 2 && (put(top, "cgroup.subtree_control", on) != 0 ||
	    put(parent, "cgroup.subtree_control", on) != 0)) || file_mkdirs(dir) != 0) {
		free(dir);
		dir = NULL;
	}
	free(parent);
	free(top);
	return dir;
}

int
cgctl_set(enum cgctl which, const char *name, const char *v2, const char *v1, const char *value)
{
	int version, r;
	char *dir = make(which, name, &version);
	const char *file = version == 2 ? v2 : v1;

	if (!dir)
		return -1;
	errno = ENOTSUP;
	r = file ? put(dir, file, value) : -1;
	free(dir);
	return r;
}

int
cgctl_open(enum cgctl which, const char *name)
{
	int version, fd;
	char *dir = make(which, name, &version), *path;

	if (!dir)
		return -1;
	path = mem_fmt("%s/cgroup.procs", dir);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	free(path);
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
	char *top = find(which, &version), *dir;

	if (!top)
		return 0;
	dir = mem_fmt("%s/initwright/%s", top, name);
	r = rmdir(dir) == 0 || errno == ENOENT ? 0 : -1;
	/* the last one takes the common parent with it */
	*strrchr(dir, '/') = '\0';
	(void)!rmdir(dir);
	free(dir);
	free(top);
	return r;
}

void
cgctl_sweep(enum cgctl which, const char *prefix)
{
	int version;
	char *top = find(which, &version), *dir = top ? mem_fmt("%s/initwright", top) : NULL;
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
