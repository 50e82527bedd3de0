#ifndef BOOT_RCDIR_H
#define BOOT_RCDIR_H
#include <stdbool.h>

#include "base/diag.h"
#include "boot/level.h"
/*
 * The directories that hold init scripts and their links, below a root: /etc/init.d with /etc/rc[0-6S].d (Debian), or
 * /etc/rc.d/init.d with /etc/rc.d/rc[0-6].d (RHEL).
 */
enum rcdir_scheme { RCDIR_DETECT, RCDIR_DEBIAN, RCDIR_RHEL };

struct rcdir {
	enum rcdir_scheme scheme;	/* never RCDIR_DETECT once open */
	char *init_path;		/* "/etc/init.d", seen from the root, for messages and links; owned */
	int root, init, rc;		/* the root, the scripts, what holds rcN.d */
	int state;			/* where .depend.* are: init, unless the caller opened another */
	int lock;			/* the file that journal_lock() holds, or -1 */
	int level[LEVELS];		/* rcN.d, or -1 where there is none */
};
#define RCDIR_INIT { .root = -1, .init = -1, .rc = -1, .state = -1, .lock = -1, .level = { -1, -1, -1, -1, -1, -1, -1, -1 } }

/* RCDIR_DEBIAN for "debian", RCDIR_RHEL for "rhel"; -1 for any other word. */
int rcdir_scheme_of(const char *word);
/*
 * Open the tree below root (NULL: "/").  init_path NULL: the scheme's own; else that directory, and its parent is the one
 * that holds rcN.d.  0; -1 with the reason in diag, and -2 when that is that there is no directory of scripts.
 */
int rcdir_open(struct rcdir *, const char *root, enum rcdir_scheme, const char *init_path, struct diag *);
void rcdir_close(struct rcdir *);
/* "rcN.d" of a level; size 8 is enough. */
const char *rcdir_name(int level, char out[8]);
/* The levels of the tree's scheme: RHEL has no S. */
unsigned rcdir_levels(const struct rcdir *);
/*
 * Is that errno about one file (it is gone, a loop of links, a directory, too large, forbidden) and no sign that the machine cannot read at all?
 * Then it concerns whoever needs that file, and stops nobody else.
 */
bool rcdir_is_own_error(int error);
/* Is a file of that name in init.d never a service (README, editors' and packagers' leftovers, the runlevel scripts)? */
bool rcdir_is_ignored(const char *name);
/*
 * Is the name one of a link in a runlevel directory, "S20name"?  Then its parts: kind S or K, number, and name within it, which
 * may still be an ignored one.
 */
bool rcdir_is_link(const char *entry, char *kind, int *number, const char **name);

#endif
