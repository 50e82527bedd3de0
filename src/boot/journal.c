#include "boot/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/lock.h"

#define JOURNAL ".initwright.journal"
#define JOURNAL_NEW JOURNAL ".new"
#define FIRST_LINE "initwright journal 1"

enum { LONGEST = 64 << 20 };

static const char *const verbs[] = {
	[PLAN_MKDIR] = "mkdir", [PLAN_ADD] = "add", [PLAN_MOVE] = "move", [PLAN_REMOVE] = "remove", [PLAN_FILE] = "file",
};

int
journal_lock(struct rcdir *d, uint64_t deadline)
{
	d->lock = openat(d->init, JOURNAL_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	if (d->lock < 0)
		return errno == EROFS ? 0 : -1;
	return lock_wait(d->lock, deadline);
}

/* A word of the journal: no blanks, no line ends. */
static void
put_word(struct buf *out, const char *s)
{
	buf_ch(out, ' ');
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == '%' || *s == 127)
			buf_fmt(out, "%%%02x", (unsigned char)*s);
		else
			buf_ch(out, *s);
}

static int
hex_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *
get_word(const char *s)
{
	char *out = mem_str(s), *to = out;

	for (; *s; s++)
		if (*s == '%' && hex_of(s[1]) >= 0 && hex_of(s[2]) >= 0) {
			*to++ = (char)(hex_of(s[1]) << 4 | hex_of(s[2]));
			s += 2;
		} else {
			*to++ = *s;
		}
	*to = '\0';
	return out;
}

static void
print(struct buf *out, const struct plan *p)
{
	buf_str(out, FIRST_LINE "\n");
	for (size_t i = 0; i < p->n; i++) {
		const struct plan_op *op = &p->v[i];

		buf_fmt(out, "%s %c", verbs[op->action], op->action == PLAN_FILE ? '-' : level_letter(op->level));
		put_word(out, op->from ? op->from : "-");
		put_word(out, op->to ? op->to : "-");
		put_word(out, op->target ? op->target : "-");
		buf_ch(out, '\n');
	}
	buf_str(out, "end\n");
}

static int
parse_line(struct plan *p, const struct vec *w)
{
	struct plan_op *op;
	int level, action;

	if (w->n != 5)
		return -1;
	for (action = 0; action <= PLAN_FILE; action++)
		if (strcmp(verbs[action], w->v[0]) == 0)
			break;
	level = action == PLAN_FILE ? -1 : level_of(w->v[1][0]);
	if (action > PLAN_FILE || (action != PLAN_FILE && level < 0))
		return -1;
	op = plan_add(p, (enum plan_action)action, level);
	op->from = get_word(w->v[2]);
	op->to = get_word(w->v[3]);
	op->target = get_word(w->v[4]);
	/* nothing outside of the directories that we write to */
	return strchr(op->from, '/') || strchr(op->to, '/') ? -1 : 0;
}

static int
parse(struct plan *p, char *text)
{
	bool ended = false;
	int number = 0;

	for (char *next; text && *text; text = next) {
		struct vec words = VEC_INIT;
		int r = 0;

		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		if (number++ == 0)
			r = strcmp(text, FIRST_LINE);
		else if (strcmp(text, "end") == 0)
			ended = true;
		else {
			str_split(&words, text, " ");
			r = parse_line(p, &words);
		}
		vec_free(&words);
		if (r != 0)
			return -1;
	}
	return ended ? 0 : -1;
}

static int
make_level(struct rcdir *d, int level)
{
	char name[8];

	if (mkdirat(d->rc, rcdir_name(level, name), 0755) != 0 && errno != EEXIST)
		return -1;
	if (d->level[level] >= 0)
		return 0;
	d->level[level] = openat(d->rc, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return d->level[level] < 0 ? -1 : fchmod(d->level[level], 0755);
}

static bool
is_there(int dirfd, const char *name)
{
	struct stat st;

	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int
rename_new(const struct rcdir *d, const char *name)
{
	char *temp = mem_fmt("%s.new", name);
	int r = renameat(d->state, temp, d->state, name), saved = errno;

	free(temp);
	errno = saved;
	return r;
}

static int
unlink_new(const struct rcdir *d, const char *name)
{
	char *temp = mem_fmt("%s.new", name);
	int r = unlinkat(d->state, temp, 0), saved = errno;

	free(temp);
	errno = saved;
	return r;
}

/* Do one step; `again`: it may have been done before, and what it is about may have gone since. */
static int
do_op(struct rcdir *d, const struct plan_op *op, bool again)
{
	int fd = op->action == PLAN_FILE ? d->state : d->level[op->level], r = 0;

	switch (op->action) {
	case PLAN_MKDIR:
		return make_level(d, op->level);
	case PLAN_ADD:
		r = symlinkat(op->target, fd, op->to);
		return r != 0 && again && errno == EEXIST ? 0 : r;
	case PLAN_MOVE:
		r = renameat(fd, op->from, fd, op->to);
		break;
	case PLAN_REMOVE:
		r = unlinkat(fd, op->from, 0);
		break;
	case PLAN_FILE:
		r = rename_new(d, op->to);
		break;
	}
	return r != 0 && again && errno == ENOENT ? 0 : r;
}

/* Undo one step that was done, or perhaps was not. */
static int
undo_op(struct rcdir *d, const struct plan_op *op)
{
	int fd = op->action == PLAN_FILE ? d->state : d->level[op->level], r = 0;
	char name[8];

	switch (op->action) {
	case PLAN_MKDIR:
		r = unlinkat(d->rc, rcdir_name(op->level, name), AT_REMOVEDIR);
		/* what is there and no empty directory was not made by us */
		return r == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR ? 0 : -1;
	case PLAN_ADD:
		r = fd < 0 ? 0 : unlinkat(fd, op->to, 0);
		break;
	case PLAN_MOVE:
		r = is_there(fd, op->from) ? 0 : renameat(fd, op->to, fd, op->from);
		break;
	case PLAN_REMOVE:
		r = symlinkat(op->target, fd, op->from);
		return r == 0 || errno == EEXIST ? 0 : -1;
	case PLAN_FILE:
		r = unlink_new(d, op->to);
		break;
	}
	return r == 0 || errno == ENOENT ? 0 : -1;
}

static int
undo(struct rcdir *d, const struct plan *p, size_t done)
{
	int r = 0;

	for (size_t i = done; i-- > 0;)
		if (undo_op(d, &p->v[i]) != 0)
			r = -1;
	return r;
}

/* Have the changed directories on the disk. */
static int
sync_dirs(const struct rcdir *d, const struct plan *p)
{
	unsigned changed = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].action != PLAN_FILE)
			changed |= LEVEL_BIT(p->v[i].level);
	for (int l = 0; l < LEVELS; l++)
		if ((changed & LEVEL_BIT(l)) && d->level[l] >= 0 && fsync(d->level[l]) != 0)
			return -1;
	return fsync(d->init);
}

static int
write_file(int dirfd, const char *name, const char *data, size_t n)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644), r;

	if (fd < 0)
		return -1;
	r = fd_write_all(fd, data, n) == 0 && fchmod(fd, 0644) == 0 && fsync(fd) == 0 ? 0 : -1;
	if (close(fd) != 0)
		r = -1;
	return r;
}

/* The new content of all files, beside them. */
static int
write_new_files(const struct rcdir *d, const struct plan *p)
{
	int r = 0;

	for (size_t i = 0; i < p->n && r == 0; i++)
		if (p->v[i].action == PLAN_FILE) {
			char *temp = mem_fmt("%s.new", p->v[i].to);

			r = write_file(d->state, temp, p->v[i].data, p->v[i].n);
			free(temp);
		}
	return r;
}

static int
write_journal(const struct rcdir *d, const struct plan *p)
{
	struct buf text = BUF_INIT;
	int r;

	print(&text, p);
	r = write_file(d->init, JOURNAL_NEW, text.s, text.len);
	if (r == 0)
		r = renameat(d->init, JOURNAL_NEW, d->init, JOURNAL);
	if (r == 0)
		r = fsync(d->init);
	buf_free(&text);
	return r;
}

/* Take back what was prepared before the first step.  -1: the journal stays, the next run will act on it. */
static int
drop_new(const struct rcdir *d, const struct plan *p)
{
	/* on a file system that is read-only there is nothing to be taken back */
	if (unlinkat(d->init, JOURNAL, 0) != 0 && errno != ENOENT)
		return errno == EROFS ? 0 : -1;
	unlinkat(d->init, JOURNAL_NEW, 0);
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].action == PLAN_FILE)
			unlink_new(d, p->v[i].to);
	return 0;
}

static void
complain(struct diag *diag, const struct rcdir *d, const struct plan_op *op, int error)
{
	char where[8];
	char *path;

	if (op->action == PLAN_FILE)
		path = mem_fmt("%s/%s", d->init_path, op->to);
	else
		path = mem_fmt("%s/%s", rcdir_name(op->level, where), op->to ? op->to : op->from ? op->from : "");
	diag_add(diag, DIAG_ERROR, path, 0, 0, "%s", strerror(error));
	free(path);
}

static void
complain_file(struct diag *diag, const struct rcdir *d, const char *name, const char *text)
{
	char *path = mem_fmt("%s/%s", d->init_path, name);

	diag_add(diag, DIAG_ERROR, path, 0, 0, "%s", text);
	free(path);
}

static void
complain_journal(struct diag *diag, const struct rcdir *d, const char *text)
{
	complain_file(diag, d, JOURNAL, text);
}

static int
finish(const struct rcdir *d, const struct plan *p)
{
	if (sync_dirs(d, p) != 0 || unlinkat(d->init, JOURNAL, 0) != 0)
		return -1;
	return 0;
}

/* Step `at` failed: back to where we were, or leave it to the next run. */
static void
retreat(struct rcdir *d, const struct plan *p, size_t at, struct diag *diag)
{
	/* a step that failed has done nothing, but the one of two system calls; a replaced file cannot be taken back */
	size_t done = at + (p->v[at].action == PLAN_MKDIR);

	if (p->v[at].action == PLAN_FILE || undo(d, p, done) != 0 || sync_dirs(d, p) != 0 || drop_new(d, p) != 0)
		complain_journal(diag, d, "the change is not complete: the next run ends or undoes it");
}

int
journal_apply(struct rcdir *d, const struct plan *p, struct diag *diag)
{
	size_t i;

	if (p->n == 0)
		return 0;
	if (write_new_files(d, p) != 0 || write_journal(d, p) != 0) {
		complain_journal(diag, d, strerror(errno));
		if (drop_new(d, p) != 0)
			complain_journal(diag, d, "the change is not undone: the next run does it");
		return -1;
	}
	for (i = 0; i < p->n; i++)
		if (do_op(d, &p->v[i], false) != 0) {
			complain(diag, d, &p->v[i], errno);
			retreat(d, p, i, diag);
			return -1;
		}
	if (finish(d, p) != 0) {
		complain_journal(diag, d, strerror(errno));
		return -1;
	}
	return 0;
}

/* Temporary files of a run that did not come to its journal.  0, or -1 with the reason in diag. */
static int
sweep(const struct rcdir *d, struct diag *diag)
{
	static const char *const names[] = {
		JOURNAL_NEW, ".depend.boot.new", ".depend.start.new", ".depend.stop.new", ".initwright.defaults.new",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (unlinkat(i == 0 ? d->init : d->state, names[i], 0) != 0 && errno != ENOENT) {
			if (errno == EROFS)
				return 0;
			complain_file(diag, d, names[i], strerror(errno));
			return -1;
		}
	return 0;
}

static int
replay(struct rcdir *d, const struct plan *p, struct diag *diag)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (do_op(d, &p->v[i], true) != 0)
			break;
	if (i < p->n) {
		complain(diag, d, &p->v[i], errno);
		if (undo(d, p, p->n) != 0) {
			complain_journal(diag, d, "unable to end or to undo the interrupted change");
			return -1;
		}
		diag->errors--;
		diag->v[diag->n - 1].level = DIAG_WARN;
	}
	if (finish(d, p) != 0) {
		complain_journal(diag, d, strerror(errno));
		return -1;
	}
	return 1;
}

int
journal_recover(struct rcdir *d, struct diag *diag)
{
	struct plan p = PLAN_INIT;
	struct buf text = BUF_INIT;
	int r;

	if (file_read(d->init, JOURNAL, O_NOFOLLOW, LONGEST, &text, NULL) != 0) {
		r = -1;
		if (errno == ENOENT)
			r = sweep(d, diag);
		else
			complain_journal(diag, d, strerror(errno));
	} else if (parse(&p, text.s) != 0) {
		complain_journal(diag, d, "not a journal of ours: remove it by hand");
		r = -1;
	} else {
		r = replay(d, &p, diag);
	}
	plan_free(&p);
	buf_free(&text);
	return r;
}
