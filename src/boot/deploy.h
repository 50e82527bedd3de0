#ifndef BOOT_DEPLOY_H
#define BOOT_DEPLOY_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/vec.h"
/*
 * Put a generated script where scripts are and link it, in one step, and take it away again.  The script's head remembers, in comments, a
 * digest of the text as it was put there, so that a hand-edited script is known, and the paths that were made for it.
 */
enum deploy_state {
	DEPLOY_FOREIGN,		/* not put there by deploy_install() */
	DEPLOY_SAME,		/* as it was put there */
	DEPLOY_EDITED
};
enum deploy_result {
	DEPLOY_OK = 0,
	DEPLOY_FAILED = -1,	/* something cannot be read or written */
	DEPLOY_REFUSED = -2,	/* somebody's work would be lost, or nothing of ours is there */
	DEPLOY_MISSING = -3	/* there is no such script */
};

struct deploy {
	const char *root;	/* NULL: "/" */
	const char *name;	/* of the file; no slash */
	struct vec defaults;	/* files that the service reads: those that are not there are made, with a comment in them */
	struct vec made;	/* what the caller makes for the service: empty directories */
	bool links;		/* link it as its header says */
	bool force;		/* overwrite or remove what is foreign or edited */
};

/* Add the stamp to the head of the script, before its first empty line. */
void deploy_stamp(struct buf *script, const struct vec *made);
enum deploy_state deploy_state_of(const char *text);
/* Append the paths that the stamp names. */
void deploy_made(struct vec *out, const char *text);

/* Install; the script is stamped by it.  What is wrong is in the remarks; nothing new stays behind then. */
enum deploy_result deploy_install(const struct deploy *, struct buf *script, struct diag *);
/*
 * Append what deploy_install() would change of the script, as "diff -u" has it, and a line for each default file that it would make.
 * Nothing is written.
 */
enum deploy_result deploy_diff(const struct deploy *, struct buf *script, struct buf *out, struct diag *);
/*
 * Remove links, script, and what was made for it: default files that are still as they were made, directories that are empty.
 */
enum deploy_result deploy_remove(const struct deploy *, struct diag *);

#endif
