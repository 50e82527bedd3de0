#include "os/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/fd.h"
#include "os/file.h"

/* mount point of the first cgroup2 in a mount table, or NULL; points into the text, which is cut up */
static char *
find_v2(char *mounts)
{
	char *line, *next = mounts;

	while ((line = strsep(&next, "\n"))) {
		char *dir, *type;

		if (!strsep(&line, " ") || !(dir = strsep(&line, " ")) || !(type = strsep(&line, " ")))
			continue;
		if (strcmp(type, "cgroup2") == 0 && !strchr(dir, '\\') && access(dir, W_OK) == 0)
			return dir;
	}
	return NULL;
}

static char *
mount_private(const char *private)
{
	if (file_mkdirs(private) != 0)
		return NULL;
	if (mount("cgroup2", private, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0 ||
	    mount("cgroup", private, "cgroup", MS_NOSUID | MS_NODEV | MS_NOEXEC, "none,name=initwright") == 0)
		return mem_str(private);
	rmdir(private);
	return NULL;
}

char *
cgroup_base(const char *private)
{
	struct buf mounts = BUF_INIT;
	char *dir, *base = NULL;

	if (geteuid() != 0) {
		errno = EPERM;
		return NULL;
	}
	if (file_read(AT_FDCWD, "/proc/self/mounts", 0, 1 << 20, &mounts, NULL) == 0 && mounts.s) {
		/* ours first: a service must find its group again where it was made */
		dir = strstr(mounts.s, private) ? mem_str(private) : NULL;
		base = dir ? dir : find_v2(mounts.s);
		if (base && !dir)
			base = mem_fmt("%s/initwright", base);
	}
	buf_free(&mounts);
	return base ? base : mount_private(private);
}

int
cgroup_make(struct cgroup *g, const char *base, const char *name)
{
	char *path = mem_fmt("%s/%s", base, name);
	int r = -1;

	/* another service's end may take the common parent away between two of our steps */
	for (int i = 0; r != 0 && i < 5; i++) {
		r = file_mkdirs(path);
		if (r == 0)
			r = cgroup_open(g, path);
		if (r != 0 && errno != ENOENT)
			break;
	}
	free(path);
	return r;
}

int
cgroup_open(struct cgroup *g, const char *path)
{
	*g = (struct cgroup)CGROUP_INIT;
	g->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (g->fd < 0)
		return -1;
	g->path = mem_str(path);
	return 0;
}

int
cgroup_join(const struct cgroup *g)
{
	int fd = openat(g->fd, "cgroup.procs", O_WRONLY | O_CLOEXEC), r, saved;

	if (fd < 0)
		return -1;
	r = fd_write_all(fd, "0", 1);
	saved = errno;
	close(fd);
	errno = saved;
	return r;
}

static void
note(pid_t pid, pid_t *pids, size_t max, size_t *n)
{
	if (pid <= 1)
		return;
	if (*n < max)
		pids[*n] = pid;
	++*n;
}

/* no stdio here: the keeper asks while memory may be short */
static int
list_one(int dir, pid_t *pids, size_t max, size_t *n)
{
	int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char part[4096];
	ssize_t got;
	pid_t pid = 0;

	if (fd < 0)
		return -1;
	while ((got = fd_read_full(fd, part, sizeof part)) > 0)
		for (ssize_t i = 0; i < got; i++) {
			if (part[i] >= '0' && part[i] <= '9') {
				pid = pid * 10 + (part[i] - '0');
				continue;
			}
			note(pid, pids, max, n);
			pid = 0;
		}
	close(fd);
	return got < 0 ? -1 : 0;
}

/* call fn for dir and for each group below it, deepest first */
static int
walk(int dir, int (*fn)(int dir, const char *name, void *arg), void *arg)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *e;

	if (!d) {
		if (copy >= 0)
			close(copy);
		return -1;
	}
	while ((e = readdir(d))) {
		int sub;

		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		sub = openat(dir, e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (sub < 0)
			continue;
		if (walk(sub, fn, arg) != 0)
			r = -1;
		close(sub);
		if (fn(dir, e->d_name, arg) != 0)
			r = -1;
	}
	closedir(d);
	return r;
}

struct listing {
	pid_t *pids;
	size_t max, n;
};

static int
list_below(int dir, const char *name, void *arg)
{
	struct listing *l = arg;
	int sub = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (sub < 0)
		return 0;
	list_one(sub, l->pids, l->max, &l->n);
	close(sub);
	return 0;
}

ssize_t
cgroup_list(const struct cgroup *g, pid_t *pids, size_t max)
{
	struct listing l = { pids, max, 0 };

	if (list_one(g->fd, pids, max, &l.n) != 0 || walk(g->fd, list_below, &l) != 0)
		return -1;
	return (ssize_t)l.n;
}

bool
cgroup_holds(const struct cgroup *g, pid_t pid)
{
	char path[64], text[8192];
	const char *name = g->path ? str_base(g->path) : "", *at = text;
	size_t n = strlen(name);
	ssize_t got;
	int fd;

	snprintf(path, sizeof path, "/proc/%ld/cgroup", (long)pid);
	fd = n ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return false;
	got = fd_read_full(fd, text, sizeof text - 1);
	text[got > 0 ? got : 0] = '\0';
	close(fd);
	/* paths there start at the cgroup namespace's root, which need not be where the hierarchy is mounted */
	while ((at = strstr(at, name))) {
		if (at > text && at[-1] == '/' && strchr("/\n", at[n]))
			return true;
		at += n;
	}
	return false;
}

static int
remove_below(int dir, const char *name, void *arg)
{
	(void)arg;
	return unlinkat(dir, name, AT_REMOVEDIR);
}

int
cgroup_remove(struct cgroup *g)
{
	char *slash;
	int r;

	if (!g->path)
		return 0;
	walk(g->fd, remove_below, NULL);
	r = rmdir(g->path);
	slash = strrchr(g->path, '/');
	if (r == 0 && slash) {
		/* the last service takes the common parent with it; while others are there this fails, as it should */
		*slash = '\0';
		(void)!rmdir(g->path);
	}
	cgroup_close(g);
	return r;
}

void
cgroup_close(struct cgroup *g)
{
	int saved = errno;

	if (g->fd >= 0)
		close(g->fd);
	free(g->path);
	*g = (struct cgroup)CGROUP_INIT;
	errno = saved;
}
