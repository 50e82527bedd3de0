#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"

void
vec_take(struct vec *x, char *s)
{
	x->v = mem_grow(x->v, &x->cap, x->n + 2, sizeof *x->v);
	x->v[x->n++] = s;
	x->v[x->n] = NULL;
}

void
vec_add(struct vec *x, const char *s)
{
	vec_take(x, mem_str(s));
}

void
vec_addv(struct vec *x, char *const *v)
{
	for (; v && *v; v++)
		vec_add(x, *v);
}

bool
vec_has(const struct vec *x, const char *s)
{
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->v[i], s) == 0)
			return true;
	return false;
}

char **
vec_argv(struct vec *x)
{
	x->v = mem_grow(x->v, &x->cap, x->n + 1, sizeof *x->v);
	return x->v;
}

static char **
find(const struct vec *x, const char *name, size_t n)
{
	for (size_t i = 0; i < x->n; i++)
		if (strncmp(x->v[i], name, n) == 0 && x->v[i][n] == '=')
			return &x->v[i];
	return NULL;
}

void
vec_putenv(struct vec *x, const char *assignment)
{
	char **old = find(x, assignment, strcspn(assignment, "="));

	if (!old) {
		vec_add(x, assignment);
		return;
	}
	free(*old);
	*old = mem_str(assignment);
}

void
vec_setenv(struct vec *x, const char *name, const char *value)
{
	char *both = mem_fmt("%s=%s", name, value);

	vec_putenv(x, both);
	free(both);
}

const char *
vec_getenv(const struct vec *x, const char *name, size_t n)
{
	char **s = find(x, name, n);

	return s ? *s + n + 1 : NULL;
}

void
vec_unsetenv(struct vec *x, const char *name)
{
	char **s = find(x, name, strlen(name));

	if (!s)
		return;
	free(*s);
	memmove(s, s + 1, (size_t)(x->v + x->n - s) * sizeof *s);
	x->n--;
}

static int
by_name(const void *a, const void *b)
{
	char *const *s = *(char *const *const *)a, *const *t = *(char *const *const *)b;
	size_t n = strcspn(*s, "="), m = strcspn(*t, "=");
	int r = memcmp(*s, *t, n < m ? n : m);

	if (r == 0 && n != m)
		r = n < m ? -1 : 1;
	return r ? r : (s > t) - (s < t);
}

void
vec_uniqenv(struct vec *x)
{
	char ***slots = mem_alloc(x->n * sizeof *slots);
	size_t kept = 0;

	for (size_t i = 0; i < x->n; i++)
		slots[i] = &x->v[i];
	sort_items(slots, x->n, sizeof *slots, by_name);
	for (size_t i = 0, n; i < x->n; i += n) {
		size_t len = strcspn(*slots[i], "=");

		for (n = 1; i + n < x->n && strncmp(*slots[i], *slots[i + n], len) == 0 && strcspn(*slots[i + n], "=") == len; n++) {
			free(*slots[i]);
			*slots[i] = *slots[i + n];
			*slots[i + n] = NULL;
		}
	}
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i])
			x->v[kept++] = x->v[i];
	x->n = kept;
	if (x->v)
		x->v[kept] = NULL;
	free(slots);
}

void
vec_clear(struct vec *x)
{
	for (size_t i = 0; i < x->n; i++)
		free(x->v[i]);
	x->n = 0;
	if (x->v)
		x->v[0] = NULL;
}

void
vec_free(struct vec *x)
{
	vec_clear(x);
	free(x->v);
	*x = (struct vec)VEC_INIT;
}
