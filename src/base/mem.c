#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/fmt.h"

static void *
checked(void *p)
{
	if (!p)
		die(1, "out of memory");
	return p;
}

void *
mem_alloc(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

char *
mem_str(const char *s)
{
	return s ? mem_strn(s, strlen(s)) : NULL;
}

char *
mem_strn(const char *s, size_t n)
{
	char *p = mem_alloc(n + 1);

	return memcpy(p, s, n);
}

char *
mem_fmt(const char *fmt, ...)
{
	va_list ap;
	size_t n;
	char *p;

	va_start(ap, fmt);
	n = fmt_va(NULL, 0, fmt, ap) + 1;
	va_end(ap);
	p = mem_alloc(n);
	va_start(ap, fmt);
	fmt_va(p, n, fmt, ap);
	va_end(ap);
	return p;
}

void *
mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 8;
	void *grown;

	if (need <= *cap)
		return p;
	while (n < need)
		n *= 2;
	if (n > SIZE_MAX / size)
		die(1, "out of memory");
	/* not realloc(3): to a static launcher, which has no other use for it, it would be a kilobyte and a half */
	grown = checked(calloc(n, size));
	if (*cap)
		memcpy(grown, p, *cap * size);
	free(p);
	*cap = n;
	return grown;
}
