#ifndef BASE_UTF8_H
#define BASE_UTF8_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is that n bytes of well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF)? */
bool utf8_valid(const char *s, size_t n);
/* Write the character as UTF-8 into out, which has room for 4 bytes, without a NUL.  Returns the number of bytes. */
size_t utf8_put(char *out, uint32_t c);

#endif
