#ifndef BASE_OUT_H
#define BASE_OUT_H
#include <stddef.h>
/*
 * Standard output for commands that print as they go: what is added waits until there is a block of it, or out_flush().  Whoever ends, forks what
 * prints, or is to be seen between, flushes first; die() (base/die.h)
 * and applet_run() do.
 */

void out_add(const void *data, size_t n);
void out_str(const char *s);
/* By printf(3)'s rules, as far as base/fmt.h has them. */
void out_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Write what waits.  0; -1 with errno when that failed, or a write since the last flush. */
int out_flush(void);
/* Write a text to standard error as it is, in one write(2): what peers say there without a name before it. */
void out_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
