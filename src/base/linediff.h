#ifndef BASE_LINEDIFF_H
#define BASE_LINEDIFF_H
#include "base/buf.h"

/*
 * Append what makes the text b of the text a, as "diff -u" prints it with three lines of context and these names; nothing when
 * they are equal.  Takes time and memory by the product of the numbers of lines that differ: for texts of some thousand lines.
 */
void linediff_unified(struct buf *out, const char *a, const char *name_a, const char *b, const char *name_b);

#endif
