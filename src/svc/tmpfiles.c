#include "svc/tmpfiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/cred.h"
#include "os/dir.h"
#include "os/file.h"
#include "svc/words.h"

enum { SIZE_MAX_READ = 1 << 20 };

/* What stands behind /run/, if all of it is a plain path. */
static const char *
below_run(const char *path)
{
	const char *name = str_starts(path, "/run/") ? path + 5 : str_starts(path, "/var/run/") ? path + 9 : NULL;

	if (!name || !*name || strpbrk(name, "%*?[") || str_starts(name, "../") || str_find(name, "/../"))
		return NULL;
	return strcmp(name, "..") == 0 || (strlen(name) > 3 && strcmp(name + strlen(name) - 3, "/..") == 0) ? NULL : name;
}

/* An octal number, behind marks that say when it counts; anything else is the usual one. */
static mode_t
mode_of(const char *s)
{
	unsigned mode;

	return num_octal(s + strspn(s, "~:"), 07777, &mode) == 0 ? mode : 0755;
}

static char *
owner_of(const struct vec *words, size_t i)
{
	const char *s = i < words->n ? words->v[i] : "-";

	s += strspn(s, ":");
	return mem_str(strcmp(s, "-") == 0 ? "0" : s);
}

static void
one_line(struct tmpfiles *t, const char *line)
{
	struct vec words = VEC_INIT;
	const char *name;

	if (*line != '#' && words_split(&words, line, WORDS_UNQUOTE | WORDS_CUNESCAPE) == 0 && words.n >= 2 && strchr("dDvqQ", words.v[0][0]) &&
	    (name = below_run(words.v[1]))) {
		size_t n = strlen(name);

		while (n > 0 && name[n - 1] == '/')
			n--;
		t->v = mem_grow(t->v, &t->cap, t->n + 1, sizeof *t->v);
		t->v[t->n++] = (struct tmpfiles_dir){
			.name = mem_strn(name, n), .mode = mode_of(words.n > 2 ? words.v[2] : "-"),
			.user = owner_of(&words, 3), .group = owner_of(&words, 4),
		};
	}
	vec_free(&words);
}

void
tmpfiles_read(struct tmpfiles *t, const char *root, const char *service)
{
	static const char *const places[] = { "/etc", "/run", "/usr/local/lib", "/usr/lib" };
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char *inside = mem_fmt("%s/tmpfiles.d/%.*s.conf", places[i], (int)strcspn(service, "@"), service), *path = file_under(root, inside);
		bool found = file_read(AT_FDCWD, path, 0, SIZE_MAX_READ, &text, NULL) == 0;

		free(path);
		free(inside);
		if (found)
			break;
	}
	for (char *line = text.s, *next; line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		one_line(t, line);
	}
	buf_free(&text);
}

void
tmpfiles_make(const struct tmpfiles *t, const char *root, struct vec *remarks)
{
	char *base = file_under(root, "/run");

	for (size_t i = 0; i < t->n; i++) {
		const struct tmpfiles_dir *d = &t->v[i];
		char *path = mem_fmt("%s/%s", base, d->name);
		uid_t uid;
		gid_t gid;

		if (access(path, F_OK) == 0)
			;
		else if (cred_uid(d->user, &uid) != 0)
			vec_take(remarks, mem_fmt("cannot make the directory %s: no such user '%s'", path, d->user));
		else if (cred_gid(d->group, &gid) != 0)
			vec_take(remarks, mem_fmt("cannot make the directory %s: no such group '%s'", path, d->group));
		else if (file_mkdirs(base) != 0 || dir_make(base, d->name, d->mode, uid, gid) != 0)
			vec_take(remarks, mem_fmt("cannot make the directory %s: %s", path, strerror(errno)));
		free(path);
	}
	free(base);
}

void
tmpfiles_free(struct tmpfiles *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].name);
		free(t->v[i].user);
		free(t->v[i].group);
	}
	free(t->v);
	*t = (struct tmpfiles){ 0 };
}
