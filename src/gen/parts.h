#ifndef GEN_PARTS_H
#define GEN_PARTS_H
#include "base/buf.h"
/*
 * The shell code of gen/NAME.sh that goes into scripts.  A part is what stands between a line "#: PART" and the next such line.  The program
 * has all of them compressed: unpack them once for a script.
 */

/* Fill an empty buffer with all parts; the caller frees it. */
void parts_open(struct buf *all);
/* Append a part of src/gen/FILE.sh. */
void parts_add(struct buf *out, const struct buf *all, const char *file, const char *part);

#endif
