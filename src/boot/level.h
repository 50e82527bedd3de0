#ifndef BOOT_LEVEL_H
#define BOOT_LEVEL_H
#include "base/buf.h"
/*
 * Runlevels are numbered 0 to 6; S, what Debian runs at boot before any of them, is 7.  A set of them is an unsigned with
 * bit N for level N.
 */
enum { LEVEL_S = 7, LEVELS = 8 };

#define LEVEL_BIT(n) (1u << (n))
#define LEVEL_DIGITS 0x7fu	/* 0 to 6 */
#define LEVEL_USER 0x3cu	/* 2 3 4 5 */

/* The number of '0'..'6', 'S' or 's'; -1 for any other. */
int level_of(char letter);
/* '0'..'6' or 'S'. */
char level_letter(int level);
/* The set named by a word made of level letters only ("2345", "S"), at least one; 0 if it is not such a word. */
unsigned level_set(const char *word);
/* Append the set as "2 3 4 5", with the letters parted by sep; an empty set adds nothing. */
void level_print(struct buf *, unsigned set, const char *sep);

#endif
