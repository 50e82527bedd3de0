#include "svc/dropin.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sort.h"
#include "base/str.h"
#include "os/file.h"

/* in the order in which they count */
static const char *const folders[] = {
	"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
};

static void
add_folder(struct vec *paths, const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.' && str_ends(e->d_name, ".conf"))
			vec_take(paths, mem_fmt("%s/%s", folder, e->d_name));
	if (d)
		closedir(d);
}

static int
by_base(const void *a, const void *b)
{
	char *const *s = *(char *const *const *)a, *const *t = *(char *const *const *)b;
	int r = strcmp(str_base(*s), str_base(*t));

	return r ? r : (s > t) - (s < t);
}

/* Sort by file name; of those with the same one only the first that was found stays. */
static void
merge(struct vec *out, struct vec *found)
{
	char ***slots = mem_alloc(found->n * sizeof *slots);

	for (size_t i = 0; i < found->n; i++)
		slots[i] = &found->v[i];
	sort_items(slots, found->n, sizeof *slots, by_base);
	for (size_t i = 0; i < found->n; i++)
		if (i == 0 || strcmp(str_base(*slots[i]), str_base(*slots[i - 1])) != 0)
			vec_add(out, *slots[i]);
	free(slots);
	vec_free(found);
}

static void
add_under(struct vec *paths, const char *root, const char *folder, const char *unit)
{
	char *dir = file_under(root, folder), *full = mem_fmt("%s/%s.d", dir, unit);

	add_folder(paths, full);
	free(full);
	free(dir);
}

void
dropin_native(struct vec *paths, const char *root, const char *name)
{
	struct vec found = VEC_INIT;
	const char *at = strchr(name, '@');

	add_under(&found, root, "/etc/initwright", name);
	if (at && at[1]) {
		char *template = mem_strn(name, (size_t)(at - name) + 1);

		add_under(&found, root, "/etc/initwright", template);
		free(template);
	}
	merge(paths, &found);
}

/* ".service", ".slice", ...: what a unit is */
static const char *
type_of(const char *unit)
{
	static const char *const others[] = { ".slice", ".socket", ".timer" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (str_ends(unit, others[i]))
			return others[i];
	return ".service";
}

/* The names whose folders count for a unit, the nearest first: a@i.service a@.service, then a-b-.service a-.service, then service. */
static void
related(struct vec *names, const char *unit)
{
	const char *at = strchr(unit, '@');
	char *prefix = mem_strn(unit, strcspn(unit, "@.")), *dash;

	vec_add(names, unit);
	if (at && str_ends(unit, ".service") && strcmp(at, "@.service") != 0)
		vec_take(names, mem_fmt("%s@.service", prefix));
	while ((dash = strrchr(prefix, '-')) && dash > prefix) {
		if (dash[1])
			vec_take(names, mem_fmt("%.*s%s", (int)(dash - prefix) + 1, prefix, type_of(unit)));
		*dash = '\0';
	}
	free(prefix);
}

void
dropin_systemd(struct vec *paths, const char *root, const char *unit, const char *beside)
{
	struct vec found = VEC_INIT, names = VEC_INIT;

	related(&names, unit);
	for (size_t f = 0; f < sizeof folders / sizeof *folders; f++)
		for (size_t i = 0; i < names.n; i++)
			add_under(&found, root, folders[f], names.v[i]);
	for (size_t i = 0; beside && i < names.n; i++)
		add_under(&found, NULL, beside, names.v[i]);
	for (size_t f = 0; f < sizeof folders / sizeof *folders; f++)
		add_under(&found, root, folders[f], type_of(unit) + 1);
	merge(paths, &found);
	vec_free(&names);
}

/* What the link points at, inside of root; NULL if path is no link. */
static char *
target(const char *root, const char *path)
{
	char text[PATH_MAX];
	ssize_t n = readlink(path, text, sizeof text - 1);

	if (n < 0)
		return NULL;
	text[n] = '\0';
	if (*text == '/')
		return strcmp(text, "/dev/null") == 0 ? NULL : file_under(root, text);
	return mem_fmt("%.*s%s", (int)(str_base(path) - path), path, text);
}

static char *
follow(const char *root, char *path)
{
	for (int hops = 0; hops < 32; hops++) {
		char *next = target(root, path);

		if (!next)
			return path;
		free(path);
		path = next;
	}
	free(path);
	errno = ELOOP;
	return NULL;
}

/* The first of the folders that has it. */
static char *
look_for(const char *root, const char *unit)
{
	struct stat st;

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		char *dir = file_under(root, folders[i]), *path = mem_fmt("%s/%s", dir, unit);

		free(dir);
		if (lstat(path, &st) == 0)
			return follow(root, path);
		free(path);
	}
	errno = ENOENT;
	return NULL;
}

char *
dropin_find(const char *root, const char *unit, char **real)
{
	size_t at = strcspn(unit, "@");
	char *path = look_for(root, unit), *template;

	*real = NULL;
	if (!path && errno == ENOENT && unit[at]) {
		template = mem_fmt("%.*s@.service", (int)at, unit);
		path = look_for(root, template);
		free(template);
	} else if (path && !unit[at] && strcmp(str_base(path), unit) != 0)
		*real = mem_str(str_base(path));
	return path;
}

/* folder: a systemd directory that may have X.wants/ and X.requires/ in it */
static void
add_ties(struct vec *units, const char *folder, const char *unit)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	struct stat st;

	while (d && (e = readdir(d))) {
		bool requires = str_ends(e->d_name, ".requires");
		char *link, *name;

		if (!requires && !str_ends(e->d_name, ".wants"))
			continue;
		link = mem_fmt("%s/%s/%s", folder, e->d_name, unit);
		name = mem_strn(e->d_name, strlen(e->d_name) - strlen(requires ? ".requires" : ".wants"));
		if (lstat(link, &st) == 0 && !vec_has(units, name))
			vec_add(units, name);
		free(link);
		free(name);
	}
	if (d)
		closedir(d);
}

void
dropin_wanted_by(struct vec *units, const char *root, const char *unit)
{
	static const char *const places[] = { "/usr/lib/systemd/system", "/lib/systemd/system" };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char *folder = file_under(root, places[i]);

		add_ties(units, folder, unit);
		free(folder);
	}
}

bool
dropin_is_enabled(const char *root, const char *unit)
{
	char *folder = file_under(root, "/etc/systemd/system");
	struct vec by = VEC_INIT;
	bool found;

	add_ties(&by, folder, unit);
	found = by.n > 0;
	vec_free(&by);
	free(folder);
	return found;
}
