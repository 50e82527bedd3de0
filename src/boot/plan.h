#ifndef BOOT_PLAN_H
#define BOOT_PLAN_H
#include "base/buf.h"
#include "boot/scripts.h"
/*
 * What has to be done to get from the links that are there to those that are wanted, as a value: to be printed, or applied
 * as one transaction (boot/journal).  An empty plan means that nothing has to be touched.
 */
enum plan_action {
	PLAN_MKDIR,	/* rcN.d is missing */
	PLAN_ADD,	/* a new link `to` with the text `target` */
	PLAN_MOVE,	/* the link `from` is renamed `to`: it is never absent */
	PLAN_REMOVE,	/* the link `from`, whose text was `target`, goes */
	PLAN_FILE	/* the file `to` in the scripts' directory gets the content data[n] */
};

struct plan_op {
	enum plan_action action;
	int level;		/* whose rcN.d; not for PLAN_FILE */
	char *from, *to;	/* owned, or NULL */
	char *target;		/* owned, or NULL */
	char *why;		/* for the reader of a dry run; owned, or NULL */
	char *data;		/* owned */
	size_t n;
	int script;		/* index in struct scripts, or -1 */
};

struct plan {
	struct plan_op *v;	/* in the order in which they are done; owned */
	size_t n, cap;
};
#define PLAN_INIT { NULL, 0, 0 }

/* Append an operation and return it, with only these set; good until the next one. */
struct plan_op *plan_add(struct plan *, enum plan_action, int level);
/*
 * Append what turns each script's now into want, extras that are to go included: directories first, then links that come,
 * links that move, links that go.  0; -1 when one that is to go cannot be read or is no symbolic link: the reason is in diag.
 */
int plan_links(struct plan *, const struct scripts *, const struct rcdir *, struct diag *);
/* Append the replacement of a file. */
void plan_file(struct plan *, const char *name, const char *data, size_t n);
/* One line for each operation, runlevel by runlevel: "rc2.d  -S02web +S03web  because ...". */
void plan_text(struct buf *, const struct plan *);
/* The same as JSON: one object with the list "operations". */
void plan_json(struct buf *, const struct plan *);
void plan_free(struct plan *);

#endif
