#include "svc/mounts_apply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sort.h"
#include "base/str.h"
#include "os/file.h"
#include "os/mount.h"
#include "os/root.h"

static int
by_path(const void *a, const void *b)
{
	const struct mounts_entry *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	return order ? order : (int)x->kind - (int)y->kind;
}

static bool
makes_its_place(const struct mounts_entry *e)
{
	return e->kind == MOUNTS_BIND || e->kind == MOUNTS_TMPFS || e->kind == MOUNTS_PROC || e->kind == MOUNTS_SYSFS ||
	    e->kind == MOUNTS_DEV || e->kind == MOUNTS_RUN;
}

/* a mount point for something that is not there yet; what is planted on the way there does not lead out of the root */
static int
make_place(const char *root, const char *path, const struct mounts_entry *e)
{
	bool is_dir = true;
	int top = open(root && *root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC), at = -1, fd = -1, saved;
	char *parent = mem_strn(path, (size_t)(str_base(path) - path));
	struct stat st;

	if (e->kind == MOUNTS_BIND && stat(e->source, &st) == 0)
		is_dir = S_ISDIR(st.st_mode);
	if (top >= 0)
		at = root_mkdirs(top, is_dir ? path : parent);
	if (at >= 0 && !is_dir)
		fd = openat(at, str_base(path), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0444);
	saved = errno;
	if (fd >= 0)
		close(fd);
	if (at >= 0)
		close(at);
	if (top >= 0)
		close(top);
	free(parent);
	errno = saved;
	return at >= 0 && (is_dir || fd >= 0) ? 0 : -1;
}

/* 1: the path is as it is named from the host's root; 0: it is not there, and that is fine; -1 with errno */
static int
resolve(const struct mounts *m, struct mounts_entry *e)
{
	char *full = mount_resolve(m->root, e->path);

	if (!full && errno == ENOENT && makes_its_place(e) && make_place(m->root, e->path, e) == 0)
		full = mount_resolve(m->root, e->path);
	if (!full)
		return e->optional && (errno == ENOENT || errno == ENOTDIR || errno == EACCES) ? 0 : -1;
	free(e->path);
	e->path = full;
	return 1;
}

/* the entry that is nearest above v[i], or NULL */
static const struct mounts_entry *
above(const struct mounts *m, size_t i)
{
	for (size_t k = i; k-- > 0;)
		if (mount_below(m->v[i].path, m->v[k].path))
			return &m->v[k];
	return NULL;
}

/* of several entries for a path the first counts; what it lets be executed is a question of its own */
static void
drop_doubles(struct mounts *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++) {
		struct mounts_entry *last = kept ? &m->v[kept - 1] : NULL;

		if (!last || strcmp(last->path, m->v[i].path) != 0) {
			m->v[kept++] = m->v[i];
			continue;
		}
		last->read_only |= m->v[i].read_only;
		last->exec |= m->v[i].exec;
		last->no_exec |= m->v[i].no_exec;
		mounts_free_entry(&m->v[i]);
	}
	m->n = kept;
}

static bool
says_nothing_new(const struct mounts_entry *up, const struct mounts_entry *e)
{
	if (up->kind == MOUNTS_INACCESSIBLE)
		return true;
	return up->kind == e->kind && (e->kind == MOUNTS_READ_ONLY || e->kind == MOUNTS_READ_WRITE || e->kind == MOUNTS_LEAVE);
}

/* sort, and take out what says nothing new */
static void
settle(struct mounts *m)
{
	size_t kept = 0;

	sort_items(m->v, m->n, sizeof *m->v, by_path);
	drop_doubles(m);
	for (size_t i = 0; i < m->n; i++) {
		const struct mounts_entry *up;

		m->v[kept] = m->v[i];
		up = above(m, kept);
		if (up && says_nothing_new(up, &m->v[kept]))
			mounts_free_entry(&m->v[kept]);
		else
			kept++;
	}
	m->n = kept;
}

static bool
is_mounted(const struct mount_table *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++)
		if (!t->v[i].covered && strcmp(t->v[i].path, path) == 0)
			return true;
	return false;
}

static int
make_blank(const struct mounts_entry *e)
{
	char *node = mount_blank("/run/initwright/.blank", e->path);
	int r = node ? mount_bind(node, e->path, false) : -1;

	free(node);
	return r;
}

/* the flags of a tmpfs among its options, the rest left for its own */
static int
make_tmpfs(const struct mounts_entry *e)
{
	struct vec words = VEC_INIT;
	char *rest = mem_str("mode=0755,size=10%,nr_inodes=400k"), *more;
	unsigned long flags = MS_NODEV | MS_STRICTATIME;
	int r;

	if (e->options)
		str_split(&words, e->options, ",");
	for (size_t i = 0; i < words.n; i++) {
		const char *w = words.v[i];

		/* read-only it becomes when it is filled: see read_only_by_option() */
		if (strcmp(w, "ro") == 0)
			continue;
		if (strcmp(w, "nosuid") == 0 || strcmp(w, "noexec") == 0)
			flags |= w[2] == 's' ? MS_NOSUID : MS_NOEXEC;
		else if (strcmp(w, "dev") == 0)
			flags &= ~(unsigned long)MS_NODEV;
		else {
			more = mem_fmt("%s,%s", rest, w);
			free(rest);
			rest = more;
		}
	}
	r = mount_new("tmpfs", e->path, flags, rest);
	vec_free(&words);
	free(rest);
	return r;
}

/* how much of a path as we see it is the root's */
static size_t
below_root(const struct mounts *m)
{
	return m->root && strcmp(m->root, "/") != 0 ? strlen(m->root) : 0;
}

static int
make_proc(const struct mounts_entry *e)
{
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (mount_new("proc", e->path, flags, e->options) == 0)
		return 0;
	/* before Linux 5.8 these options were the whole pid namespace's, and subset= was not there */
	return errno == EINVAL && e->options ? mount_new("proc", e->path, flags, NULL) : -1;
}

static int
make_one(const struct mounts *m, const struct mounts_entry *e, int source, const struct mount_table *before)
{
	const unsigned long api = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	switch (e->kind) {
	case MOUNTS_INACCESSIBLE:
		mount_drop(e->path);
		return make_blank(e);
	case MOUNTS_BIND:
		/* what stood there may be covered by now */
		if (access(e->path, F_OK) != 0 && make_place(m->root, e->path + below_root(m), e) != 0)
			return -1;
		return mount_bind_fd(source, e->path, e->deep);
	case MOUNTS_PRIVATE_DEV:
		return mount_private_dev(e->path);
	case MOUNTS_TMPFS:
		return make_tmpfs(e);
	case MOUNTS_DEV:
		return is_mounted(before, e->path) ? 0 : mount_bind("/dev", e->path, true);
	case MOUNTS_SYSFS:
		return is_mounted(before, e->path) ? 0 : mount_new("sysfs", e->path, api, NULL);
	case MOUNTS_RUN:
		return is_mounted(before, e->path) ? 0 : mount_new("tmpfs", e->path, MS_NOSUID | MS_NODEV | MS_STRICTATIME, "mode=755");
	case MOUNTS_PROC:
		return make_proc(e);
	case MOUNTS_MQUEUE:
		return mount_new("mqueue", e->path, api, NULL);
	default:
		/* flags belong to mounts: what is none becomes one */
		return is_mounted(before, e->path) ? 0 : mount_bind(e->path, e->path, true);
	}
}

/* sources are held before anything is mounted over them */
static int
open_sources(const struct mounts *m, int *fds, const char **bad)
{
	for (size_t i = 0; i < m->n; i++)
		fds[i] = -1;
	for (size_t i = 0; i < m->n; i++) {
		if (m->v[i].kind != MOUNTS_BIND)
			continue;
		fds[i] = open(m->v[i].source, O_PATH | O_CLOEXEC);
		if (fds[i] < 0 && !(m->v[i].optional && errno == ENOENT)) {
			*bad = m->v[i].source;
			return -1;
		}
	}
	return 0;
}

/* is there anything still to be made below v[i]? */
static bool
leads_to_more(const struct mounts *m, size_t i)
{
	for (size_t k = i + 1; k < m->n; k++)
		if (mount_below(m->v[k].path, m->v[i].path))
			return true;
	return false;
}

/* what was mounted below that entry may be covered now.  To read the table takes longer than to mount, so it is kept true where that can be known */
static int
look_again(struct mount_table *now, const struct mounts_entry *e, bool was_mounted)
{
	if (was_mounted && (e->kind == MOUNTS_DEV || e->kind == MOUNTS_SYSFS || e->kind == MOUNTS_RUN))
		return 0;
	if (e->kind != MOUNTS_PROC && e->kind != MOUNTS_TMPFS) {
		mount_free(now);
		return mount_read(now);
	}
	/* on a new file system nothing is mounted */
	for (size_t i = 0; i < now->n; i++)
		if (mount_below(now->v[i].path, e->path) && strcmp(now->v[i].path, e->path) != 0)
			now->v[i].covered = true;
	return 0;
}

static int
make_all(const struct mounts *m, const int *fds, const char **bad)
{
	struct mount_table now;
	int r = mount_read(&now);
	bool was_mounted;

	for (size_t i = 0; r == 0 && i < m->n; i++) {
		const struct mounts_entry *e = &m->v[i];

		if (e->kind == MOUNTS_BIND && fds[i] < 0)
			continue;
		was_mounted = is_mounted(&now, e->path);
		r = make_one(m, e, fds[i], &now);
		if (r != 0 && errno == ENOENT && e->optional)
			r = 0;
		if (r != 0)
			*bad = e->path;
		if (r == 0 && e->kind < MOUNTS_READ_ONLY && leads_to_more(m, i))
			r = look_again(&now, e, was_mounted);
	}
	mount_free(&now);
	return r;
}

/* is that the mount which the entry made, or one that the entry concerns as well? */
static bool
concerns(const struct mounts_entry *e, const char *path)
{
	return (e->kind != MOUNTS_TMPFS && e->kind != MOUNTS_PRIVATE_DEV) || strcmp(e->path, path) == 0;
}

/* the flags that a mount at that path shall have: those of the entry that is nearest above it */
static unsigned long
flags_for(const struct mounts *m, const char *path, unsigned long flags)
{
	const struct mounts_entry *near = NULL;
	bool covered = false;

	for (size_t i = 0; i < m->n; i++)
		if (mount_below(path, m->v[i].path)) {
			near = &m->v[i];
			covered |= near->kind != MOUNTS_TMPFS || strcmp(near->path, path) == 0;
		}
	if (!near)
		return flags;
	if ((near->read_only || near->kind == MOUNTS_PRIVATE_DEV) && concerns(near, path))
		flags |= MS_RDONLY;
	if (near->exec)
		flags &= ~(unsigned long)MS_NOEXEC;
	else if (near->no_exec || near->kind == MOUNTS_INACCESSIBLE || near->kind == MOUNTS_SYSFS || near->kind == MOUNTS_PROC)
		flags |= MS_NOEXEC;
	return m->no_suid && covered ? flags | MS_NOSUID : flags;
}

static int
set_all_flags(const struct mounts *m, const char **bad)
{
	struct mount_table now;
	int r = mount_read(&now);
	static char *where;

	for (size_t i = 0; r == 0 && i < now.n; i++) {
		const struct mount_point *p = &now.v[i];
		unsigned long flags = flags_for(m, p->path, p->flags);

		if (p->covered || flags == p->flags)
			continue;
		r = mount_set_flags(p->path, flags);
		if (r != 0) {
			free(where);
			*bad = where = mem_str(p->path);
		}
	}
	mount_free(&now);
	return r;
}

static bool
read_only_by_option(const struct mounts_entry *e)
{
	struct vec words = VEC_INIT;
	bool r;

	if (e->kind != MOUNTS_TMPFS || !e->options)
		return false;
	str_split(&words, e->options, ",");
	r = vec_has(&words, "ro");
	vec_free(&words);
	return r;
}

/* entries as copies whose links are followed */
static int
copy_resolved(const struct mounts *m, struct mounts *out, const char **bad)
{
	*out = *m;
	out->v = NULL;
	out->n = out->cap = 0;
	for (size_t i = 0; i < m->n; i++) {
		struct mounts_entry e = m->v[i];
		int r;

		e.path = mem_str(e.path);
		e.source = mem_str(e.source);
		e.options = mem_str(e.options);
		e.read_only |= read_only_by_option(&e);
		r = resolve(m, &e);
		if (r <= 0)
			mounts_free_entry(&e);
		if (r < 0) {
			*bad = m->v[i].path;
			return -1;
		}
		if (r == 0)
			continue;
		out->v = mem_grow(out->v, &out->cap, out->n + 1, sizeof *out->v);
		out->v[out->n++] = e;
	}
	settle(out);
	return 0;
}

/* our own root directory is what it was, whatever is mounted over it: a new one is made elsewhere and then entered */
static const char *
choose_root(const struct mounts *plan)
{
	if (plan->root)
		return plan->root;
	for (size_t i = 0; i < plan->n; i++)
		if (strcmp(plan->v[i].path, "/") == 0 && plan->v[i].kind <= MOUNTS_TMPFS)
			return "/run/initwright/.root";
	return NULL;
}

/* nothing that happens here may be seen outside; what happens outside is, unless it is not wanted */
static int
begin(const struct mounts *plan, const char *root)
{
	if (mount_unshare() != 0)
		return -1;
	if (!root)
		return 0;
	if ((!plan->root || plan->image) && file_mkdirs(root) != 0)
		return -1;
	if (plan->image)
		return mount_device(plan->image, root, MS_NODEV | (plan->image_read_only ? MS_RDONLY : 0));
	return mount_bind(plan->root ? root : "/", root, true);
}

/* a directory that we stand in would be a way to what lies under the mounts */
static int
finish(const struct mounts *plan, const char *root)
{
	if (root && mount_as_root(root) != 0)
		return -1;
	if (mount_propagate(plan->propagation == MS_SLAVE ? MS_SHARED : plan->propagation) != 0)
		return -1;
	return chdir("/");
}

int
mounts_apply(const struct mounts *plan, const char **bad)
{
	struct mounts in = *plan, m = { 0 };
	int *fds = NULL, r;
	char *real;

	in.root = choose_root(plan);
	*bad = in.root ? in.root : "/";
	if (begin(plan, in.root) != 0)
		return -1;
	/* as the paths below it will be found */
	real = in.root ? realpath(in.root, NULL) : NULL;
	if (in.root && !real)
		return -1;
	in.root = real;
	r = copy_resolved(&in, &m, bad);
	if (r == 0) {
		fds = mem_alloc((m.n + 1) * sizeof *fds);
		r = open_sources(&m, fds, bad);
		if (r == 0)
			r = make_all(&m, fds, bad);
		if (r == 0)
			r = set_all_flags(&m, bad);
		for (size_t i = 0; i < m.n; i++)
			if (fds[i] >= 0)
				close(fds[i]);
	}
	free(fds);
	if (r == 0)
		r = finish(plan, real);
	free(real);
	return r;
}
