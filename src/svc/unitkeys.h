#ifndef SVC_UNITKEYS_H
#define SVC_UNITKEYS_H
#include "svc/unitvalue.h"
/*
 * The directives that we honour, a row each; svc/unitother.h has those that we only name.
 */

/* The row of that key in that section (a UNITVALUE_ bit), or NULL. */
const struct unitvalue_key *unitkeys_find(unsigned section, const char *key);
/* All rows, sorted by key, and how many. */
const struct unitvalue_key *unitkeys_all(size_t *n);

#endif
