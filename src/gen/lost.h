#ifndef GEN_LOST_H
#define GEN_LOST_H
#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "svc/service.h"
#include "svc/unit.h"
/*
 * What of a unit a target cannot honour: a verdict for each of its lines.
 */
enum lost_grade {
	LOST_NOTHING,		/* honoured */
	LOST_NOTE,		/* only means something to systemd: nothing is lost */
	LOST_PART,		/* honoured, but for what the text says */
	LOST_ALL		/* has no effect, for the reason in the text */
};

struct lost_line {
	char *file, *key, *value;
	int line;
	enum lost_grade grade;
	char *text;		/* what is missing; NULL for LOST_NOTHING */
	bool protects;		/* it would have protected the system */
};
struct lost {
	struct lost_line *v;
	size_t n, cap;
	size_t count[LOST_ALL + 1];	/* by grade */
};

/*
 * Judge each line of the texts that the service was read from.  shell: for a script without svrun; else for the native one, which
 * honours what the reader has not put among the service's ignored directives.
 */
void lost_judge(struct lost *, const struct service *, const struct unit_sources *, bool shell);
/* Lines with a bad value in them, say, which systemd passes over as well, are none that are honoured: what was read of them is in d. */
void lost_remark(struct lost *, const struct diag *d);
/* The target's headers have no $all: what asks to be last is honoured in part. */
void lost_all_facility(struct lost *);
void lost_free(struct lost *);
/* "honoured", "note", "partly", "not". */
const char *lost_grade_name(enum lost_grade);

#endif
