#include "svc/ties.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "svc/record.h"

enum { TIES_MAX = 1024 * 1024 };

static const struct {
	enum service_dep kind;
	const char *word;
} kinds_of[] = {
	{ SERVICE_REQUIRES, "requires" }, { SERVICE_BINDS_TO, "binds-to" }, { SERVICE_PART_OF, "part-of" }, { SERVICE_CONFLICTS, "conflicts" },
	{ SERVICE_RELOAD_FROM, "reload-from" }, { SERVICE_STOP_FROM, "stop-from" },
};

int
ties_write(const struct service *s, const char *dir)
{
	struct buf text = BUF_INIT;
	char *path = mem_fmt("%s/ties", dir);
	int r = 0;

	for (size_t k = 0; k < sizeof kinds_of / sizeof *kinds_of; k++)
		for (size_t i = 0; i < s->deps[kinds_of[k].kind].n; i++)
			if (str_ends(s->deps[kinds_of[k].kind].v[i], ".service"))
				buf_fmt(&text, "%s %s\n", kinds_of[k].word, s->deps[kinds_of[k].kind].v[i]);
	if (text.len)
		r = file_replace(AT_FDCWD, path, text.s, text.len, 0644);
	free(path);
	buf_free(&text);
	return r;
}

static bool
is_called(const struct service *s, const char *unit)
{
	size_t n = strlen(s->name);

	return (strncmp(unit, s->name, n) == 0 && strcmp(unit + n, ".service") == 0) || vec_has(&s->deps[SERVICE_ALIAS], unit);
}

static bool
has_tie(const char *text, const struct service *s, unsigned kinds)
{
	struct vec lines = VEC_INIT;
	bool found = false;

	str_split(&lines, text, "\n");
	for (size_t i = 0; i < lines.n && !found; i++) {
		char *unit = strchr(lines.v[i], ' ');

		if (!unit)
			continue;
		*unit++ = '\0';
		for (size_t k = 0; k < sizeof kinds_of / sizeof *kinds_of; k++)
			found |= (kinds & 1U << kinds_of[k].kind) && strcmp(kinds_of[k].word, lines.v[i]) == 0 && is_called(s, unit);
	}
	vec_free(&lines);
	return found;
}

void
ties_find(struct vec *names, const char *base, const struct service *s, unsigned kinds)
{
	DIR *d = opendir(base);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		struct buf text = BUF_INIT;
		char *path;

		if (!record_name_ok(e->d_name) || strcmp(e->d_name, s->name) == 0)
			continue;
		path = mem_fmt("%s/%s/ties", base, e->d_name);
		if (file_read(AT_FDCWD, path, O_NOFOLLOW, TIES_MAX, &text, NULL) == 0 && text.s && has_tie(text.s, s, kinds))
			vec_add(names, e->d_name);
		buf_free(&text);
		free(path);
	}
	if (d)
		closedir(d);
}
