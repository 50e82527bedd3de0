#include "os/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/fd.h"
#include "os/file.h"

struct mounts {
	char *v2;	/* mount point of the first cgroup2 that we may write to; owned, or NULL */
	bool private;	/* a hierarchy is mounted at `private` */
};

static void
read_mounts(char *text, const char *private, struct mounts *m)
{
	char *line, *next = text;

	while ((line = strsep(&next, "\n"))) {
		char *dir, *type;

		if (!strsep(&line, " ") || !(dir = strsep(&line, " ")) || !(type = strsep(&line, " ")))
			continue;
		if (strcmp(type, "cgroup2") != 0 && strcmp(type, "cgroup") != 0)
			continue;
		if (strcmp(dir, private) == 0)
			m->private = true;
		else if (!m->v2 && strcmp(type, "cgroup2") == 0 && !strchr(dir, '\\') && access(dir, W_OK) == 0)
			m->v2 = mem_str(dir);
	}
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

int
cgroup_unmount(const char *private)
{
	return umount2(private, UMOUNT_NOFOLLOW) == 0 || errno == EINVAL || errno == ENOENT ? 0 : -1;
}

char *
cgroup_base(const char *private)
{
	struct buf text = BUF_INIT;
	struct mounts m = { NULL, false };
	char *base;

	if (geteuid() != 0) {
		errno = EPERM;
		return NULL;
	}
	if (file_read(AT_FDCWD, "/proc/self/mounts", 0, 1 << 20, &text, NULL) == 0 && text.s)
		read_mounts(text.s, private, &m);
	buf_free(&text);
	/* ours first: a service must find its group again where it was made */
	if (m.private)
		base = mem_str(private);
	else
		base = m.v2 ? mem_fmt("%s/initwright", m.v2) : mount_private(private);
	free(m.v2);
	return base;
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
cgroup_sub(struct cgroup *g, const struct cgroup *above, const char *name)
{
	*g = (struct cgroup)CGROUP_INIT;
	if (mkdirat(above->fd, name, 0755) != 0 && errno != EEXIST)
		return -1;
	g->fd = openat(above->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return g->fd < 0 ? -1 : 0;
}

static void
enable_in(const char *dir, const struct vec *controllers)
{
	char *path = mem_fmt("%s/cgroup.subtree_control", dir);

	for (size_t i = 0; i < controllers->n; i++) {
		char *on = mem_fmt("+%s", controllers->v[i]);

		(void)!file_put(AT_FDCWD, path, on);
		free(on);
	}
	free(path);
}

void
cgroup_enable(const struct cgroup *g, const struct vec *controllers)
{
	char *copy = mem_str(g->path), *p = copy;

	/* level by level, from the top; directories that are no groups have no such file */
	while ((p = strchr(p + 1, '/'))) {
		*p = '\0';
		enable_in(copy, controllers);
		*p = '/';
	}
	free(copy);
}

int
cgroup_give(const struct cgroup *g, uid_t uid, gid_t gid)
{
	/* those of version 2, then of version 1; each has the first */
	static const char *const files[] = { "cgroup.procs", "cgroup.subtree_control", "cgroup.threads", "cgroup.clone_children", "tasks" };

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (fchownat(g->fd, files[i], uid, gid, AT_SYMLINK_NOFOLLOW) != 0 && (i == 0 || errno != ENOENT))
			return -1;
	(void)!file_put(g->fd, "cgroup.max.depth", "100");
	return fchown(g->fd, uid, gid);
}

int
cgroup_join(const struct cgroup *g)
{
	int fd = openat(g->fd, "cgroup.procs", O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -1;
	r = fd_write_all(fd, "0", 1);
	fd_drop(fd);
	return r;
}

/* as linux/sched.h has it since Linux 5.7, whatever the headers are that we are built with */
struct clone_args_57 {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

enum { NR_CLONE3 = 435 };	/* on all architectures */
#define INTO_CGROUP UINT64_C(0x200000000)

pid_t
cgroup_fork(const struct cgroup *g)
{
	struct clone_args_57 args = { .flags = INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)g->fd };

	return (pid_t)syscall(NR_CLONE3, &args, sizeof args);
}

bool
cgroup_has_file(const struct cgroup *g, int procs)
{
	struct stat ours, that;

	return fstatat(g->fd, "cgroup.procs", &ours, AT_SYMLINK_NOFOLLOW) == 0 && fstat(procs, &that) == 0 && ours.st_ino == that.st_ino &&
	    ours.st_dev == that.st_dev;
}

struct listing {
	pid_t *pids;
	size_t max, n;
	pid_t wanted;		/* found is set when this one comes by */
	bool found;
};

static void
note(pid_t pid, struct listing *l)
{
	if (pid <= 1)
		return;
	if (pid == l->wanted)
		l->found = true;
	if (l->n < l->max)
		l->pids[l->n] = pid;
	l->n++;
}

/* nobody is in a group that somebody has removed */
static int
list_end(int err)
{
	return err == ENOENT || err == ENODEV ? 0 : -1;
}

/* no stdio here: the keeper asks while memory may be short */
static int
list_one(int dir, struct listing *l)
{
	int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char part[4096];
	ssize_t got;
	pid_t pid = 0;

	if (fd < 0)
		return list_end(errno);
	while ((got = fd_read_full(fd, part, sizeof part)) > 0)
		for (ssize_t i = 0; i < got; i++) {
			if (part[i] >= '0' && part[i] <= '9') {
				pid = pid * 10 + (part[i] - '0');
				continue;
			}
			note(pid, l);
			pid = 0;
		}
	close(fd);
	return got < 0 ? list_end(errno) : 0;
}

/* call fn for dir and for each group below it, deepest first */
static int
walk(int dir, int (*fn)(int dir, const char *name, void *arg), void *arg)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *e;

	if (!d) {
		r = copy < 0 ? list_end(errno) : -1;
		if (copy >= 0)
			close(copy);
		return r;
	}
	while ((e = readdir(d))) {
		int sub;

		if (e->d_type != DT_DIR || strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
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

static int
list_below(int dir, const char *name, void *arg)
{
	int sub = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (sub < 0)
		return 0;
	list_one(sub, arg);
	close(sub);
	return 0;
}

static int
list_all(const struct cgroup *g, struct listing *l)
{
	return list_one(g->fd, l) == 0 && walk(g->fd, list_below, l) == 0 ? 0 : -1;
}

ssize_t
cgroup_list(const struct cgroup *g, pid_t *pids, size_t max)
{
	struct listing l = { .pids = pids, .max = max };

	return list_all(g, &l) == 0 ? (ssize_t)l.n : -1;
}

bool
cgroup_holds(const struct cgroup *g, pid_t pid)
{
	struct listing l = { .wanted = pid };

	return g->fd >= 0 && list_all(g, &l) == 0 && l.found;
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
	/* the last service takes its slices and the common parent with it; while others are there this fails, as it should */
	if (r == 0 && slash)
		do
			*slash = '\0';
		while (rmdir(g->path) == 0 && str_ends(g->path, ".slice") && (slash = strrchr(g->path, '/')));
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
