#ifndef OS_UTMP_H
#define OS_UTMP_H
#include <stddef.h>
/*
 * The runlevel that init(8) noted in utmp(5), read from the n bytes of that file.  Records are 384 or 400 bytes, after the
 * machine and libc that wrote them: the size that makes sense of the file is taken.
 */

/* The last record's runlevel, '0' to '6' or 'S', and the one before it ('N': none) in *previous.  0 if there is no such record. */
char utmp_runlevel(const char *data, size_t n, char *previous);

#endif
