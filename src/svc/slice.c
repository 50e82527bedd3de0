#include "svc/slice.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "svc/dropin.h"
#include "svc/unit.h"
#include "svc/unitconfine.h"
#include "svc/unitkeys.h"
#include "svc/unitother.h"

static bool
is_slice(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\";
	size_t n = strlen(name);

	if (!str_ends(name, ".slice") || n == 6 || strspn(name, allowed) != n)
		return false;
	/* no part between dashes is empty */
	return strcmp(name, "-.slice") == 0 || (name[0] != '-' && name[n - 7] != '-' && !str_find(name, "--"));
}

char *
slice_path(const char *slice)
{
	struct buf path = BUF_INIT;
	size_t n = strlen(slice);

	if (!is_slice(slice))
		return NULL;
	if (strcmp(slice, "-.slice") == 0)
		return mem_str("");
	for (size_t i = 1; i + 6 <= n; i++)
		if (slice[i] == '-' || i + 6 == n)
			buf_fmt(&path, "%s%.*s.slice", path.len ? "/" : "", (int)i, slice);
	if (path.len > SLICE_PATH_MAX) {
		buf_free(&path);
		return NULL;
	}
	return buf_take(&path);
}

char *
slice_group(const struct service *s)
{
	char *path = s->slice ? slice_path(s->slice) : NULL, *group;

	group = path && *path ? mem_fmt("%s/%s", path, s->name) : mem_str(s->name);
	free(path);
	return group;
}

/* a unit of one slice being read: its limits land where those of a service would */
struct reading {
	struct unitvalue_ctx x;
	struct vec *remarks;
};

static void
one_line(void *data, const char *section, const char *key, const char *value, const char *file, int line)
{
	struct reading *r = data;
	const struct unitvalue_key *k = unitkeys_find(UNITVALUE_SERVICE, key);
	const struct unitother_key *o = unitother_find(UNITVALUE_SERVICE, key);

	(void)section;
	r->x.file = file;
	r->x.line = line;
	if (k && k->fn == unitconfine_resource)
		k->fn(&r->x, k, value);
	else if (!(o && (o->flags & UNITOTHER_NOTE)) && !str_starts(key, "X-"))
		vec_take(r->remarks, mem_fmt("%s:%d: %.60s= of a slice is not honoured", file, line, key));
}

static void
read_unit(struct service *out, const char *unit, const char *root, struct vec *remarks)
{
	struct diag d = DIAG_INIT;
	struct reading r = { { .s = out, .d = &d, .spec = { out->name, out->file, root } }, remarks };
	struct unit_sources src = { 0 };
	struct vec dropins = VEC_INIT;
	char *real, *path = dropin_find(root, unit, &real);

	dropin_systemd(&dropins, root, unit, NULL);
	dropin_native(&dropins, root, unit);
	if (!path || unit_load(&src, path, &d) == 0)
		unit_load_dropins(&src, &dropins, &d);
	unit_each_in(&src, "Slice", one_line, &r);
	for (size_t i = 0; i < d.n; i++)
		vec_take(remarks, diag_text(&d.v[i]));
	unit_sources_free(&src);
	vec_free(&dropins);
	diag_free(&d);
	free(path);
	free(real);
}

static char *
limit_one(struct cglimit *l, const struct service *s, const char *path, const char *root, struct vec *remarks)
{
	struct service slice;
	char *bad;

	service_init(&slice, str_base(path));
	vec_addv(&slice.confine.policies, s->confine.policies.v);
	read_unit(&slice, str_base(path), root, remarks);
	bad = cglimit_above(l, &slice.confine, path, remarks);
	service_free(&slice);
	return bad;
}

char *
slice_limit(struct cglimit *l, const struct service *s, const char *root, struct vec *remarks)
{
	char *path = s->slice ? slice_path(s->slice) : NULL, *end = path, *bad = NULL;

	while (!bad && end && *end) {
		char kept;

		end += strcspn(end + 1, "/") + 1;
		kept = *end;
		*end = '\0';
		bad = limit_one(l, s, path, root, remarks);
		*end = kept;
	}
	free(path);
	return bad;
}
