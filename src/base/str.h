#ifndef BASE_STR_H
#define BASE_STR_H
#include <stdbool.h>
#include <stddef.h>
#include "base/vec.h"

#define STR_BLANK " \t\n\r\f\v"	/* white space as the C locale has it */

bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
/* As strstr(3), and as memmem(3) with a string to be found; the same small code for both. */
char *str_find(const char *s, const char *what);
char *str_find_in(const char *s, size_t n, const char *what);
/* strcmp(3) == 0, with NULL equal to NULL only. */
bool str_same(const char *a, const char *b);
/* The part of a path behind its last slash; never NULL. */
const char *str_base(const char *path);
/* Cut white space off both ends in place; returns the first byte that stays. */
char *str_trim(char *s);
/* Add each word of s, cut at any of the bytes in seps, to out; empty words are left out. */
void str_split(struct vec *out, const char *s, const char *seps);
/* true/false words as systemd.syntax(7) has them: 1 yes true on, 0 no false off, any case.  -1: neither. */
int str_bool(const char *s);

#endif
