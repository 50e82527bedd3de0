#include "base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* FNV-1a, with the upper bits folded in */
static unsigned
hash_of(const char *s)
{
	uint64_t h = 14695981039346656037u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return (unsigned)(h ^ h >> 29);
}

static struct map_slot *
slot_of(const struct map *m, const char *key, unsigned hash)
{
	size_t i = hash & (m->cap - 1);

	while (m->slots[i].key && (m->slots[i].hash != hash || strcmp(m->slots[i].key, key) != 0))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static void
grow(struct map *m)
{
	struct map old = *m;

	m->cap = old.cap ? old.cap * 2 : 16;
	m->slots = mem_alloc(m->cap * sizeof *m->slots);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].key)
			*slot_of(m, old.slots[i].key, old.slots[i].hash) = old.slots[i];
	free(old.slots);
}

int
map_get(const struct map *m, const char *key)
{
	const struct map_slot *s;

	if (m->n == 0)
		return -1;
	s = slot_of(m, key, hash_of(key));
	return s->key ? s->value : -1;
}

static struct map_slot *
place(struct map *m, const char *key, int value)
{
	unsigned hash = hash_of(key);
	struct map_slot *s;

	if (m->n * 4 >= m->cap * 3)
		grow(m);
	s = slot_of(m, key, hash);
	if (!s->key) {
		*s = (struct map_slot){ key, hash, value };
		m->n++;
	}
	return s;
}

int
map_add(struct map *m, const char *key, int value)
{
	return place(m, key, value)->value;
}

void
map_set(struct map *m, const char *key, int value)
{
	place(m, key, value)->value = value;
}

void
map_renumber(struct map *m, const int *to)
{
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].key)
			m->slots[i].value = to[m->slots[i].value];
}

void
map_free(struct map *m)
{
	free(m->slots);
	*m = (struct map)MAP_INIT;
}
