#ifndef BASE_NUM_H
#define BASE_NUM_H
#include <stdint.h>
#include <sys/types.h>
/*
 * Numbers from text that others wrote.  Each function takes the whole string or nothing: no sign, no blanks, no
 * trailing junk unless said.  They return 0, or -1 with errno EINVAL (not a number) or ERANGE (out of range), and
 * leave *out alone then.
 */

/* Decimal in [min, max]. */
int num_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out);
/* As num_u64, with a leading '-' or '+' allowed. */
int num_i64(const char *s, int64_t min, int64_t max, int64_t *out);
/* Octal digits only, in [0, max]. */
int num_octal(const char *s, unsigned max, unsigned *out);
/* As C writes it: hexadecimal behind 0x, octal behind 0, else decimal; in [0, max]. */
int num_any(const char *s, uint64_t max, uint64_t *out);
/* The decimal number that the text begins with, 0 if it begins with none; what is behind it does not matter.  UINT64_MAX if it is too large. */
uint64_t num_leading(const char *s);
/* A pid that may be signalled: decimal, 2 .. 4194304 (the kernel's PID_MAX_LIMIT). */
int num_pid(const char *s, pid_t *out);

#endif
