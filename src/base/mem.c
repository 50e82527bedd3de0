#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"

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
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		BUG("format cannot be printed");
	p = mem_alloc((size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void *
mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 8;

	if (need <= *cap)
		return p;
	while (n < need)
		n *= 2;
	if (n > SIZE_MAX / size)
		die(1, "out of memory");
	p = checked(realloc(p, n * size));
	memset((char *)p + *cap * size, 0, (n - *cap) * size);
	*cap = n;
	return p;
}
