#include "base/sort.h"

static void
swap(char *a, char *b, size_t size)
{
	while (size-- > 0) {
		char c = *a;

		*a++ = *b;
		*b++ = c;
	}
}

/* Heapsort: let the item at `at` sink below what is greater. */
static void
sink(char *v, size_t at, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && compare(v + child * size, v + (child + 1) * size) < 0)
			child++;
		if (compare(v + at * size, v + child * size) >= 0)
			return;
		swap(v + at * size, v + child * size, size);
	}
}

void
sort_items(void *v, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	for (size_t at = n / 2; at-- > 0;)
		sink(v, at, n, size, compare);
	while (n-- > 1) {
		swap(v, (char *)v + n * size, size);
		sink(v, 0, n, size, compare);
	}
}
