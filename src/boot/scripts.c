#include "boot/scripts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sort.h"
#include "os/capture.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/root.h"

enum { FIRST_READ = 4096, LONGEST = 1 << 20, PATIENCE = 10000000 };

static struct script *
add_script(struct scripts *s, const char *name)
{
	struct script *one;

	s->v = mem_grow(s->v, &s->cap, s->n + 1, sizeof *s->v);
	one = &s->v[s->n];
	*one = (struct script){ .name = mem_str(name), .hint = { -1, -1 } };
	map_set(&s->by_name, one->name, (int)s->n++);
	return one;
}

static int
take_script(const char *name, unsigned char type, void *arg)
{
	struct script *one;

	if ((type == DT_REG || type == DT_LNK || type == DT_UNKNOWN) && !rcdir_is_ignored(name)) {
		one = add_script(arg, name);
		one->here = true;
		one->plain = type == DT_REG;
	}
	return 0;
}

struct level_reader {
	struct scripts *s;
	int level;
	bool again;	/* no new names: an unknown one is a failure */
};

static int
take_link(const char *entry, unsigned char type, void *arg)
{
	struct level_reader *r = arg;
	struct scripts *s = r->s;
	struct scripts_link l, *at;
	const char *name;
	int number, i;

	if (!rcdir_is_link(entry, &l.kind, &number, &name))
		return 0;
	l.number = (unsigned char)number;
	i = map_get(&s->by_name, name);
	if (i < 0 && rcdir_is_ignored(name))
		return 0;
	if (i < 0 && r->again) {
		errno = EAGAIN;
		return -1;
	}
	if (i < 0) {
		add_script(s, name);
		i = (int)s->n - 1;
	}
	s->v[i].foreign = s->v[i].foreign || (type != DT_LNK && type != DT_UNKNOWN);
	at = &s->v[i].now[r->level];
	if (at->kind) {
		struct scripts_link later = l;

		/* which of two links counts must not depend on the directory's order: the first to run does, start before stop */
		if (l.kind > at->kind || (l.kind == at->kind && l.number < at->number)) {
			later = *at;
			*at = l;
		}
		s->extra = mem_grow(s->extra, &s->cap_extra, s->n_extra + 1, sizeof *s->extra);
		s->extra[s->n_extra++] = (struct scripts_extra){ i, r->level, later, false };
		return 0;
	}
	*at = l;
	return 0;
}

static int
read_links(struct scripts *s, const struct rcdir *d, bool again)
{
	for (int n = 0; n < LEVELS; n++) {
		struct level_reader r = { s, n, again };

		if (d->level[n] >= 0 && dir_each(d->level[n], take_link, &r) != 0)
			return -1;
	}
	return 0;
}

int
scripts_reload_links(struct scripts *s, const struct rcdir *d)
{
	for (size_t i = 0; i < s->n; i++)
		memset(s->v[i].now, 0, sizeof s->v[i].now);
	s->n_extra = 0;
	return read_links(s, d, true);
}

/* A script to be sorted: the start of its name as a number decides nearly always, without a look at the name itself. */
struct sort_key {
	uint64_t start;
	const char *name;
	int from;
};

static int
by_name(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return strcmp(x->name, y->name);
}

static uint64_t
start_of(const char *name)
{
	uint64_t start = 0;

	for (size_t i = 0; i < sizeof start; i++) {
		start = start << 8 | (unsigned char)*name;
		name += *name != '\0';
	}
	return start;
}

static int
by_place(const void *a, const void *b)
{
	const struct scripts_extra *x = a, *y = b;

	if (x->level != y->level)
		return x->level - y->level;
	if (x->link.kind != y->link.kind)
		return x->link.kind - y->link.kind;
	if (x->link.number != y->link.number)
		return x->link.number - y->link.number;
	return x->script - y->script;
}

/* Put the scripts where to[] says, which becomes void. */
static void
move_scripts(struct scripts *s, int *to)
{
	for (size_t i = 0; i < s->n; i++)
		while (to[i] != (int)i) {
			int k = to[i], next = to[k];
			struct script there = s->v[k];

			s->v[k] = s->v[i];
			s->v[i] = there;
			to[k] = k;
			to[i] = next;
		}
}

static void
sort_scripts(struct scripts *s)
{
	struct sort_key *keys = mem_alloc(s->n * sizeof *keys);
	int *to = mem_alloc(s->n * sizeof *to);

	for (size_t i = 0; i < s->n; i++)
		keys[i] = (struct sort_key){ start_of(s->v[i].name), s->v[i].name, (int)i };
	if (s->n > 0)
		sort_items(keys, s->n, sizeof *keys, by_name);
	for (size_t i = 0; i < s->n; i++)
		to[keys[i].from] = (int)i;
	free(keys);
	map_renumber(&s->by_name, to);
	for (size_t i = 0; i < s->n_extra; i++)
		s->extra[i].script = to[s->extra[i].script];
	if (s->n_extra > 0)
		sort_items(s->extra, s->n_extra, sizeof *s->extra, by_place);
	move_scripts(s, to);
	free(to);
}

/* The head of a regular file: as much as its header needs, one read for most scripts, and no more than LONGEST. */
static int
read_head(int fd, struct buf *out)
{
	char part[FIRST_READ];
	ssize_t n;

	buf_clear(out);
	do {
		n = fd_read_some(fd, part, sizeof part);
		if (n < 0)
			return -1;
		buf_add(out, part, (size_t)n);
		if (n < FIRST_READ || (out->len == FIRST_READ && header_is_whole(out->s, out->len)))
			return 0;
	} while (out->len < LONGEST);
	return 0;
}

/* Open a script, links inside the root followed. */
static int
open_script(const struct rcdir *d, const char *name)
{
	int fd = openat(d->init, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 && errno == ELOOP) {
		char *path = mem_fmt("%s/%s", d->init_path, name);

		fd = root_open(d->root, path, O_RDONLY | O_NONBLOCK);
		free(path);
	}
	return fd;
}

static bool
is_upstart(const struct rcdir *d, const char *name, const char *job)
{
	char target[PATH_MAX];
	ssize_t n = job ? readlinkat(d->init, name, target, sizeof target) : -1;

	return n > 0 && (size_t)n == strlen(job) && memcmp(target, job, (size_t)n) == 0;
}

/* An upstart job's header is what its link's target prints. */
static int
ask_upstart(struct script *one, const char *job, struct buf *text)
{
	char *argv[] = { (char *)(uintptr_t)job, one->name, (char[]){ "lsb-header" }, NULL };
	char *envp[] = { (char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" }, NULL };
	int status;

	return capture_run(job, argv, envp, "/", clock_after(PATIENCE), LONGEST, CAPTURE_OUTPUT, text, &status);
}

/* Open, check and read a script.  0, or -1 with errno. */
static int
read_script(struct script *one, const struct rcdir *d, const char *upstart, struct buf *text)
{
	struct stat st;
	int fd, r = 0;

	one->job = !one->plain && is_upstart(d, one->name, upstart);
	if (one->job)
		return ask_upstart(one, upstart, text);
	fd = open_script(d, one->name);
	if (fd < 0)
		return -1;
	if (!one->plain) {
		r = fstat(fd, &st);
		one->here = r != 0 || S_ISREG(st.st_mode);
	}
	if (r == 0 && one->here)
		r = read_head(fd, text);
	fd_drop(fd);
	return r;
}

/* What reading the headers of all scripts needs, room for each of them included. */
struct header_reader {
	const struct rcdir *d;
	const char *upstart;
	struct diag *diag;
	struct buf path, text;
	size_t in_dir;	/* where the name starts in path */
};

static int
load_header(struct header_reader *r, struct script *one)
{
	int error = 0;

	r->path.len = r->in_dir;
	buf_str(&r->path, one->name);
	buf_clear(&r->text);
	buf_str(&r->text, "");
	if (read_script(one, r->d, r->upstart, &r->text) != 0)
		error = errno;
	header_put_instance(&r->text, one->name);
	if (error == ENOENT || error == ELOOP || error == ENOTDIR || error == ENXIO)
		one->here = false;
	else if (error)
		diag_add(r->diag, DIAG_ERROR, r->path.s, 0, 0, "%s", strerror(error));
	header_parse(&one->header, r->path.s, r->text.s, error ? 0 : r->text.len, r->diag);
	if (!error && r->text.len >= LONGEST && one->header.kind == HEADER_NONE && !one->header.chkconfig && !one->header.broken)
		diag_add(r->diag, DIAG_WARN, r->path.s, 0, 0, "no header in its first MiB");
	one->header.broken = one->header.broken || error;
	one->unread = error != 0;
	errno = error;
	return error && !one->job && !rcdir_is_own_error(error) ? -1 : 0;
}

struct override_reader {
	struct scripts *s;
	const struct rcdir *d;
	const char *dir;
	int fd;
	bool merge;
	struct diag *diag;
	bool *done;	/* per script: an earlier directory had one */
};

/* What an override says holds; what it does not mention stays, when it is of the merging kind. */
static void
put_override(struct script *one, struct header *over, bool merge)
{
	if (over->kind != HEADER_NONE) {
		struct header old = one->header;

		one->header = *over;
		one->header.native = old.native;
		if (!over->chkconfig) {
			one->header.chkconfig = old.chkconfig;
			one->header.chk_levels = old.chk_levels;
			one->header.chk_start = old.chk_start;
			one->header.chk_stop = old.chk_stop;
		}
		header_free(&old);
		return;
	}
	if (merge && over->chkconfig) {
		one->header.chkconfig = true;
		one->header.chk_levels = over->chk_levels;
		one->header.chk_start = over->chk_start;
		one->header.chk_stop = over->chk_stop;
	}
	header_free(over);
}

/* Read the override of that name; a symbolic link is followed inside the root.  0, or -1 with errno. */
static int
read_override(const struct override_reader *r, const char *name, const char *path, struct buf *text)
{
	int fd = openat(r->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), error = 0;
	struct stat st;

	if (fd < 0 && errno == ELOOP)
		fd = root_open(r->d->root, path, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || (S_ISREG(st.st_mode) && read_head(fd, text) != 0))
		error = errno;
	close(fd);
	errno = error;
	return error ? -1 : 0;
}

static int
take_override(const char *name, unsigned char type, void *arg)
{
	struct override_reader *r = arg;
	int i = map_get(&r->s->by_name, name), error = 0;
	struct buf text = BUF_INIT;
	struct header over;
	char *path;

	if (i < 0 || r->done[i] || type == DT_DIR)
		return 0;
	path = mem_fmt("%s/%s", r->dir, name);
	if (read_override(r, name, path, &text) != 0)
		error = errno;
	if (error && error != ENOENT) {
		/* what it says would have held: without it nothing is known of the script */
		diag_add(r->diag, DIAG_ERROR, path, 0, 0, "%s", strerror(error));
		header_free(&r->s->v[i].header);
		buf_str(&text, "");
		header_parse(&r->s->v[i].header, path, text.s, 0, r->diag);
		r->s->v[i].unread = r->s->v[i].header.broken = r->done[i] = true;
	}
	if (!error && text.len > 0) {
		header_parse(&over, path, text.s, text.len, r->diag);
		put_override(&r->s->v[i], &over, r->merge);
		r->done[i] = true;
	}
	free(path);
	buf_free(&text);
	errno = error;
	return error && !rcdir_is_own_error(error) ? -1 : 0;
}

static int
read_overrides(struct scripts *s, const struct rcdir *d, const char *const *dirs, bool merge, struct diag *diag)
{
	bool *done = mem_alloc(s->n * sizeof *done);
	int result = 0;

	for (; dirs && *dirs && result == 0; dirs++) {
		struct override_reader r = { s, d, *dirs, root_open(d->root, *dirs, O_RDONLY | O_DIRECTORY), merge, diag, done };

		if (r.fd < 0 && rcdir_is_own_error(errno))
			continue;
		if (r.fd < 0 || dir_each(r.fd, take_override, &r) != 0) {
			diag_add(diag, DIAG_ERROR, *dirs, 0, 0, "%s", strerror(errno));
			result = -1;
		}
		if (r.fd >= 0)
			close(r.fd);
	}
	free(done);
	return result;
}

static int
read_headers(struct scripts *s, const struct rcdir *d, const struct scripts_sources *from, struct diag *diag)
{
	struct header_reader reader = { .d = d, .upstart = from ? from->upstart : NULL, .diag = diag };
	int r = 0;

	buf_str(&reader.path, d->init_path);
	buf_ch(&reader.path, '/');
	reader.in_dir = reader.path.len;
	for (size_t i = 0; i < s->n && r == 0; i++)
		if (s->v[i].here)
			r = load_header(&reader, &s->v[i]);
	buf_free(&reader.path);
	buf_free(&reader.text);
	if (r == 0 && from)
		r = read_overrides(s, d, from->chkconfig, true, diag) == 0 ? read_overrides(s, d, from->overrides, false, diag) : -1;
	return r;
}

int
scripts_load(struct scripts *s, const struct rcdir *d, enum scripts_depth depth, const struct scripts_sources *from, struct diag *diag)
{
	*s = (struct scripts)SCRIPTS_INIT;
	if (dir_each(d->init, take_script, s) != 0 || read_links(s, d, false) != 0) {
		diag_add(diag, DIAG_ERROR, d->init_path, 0, 0, "unable to read it or its runlevel directories: %s", strerror(errno));
		scripts_free(s);
		return -1;
	}
	sort_scripts(s);
	for (size_t i = 0; i < s->n; i++)
		memcpy(s->v[i].want, s->v[i].now, sizeof s->v[i].want);
	return depth == SCRIPTS_HEADERS ? read_headers(s, d, from, diag) : 0;
}

int
scripts_find(const struct scripts *s, const char *name)
{
	return map_get(&s->by_name, name);
}

bool
scripts_is_executable(const struct rcdir *d, const struct script *one)
{
	struct stat st;
	bool is;
	int fd;

	if (one->job)
		return true;
	fd = open_script(d, one->name);
	if (fd < 0)
		return false;
	is = fstat(fd, &st) == 0 && (st.st_mode & 0111) != 0;
	close(fd);
	return is;
}

unsigned
scripts_levels(const struct scripts_link links[LEVELS], char kind)
{
	unsigned set = 0;

	for (int n = 0; n < LEVELS; n++)
		if (links[n].kind && (!kind || links[n].kind == kind))
			set |= LEVEL_BIT(n);
	return set;
}

void
scripts_free(struct scripts *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].name);
		header_free(&s->v[i].header);
	}
	free(s->v);
	free(s->extra);
	map_free(&s->by_name);
	*s = (struct scripts)SCRIPTS_INIT;
}
