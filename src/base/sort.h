#ifndef BASE_SORT_H
#define BASE_SORT_H
#include <stddef.h>

/* As qsort(3), the same on every C library: in place, O(n log n) at worst; what is equal may come in any order, but always in the same. */
void sort_items(void *v, size_t n, size_t size, int (*compare)(const void *, const void *));

#endif
