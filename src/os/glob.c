#include "os/glob.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/pattern.h"
#include "base/sort.h"

static void walk(struct vec *out, const char *done, const char *rest);

/* The names of a directory that match the part go on with the rest. */
static void
walk_matches(struct vec *out, const char *done, const char *part, const char *rest)
{
	DIR *d = opendir(*done ? done : ".");
	const struct dirent *e;

	while (d && (e = readdir(d))) {
		if ((e->d_name[0] == '.' && part[*part == '\\'] != '.') || !pattern_match(part, e->d_name, 0))
			continue;
		char *path = mem_fmt("%s%s", done, e->d_name);

		walk(out, path, rest);
		free(path);
	}
	if (d)
		closedir(d);
}

static void
walk(struct vec *out, const char *done, const char *rest)
{
	struct buf path = BUF_INIT;
	struct stat st;

	buf_str(&path, done);
	while (*rest) {
		size_t slashes = strspn(rest, "/"), n = strcspn(rest + slashes, "/");
		char *part = mem_strn(rest + slashes, n);

		buf_add(&path, rest, slashes);
		rest += slashes + n;
		if (pattern_wild(part)) {
			walk_matches(out, path.s, part, rest);
			buf_clear(&path);
			rest = "";
		} else {
			buf_str(&path, part);
		}
		free(part);
	}
	if (path.len > 0 && lstat(path.s, &st) == 0)
		vec_add(out, path.s);
	buf_free(&path);
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
glob_paths(struct vec *out, const char *pattern)
{
	const size_t before = out->n;

	walk(out, "", pattern);
	if (out->n == before) {
		errno = ENOENT;
		return -1;
	}
	sort_items(out->v + before, out->n - before, sizeof *out->v, by_bytes);
	return 0;
}
