#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H
#include <stdbool.h>
#include <stddef.h>
/*
 * Shell patterns as POSIX has them (XCU 2.13): *, ?, [a-z], [!a-z], [[:alpha:]], and a backslash before what stands for itself.  Bytes of the
 * C locale, whatever the C library makes of others: its fnmatch(3) would bring twenty kilobytes of tables.  A '[' that nothing closes stands for itself, and a backslash
 * at the end matches nothing.
 */

enum { PATTERN_FOLD = 1 };	/* letters match in either case */

/* Does the whole text match? */
bool pattern_match(const char *pattern, const char *text, unsigned flags);
/* Has it anything but plain characters? */
bool pattern_wild(const char *s);

#endif
