#ifndef SVC_UNITOTHER_H
#define SVC_UNITOTHER_H
#include <stdbool.h>
#include <stddef.h>
/*
 * The directives that systemd 252 knows and that have no effect here: those that we cannot honour, and those that only
 * mean something to systemd.  Nothing of them is dropped without a remark.
 */
enum {
	UNITOTHER_PROTECT = 1,	/* it confines the service, or limits what it may use up */
	UNITOTHER_NOTE = 2,	/* nothing is lost without systemd */
	UNITOTHER_BOOL = 4,	/* "no" is the default: nothing is lost then */
	UNITOTHER_LIST = 8	/* each assignment adds to those before; without this it replaces them */
};

struct unitother_key {
	const char *key;
	unsigned char sections;	/* UNITVALUE_ bits */
	unsigned char flags;	/* UNITOTHER_ bits */
};

/* What is said of a directive that is neither here nor in svc/unitkeys. */
#define UNITOTHER_UNKNOWN "systemd 252 knows no directive of that name"

/* All rows, sorted by key. */
const struct unitother_key *unitother_all(size_t *n);
/* The row of that key in that section (a UNITVALUE_ bit), or NULL. */
const struct unitother_key *unitother_find(unsigned section, const char *key);

/* Does that value change nothing, being what happens here anyway? */
bool unitother_is_harmless(const struct unitother_key *, const char *value);
/* Why it is not honoured, where there is more to say than that; else NULL. */
const char *unitother_why(const struct unitother_key *);

#endif
