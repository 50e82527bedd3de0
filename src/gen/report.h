#ifndef GEN_REPORT_H
#define GEN_REPORT_H
#include <stdbool.h>

#include "base/buf.h"
#include "gen/lost.h"
/*
 * What becomes of units, line by line, and a summary over all of them.  Start with `struct report r = { .json = ... };`.
 */
struct report {
	bool json;
	const char *target;		/* what is asked about */
	struct buf text;		/* what report_take() will give */
	size_t units, whole, unusable;	/* whole: nothing is lost */
	size_t count[LOST_ALL + 1];	/* lines by grade */
};

/*
 * Add a unit: its name, the path it was read from (NULL: it was not found), the verdicts on its lines.  error: why it cannot be used at
 * all, NULL if it can.
 */
void report_add(struct report *, const char *unit, const char *path, const struct lost *, const char *error);
/* The whole text with its summary, to be freed by the caller; the report is empty then. */
char *report_take(struct report *);

#endif
