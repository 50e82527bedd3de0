#ifndef BASE_MAP_H
#define BASE_MAP_H
#include <stddef.h>
/*
 * Names to numbers.  The map does not copy the names: they must outlive it.  Start with `struct map m = MAP_INIT;`,
 * end with map_free().
 */
struct map_slot {
	const char *key;	/* NULL: free */
	unsigned hash;
	int value;
};

struct map {
	struct map_slot *slots;	/* owned; cap of them, a power of two */
	size_t n, cap;
};
#define MAP_INIT { NULL, 0, 0 }

/* The value of the name, or -1. */
int map_get(const struct map *, const char *key);
/* Add the name with a value >= 0 unless it is there.  Returns the value that the map holds then. */
int map_add(struct map *, const char *key, int value);
/* Add the name or change its value. */
void map_set(struct map *, const char *key, int value);
/* Replace each value v by to[v]. */
void map_renumber(struct map *, const int *to);
void map_free(struct map *);

#endif
