#ifndef BASE_MEM_H
#define BASE_MEM_H
#include <stddef.h>
/*
 * Memory that is there or the process is not: each function die()s with status 1 when memory runs out.
 * The caller owns what it gets and frees it with free(3).
 */

/* size zeroed bytes; size 0 gives a valid pointer. */
void *mem_alloc(size_t size);
/* A copy of a string; NULL gives NULL. */
char *mem_str(const char *s);
/* A copy of n bytes with a NUL behind them. */
char *mem_strn(const char *s, size_t n);
/* A string made by printf(3)'s rules, as far as base/fmt.h has them. */
char *mem_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/*
 * Room for `need` elements of `size` bytes in the array p of capacity *cap (elements).  Returns the array, moved
 * perhaps; new room is zeroed; *cap grows by doubling.
 */
void *mem_grow(void *p, size_t *cap, size_t need, size_t size);

#endif
