#ifndef BASE_INFLATE_H
#define BASE_INFLATE_H
#include <stddef.h>

/*
 * What gzip(1) made: one member (RFC 1952) without name, comment or extra fields, as `gzip -n` writes it, of DEFLATE blocks (RFC 1951).
 * For texts that the program carries.
 */

/* How many bytes those n stand for, by what is said at their end; 0 also when they are not that. */
size_t inflate_size(const unsigned char *data, size_t n);
/* Write them to the room.  0; -1 when data is not that, is cut short, or stands for more or less than size bytes; room then has anything. */
int inflate(void *room, size_t size, const unsigned char *data, size_t n);

#endif
