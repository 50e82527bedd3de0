#ifndef BASE_FMT_H
#define BASE_FMT_H
#include <stdarg.h>
#include <stddef.h>
/*
 * Text by printf(3)'s rules, as far as ours needs them: %s %c %d %u %x %o %%, with '-', '0', a width, a precision (numbers or '*') and the lengths
 * l, ll, z and j.  A tenth of the size of a C library's, without locale or memory, and async-signal-safe.  A directive of any other
 * kind ends the text there.
 *
 * Both write at most size bytes, the NUL included, and return the length that the whole text has without it.
 */
size_t fmt_to(char *room, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
size_t fmt_va(char *room, size_t size, const char *fmt, va_list) __attribute__((format(printf, 3, 0)));

#endif
