#ifndef BASE_JSON_H
#define BASE_JSON_H
#include "base/buf.h"
/* Writing JSON (RFC 8259).  Bytes that are not UTF-8 become U+FFFD, one for each. */

/* Append the string with its quotes. */
void json_string(struct buf *, const char *s);
/* Append ,"name":"value"; nothing when value is NULL.  The name must need no escape. */
void json_field(struct buf *, const char *name, const char *value);

#endif
