#ifndef BASE_INFLATE_H
#define BASE_INFLATE_H
#include <stddef.h>

#include "base/buf.h"

/*
 * Add what gzip(1) made n bytes of: one member (RFC 1952) without name, comment or extra fields, as `gzip -n` writes it, of DEFLATE blocks
 * (RFC 1951).  For texts that the program carries: small, not fast.  0; -1 when it is not that, is cut short or not what it was by
 * its length; out then has what came before.
 */
int inflate(struct buf *out, const unsigned char *data, size_t n);

#endif
