#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/mem.h"

static void
reserve(struct buf *b, size_t more)
{
	if (b->cap - b->len <= more)
		b->s = mem_grow(b->s, &b->cap, b->len + more + 1, 1);
}

void
buf_add(struct buf *b, const void *data, size_t n)
{
	reserve(b, n);
	if (n)
		memcpy(b->s + b->len, data, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void
buf_ch(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_va(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t n;

	va_copy(again, ap);
	n = fmt_va(NULL, 0, fmt, again);
	va_end(again);
	if (n == 0)
		return;
	reserve(b, n);
	fmt_va(b->s + b->len, n + 1, fmt, ap);
	b->len += n;
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_va(b, fmt, ap);
	va_end(ap);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->s)
		b->s[0] = '\0';
}

char *
buf_take(struct buf *b)
{
	char *s = b->s ? b->s : mem_str("");

	*b = (struct buf)BUF_INIT;
	return s;
}

void
buf_free(struct buf *b)
{
	free(b->s);
	*b = (struct buf)BUF_INIT;
}
