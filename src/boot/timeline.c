#include "boot/timeline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/proc.h"

enum { LONGEST = 1 << 20 };

#define RECORD "/run/initwright/.boot"
#define RECORD_DIR "/run/initwright"

void
timeline_add(struct timeline *t, const char *name, const char *action, uint64_t began, uint64_t ended, int code, int why)
{
	t->v = mem_grow(t->v, &t->cap, t->n + 1, sizeof *t->v);
	t->v[t->n++] = (struct timeline_item){ mem_str(name), mem_str(action), began, ended, code, why };
}

void
timeline_print(struct buf *out, const struct timeline *t)
{
	buf_fmt(out, "run %c %c %llu\n", t->level, t->previous, (unsigned long long)t->began);
	for (size_t i = 0; i < t->n; i++)
		buf_fmt(out, "script %s %s %llu %llu %d %d\n", t->v[i].name, t->v[i].action, (unsigned long long)t->v[i].began,
		    (unsigned long long)t->v[i].ended, t->v[i].code, t->v[i].why);
}

static void
parse_script(struct timeline *t, char **word)
{
	uint64_t began, ended, code, why = 0;
	bool none = strcmp(word[6], "-1") == 0;

	if (num_u64(word[3], 0, INT64_MAX, &began) != 0 || num_u64(word[4], began, INT64_MAX, &ended) != 0 ||
	    num_u64(word[5], 0, TIMELINE_NOT_RUN, &code) != 0 || (!none && (t->n == 0 || num_u64(word[6], 0, t->n - 1, &why) != 0)))
		return;
	timeline_add(t, word[1], word[2], began, ended, (int)code, none ? -1 : (int)why);
}

static void
parse_line(struct timeline **all, size_t *n, size_t *cap, const char *line)
{
	struct vec w = VEC_INIT;
	uint64_t began;

	str_split(&w, line, " ");
	if (w.n == 4 && strcmp(w.v[0], "run") == 0 && w.v[1][1] == '\0' && w.v[2][1] == '\0' &&
	    num_u64(w.v[3], 0, INT64_MAX, &began) == 0) {
		*all = mem_grow(*all, cap, *n + 1, sizeof **all);
		(*all)[(*n)++] = (struct timeline){ .level = w.v[1][0], .previous = w.v[2][0], .began = began };
	} else if (w.n == 7 && strcmp(w.v[0], "script") == 0 && *n > 0) {
		parse_script(&(*all)[*n - 1], w.v);
	}
	vec_free(&w);
}

void
timeline_parse(struct timeline **all, size_t *n, const char *text)
{
	char *copy = mem_str(text);
	size_t cap = 0;

	*all = NULL;
	*n = 0;
	for (char *line = copy, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		parse_line(all, n, &cap, line);
	}
	free(copy);
}

int
timeline_load(const char *root, struct buf *out)
{
	char *path = file_under(root, RECORD);
	int r = file_read(AT_FDCWD, path, O_NOFOLLOW, LONGEST, out, NULL);
	int saved = errno;

	free(path);
	buf_str(out, "");
	errno = saved;
	return r;
}

/* What the record has of this boot; of another one nothing. */
static void
keep_this_boot(struct buf *old, const char *id)
{
	char *first = mem_fmt("boot %s\n", id);

	if (!old->s || !str_starts(old->s, first) || old->len > LONGEST / 2) {
		buf_clear(old);
		buf_str(old, first);
	}
	free(first);
}

int
timeline_save(const char *root, const struct timeline *t)
{
	char *dir = file_under(root, RECORD_DIR), *path = file_under(root, RECORD), id[37];
	struct buf text = BUF_INIT;
	int r = file_mkdirs(dir), saved;

	if (r == 0) {
		proc_boot_id(id);
		if (timeline_load(root, &text) != 0)
			buf_clear(&text);
		keep_this_boot(&text, id);
		timeline_print(&text, t);
		r = file_replace(AT_FDCWD, path, text.s, text.len, 0644);
	}
	saved = errno;
	free(dir);
	free(path);
	buf_free(&text);
	errno = saved;
	return r;
}

uint64_t
timeline_end(const struct timeline *t)
{
	uint64_t end = t->began;

	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].ended > end)
			end = t->v[i].ended;
	return end;
}

int *
timeline_critical(const struct timeline *t, size_t *n)
{
	int *path = mem_alloc((t->n + 1) * sizeof *path), at = -1;
	size_t len = 0;

	for (size_t i = 0; i < t->n; i++)
		if (at < 0 || t->v[i].ended > t->v[at].ended)
			at = (int)i;
	for (; at >= 0 && len < t->n; at = t->v[at].why)
		path[len++] = at;
	for (size_t i = 0; i < len / 2; i++) {
		int x = path[i];

		path[i] = path[len - 1 - i];
		path[len - 1 - i] = x;
	}
	*n = len;
	return path;
}

void
timeline_free(struct timeline *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].name);
		free(t->v[i].action);
	}
	free(t->v);
	*t = (struct timeline){ .v = NULL };
}
