#include "boot/facility.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/root.h"

enum { LONGEST = 1 << 20 };
enum { UNKNOWN, RAW, BUSY, DONE };

static const char builtin[] =
	"$local_fs +mountall +mountall-bootclean +mountoverflowtmp +umountfs\n"
	"$network +networking +ifupdown +network +NetworkManager\n"
	"$named +named +bind9 +dnsmasq +unbound $network\n"
	"$remote_fs $local_fs +mountnfs +mountnfs-bootclean +netfs +umountnfs +sendsigs\n"
	"$syslog +rsyslog +sysklogd +syslog-ng +syslog +inetutils-syslogd +syslogd +busybox-syslogd\n"
	"$portmap +rpcbind +portmap\n"
	"$time +hwclock\n";

static int
index_of(struct facilities *f, const char *name)
{
	int i = map_get(&f->by_name, name);
	char *own;

	if (i >= 0)
		return i;
	own = mem_str(name);
	f->names = mem_grow(f->names, &f->cap_names, f->n_names + 1, sizeof *f->names);
	f->v = mem_grow(f->v, &f->cap, f->n_names + 1, sizeof *f->v);
	f->names[f->n_names] = own;
	map_set(&f->by_name, own, (int)f->n_names);
	return (int)f->n_names++;
}

static void
add_member(struct facility *to, int name, bool optional)
{
	for (size_t i = 0; i < to->n; i++)
		if (to->v[i].name == name) {
			to->v[i].optional = to->v[i].optional && optional;
			return;
		}
	to->v = mem_grow(to->v, &to->cap, to->n + 1, sizeof *to->v);
	to->v[to->n++] = (struct facility_member){ name, optional };
}

static void
parse_line(struct facilities *f, const char *text, const char *file, int number, struct diag *diag)
{
	struct vec words = VEC_INIT;
	int at;

	str_split(&words, text, STR_BLANK);
	if (words.n == 0 || words.v[0][0] == '#') {
		vec_free(&words);
		return;
	}
	if (words.v[0][0] != '$' && strcmp(words.v[0], "<interactive>") != 0) {
		diag_add(diag, DIAG_WARN, file, number, 1, "neither a $facility nor <interactive>: %.40s", words.v[0]);
		vec_free(&words);
		return;
	}
	at = index_of(f, words.v[0]);
	for (size_t i = 1; i < words.n && words.v[i][0] != '#'; i++) {
		bool optional = words.v[i][0] == '+';
		int member = index_of(f, words.v[i] + optional);

		add_member(&f->v[at], member, optional);
	}
	f->v[at].state = RAW;
	vec_free(&words);
}

static void
parse_text(struct facilities *f, char *text, const char *file, struct diag *diag)
{
	int number = 0;

	for (char *next; text && *text; text = next) {
		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		parse_line(f, text, file, ++number, diag);
	}
}

/* Replace facilities among the members by their members. */
static void
expand(struct facilities *f, int at, struct diag *diag)
{
	struct facility out = { .v = NULL };

	if (f->v[at].state != RAW)
		return;
	f->v[at].state = BUSY;
	for (size_t i = 0; i < f->v[at].n; i++) {
		struct facility_member m = f->v[at].v[i];

		if (f->names[m.name][0] != '$') {
			add_member(&out, m.name, m.optional);
			continue;
		}
		if (f->v[m.name].state == BUSY) {
			diag_add(diag, DIAG_ERROR, "insserv.conf", 0, 0, "system facility %s is part of itself, through %s",
			    f->names[m.name], f->names[at]);
			continue;
		}
		expand(f, m.name, diag);
		for (size_t k = 0; k < f->v[m.name].n; k++)
			add_member(&out, f->v[m.name].v[k].name, f->v[m.name].v[k].optional || m.optional);
	}
	out.state = DONE;
	free(f->v[at].v);
	f->v[at] = out;
}

/* 0: read; 1: there is none; -1 with errno */
static int
read_one(struct facilities *f, const struct rcdir *d, const char *path, struct diag *diag)
{
	char part[4096];
	struct buf text = BUF_INIT;
	int fd = root_open(d->root, path, O_RDONLY | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? 1 : -1;
	while ((n = fd_read_full(fd, part, sizeof part)) > 0 && text.len < LONGEST)
		buf_add(&text, part, (size_t)n);
	if (n == 0)
		parse_text(f, text.s, path, diag);
	else if (n > 0)
		errno = EFBIG;
	close(fd);
	buf_free(&text);
	return n == 0 ? 0 : -1;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct lister {
	const char *path;
	struct vec *out;
};

static int
take_file(const char *name, unsigned char type, void *arg)
{
	struct lister *l = arg;

	if (type != DT_DIR && !rcdir_is_ignored(name))
		vec_take(l->out, mem_fmt("%s/%s", l->path, name));
	return 0;
}

/* The files of conf.d, in the order of their names. */
static int
list_dir(const struct rcdir *d, const char *path, struct vec *out)
{
	int fd = root_open(d->root, path, O_RDONLY | O_DIRECTORY), r, saved;
	struct lister l = { path, out };
	size_t before = out->n;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	r = dir_each(fd, take_file, &l);
	saved = errno;
	close(fd);
	if (out->n > before)
		sort_items(out->v + before, out->n - before, sizeof *out->v, compare);
	errno = saved;
	return r;
}

/* One of several files that is not to be had is told; it is the end if it is the chief one or the machine cannot read.  0, or -1. */
static int
tell(struct diag *diag, const char *path, int error, bool chief)
{
	bool own = rcdir_is_own_error(error) && !chief;

	diag_add(diag, own ? DIAG_WARN : DIAG_ERROR, path, 0, 0, "%s%s", strerror(error), own ? ": not used" : "");
	return own ? 0 : -1;
}

static int
read_all(struct facilities *f, const struct rcdir *d, const char *conf, struct diag *diag)
{
	struct vec files = VEC_INIT;
	char *dir = mem_fmt("%s.d", conf);
	int found = 0, r = 0;

	vec_add(&files, conf);
	if (list_dir(d, dir, &files) != 0)
		r = tell(diag, dir, errno, false);
	for (size_t i = 0; i < files.n && r == 0; i++) {
		int one = read_one(f, d, files.v[i], diag);

		if (one < 0)
			r = tell(diag, files.v[i], errno, i == 0);
		found += one == 0;
	}
	vec_free(&files);
	free(dir);
	return r < 0 ? -1 : found;
}

int
facility_load(struct facilities *f, const struct rcdir *d, const char *conf, struct diag *diag)
{
	int found;

	*f = (struct facilities)FACILITIES_INIT;
	found = read_all(f, d, conf, diag);
	if (found < 0)
		return -1;
	if (found == 0) {
		char *text = mem_str(builtin);

		parse_text(f, text, "the built-in list", diag);
		free(text);
	}
	for (size_t i = 0; i < f->n_names; i++)
		expand(f, (int)i, diag);
	f->interactive = map_get(&f->by_name, "<interactive>");
	return 0;
}

const struct facility *
facility_find(const struct facilities *f, const char *name)
{
	int i = name[0] == '$' ? map_get(&f->by_name, name) : -1;

	return i >= 0 && f->v[i].state == DONE ? &f->v[i] : NULL;
}

const char *
facility_member_name(const struct facilities *f, const struct facility_member *m)
{
	return f->names[m->name];
}

bool
facility_is_interactive(const struct facilities *f, const char *service)
{
	int i = f->interactive < 0 ? -1 : map_get(&f->by_name, service);

	if (i < 0)
		return false;
	for (size_t k = 0; k < f->v[f->interactive].n; k++)
		if (f->v[f->interactive].v[k].name == i)
			return true;
	return false;
}

void
facility_free(struct facilities *f)
{
	for (size_t i = 0; i < f->n_names; i++) {
		free(f->names[i]);
		free(f->v[i].v);
	}
	free(f->names);
	free(f->v);
	map_free(&f->by_name);
	*f = (struct facilities)FACILITIES_INIT;
}
