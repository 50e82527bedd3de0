#ifndef BASE_BUF_H
#define BASE_BUF_H
#include <stdarg.h>
#include <stddef.h>
/*
 * A byte string that grows.  s is always NUL-terminated once anything was added, NULL before.  Start with
 * `struct buf b = BUF_INIT;`, end with buf_free().  Running out of memory ends the process (base/mem.h).
 */
struct buf {
	char *s;	/* owned */
	size_t len;	/* bytes in use, without the NUL */
	size_t cap;	/* bytes allocated */
};
#define BUF_INIT { NULL, 0, 0 }

void buf_add(struct buf *, const void *data, size_t n);
void buf_ch(struct buf *, char c);
void buf_str(struct buf *, const char *s);
/* Add a text by printf(3)'s rules, as far as base/fmt.h has them. */
void buf_fmt(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_va(struct buf *, const char *fmt, va_list) __attribute__((format(printf, 2, 0)));
/* Forget the content, keep the room. */
void buf_clear(struct buf *);
/* Give the string to the caller, who frees it; never NULL.  The buffer is empty afterwards. */
char *buf_take(struct buf *);
void buf_free(struct buf *);

#endif
