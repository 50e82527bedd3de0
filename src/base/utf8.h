#ifndef BASE_UTF8_H
#define BASE_UTF8_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is that n bytes of well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF)? */
bool utf8_valid(const char *s, size_t n);
/*
 * Copy n bytes that others wrote, as far as they go into size, for a person's terminal or a line of a file: control characters become
 * blanks, what is no UTF-8 becomes '?', no character is cut in two.  out gets a NUL.
 */
void utf8_clean(char *out, size_t size, const char *s, size_t n);
/* Write the character as UTF-8 into out, which has room for 4 bytes, without a NUL.  Returns the number of bytes. */
size_t utf8_put(char *out, uint32_t c);

#endif
