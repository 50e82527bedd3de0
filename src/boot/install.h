#ifndef BOOT_INSTALL_H
#define BOOT_INSTALL_H
#include "boot/graph.h"
#include "boot/plan.h"
/*
 * What update-rc.d, insserv, chkconfig and install_initd have in common: open a tree, say what shall be linked where, have it
 * ordered, look at the plan or apply it.
 *
 * 1. install_open(), to read only or to change (then the tree is locked and an interrupted change is ended first).
 * 2. install_default(), install_set(), install_toggle(), install_remove() say what is wanted.
 * 3. install_order() gives the links their numbers and makes the plan.  The caller looks at loops and unmet needs and decides.
 * 4. install_apply() does the plan.
 * 5. install_close().
 */
struct install_options {
	const char *root;		/* NULL: "/" */
	enum rcdir_scheme scheme;
	const char *init_path;		/* the scripts; NULL: the scheme's own place */
	const char *state_path;		/* where .depend.* go; NULL: init_path */
	const char *conf;		/* NULL: /etc/insserv.conf */
	const char *overrides;		/* NULL: /etc/insserv/overrides, /usr/share/insserv/overrides */
	const char *upstart;		/* see struct scripts_sources; not where there is another root */
	bool plain;			/* without what /etc/chkconfig.d changes */
	bool write;			/* to change it */
};

struct install {
	struct rcdir dir;
	struct scripts scripts;
	struct facilities facilities;
	struct graph_world world;
	struct graph start, stop;	/* from install_order() on */
	struct plan plan;
	struct buf defaults;		/* the file of applied defaults as it is on disk */
	struct diag diag;		/* what is wrong with single scripts and files; fails nothing */
	struct diag why;		/* why a call failed */
	const char *state_path;		/* where .depend.* are, for messages */
	bool recovered;			/* an interrupted change was ended */
};

enum install_result {
	INSTALL_OK = 0,
	INSTALL_FAILED = -1,	/* the reason is in why */
	INSTALL_NO_HEADER = -2,	/* the script says nothing about runlevels */
	INSTALL_NO_LINKS = -3,	/* there is no link to be toggled */
	INSTALL_NO_TREE = -4	/* there is no directory of scripts; said in why, too */
};

int install_open(struct install *, const struct install_options *);
/* As install_open(), without headers, lock and order: for lists of links and for finding scripts. */
int install_open_links(struct install *, const struct install_options *);
void install_close(struct install *);
/* Is the remark about that script (or about no script at all)?  Others concern whoever installs those. */
bool install_concerns(const struct install *, const struct diag_item *, const char *script);

/*
 * The levels that the script's header asks for, in the scheme of the tree: RHEL stops a script wherever it does not start it,
 * Debian where Default-Stop says so, and there a level that is in both stops.  False if the header says nothing.
 */
bool install_levels(const struct install *, int script, unsigned *start, unsigned *stop);
/*
 * Link the script as its header says, if it has no links yet.  If it has, they stay, but when they are just what an earlier
 * header gave it, they follow the header.
 */
int install_default(struct install *, int script);
/* Want S links in exactly the levels `start` and K links in exactly `stop`.  Both are cut to what the scheme has; K wins. */
void install_set(struct install *, int script, unsigned start, unsigned stop);
/* In levels where the script has no link, want what its header asks for. */
int install_fill(struct install *, int script);
/* In the given levels, want a link of that kind, whatever is there. */
void install_turn(struct install *, int script, unsigned levels, char kind);
/* In the given levels, turn every link of the script into one of that kind. */
int install_toggle(struct install *, int script, unsigned levels, char kind);
/* Want no link of the script, second ones included. */
void install_remove(struct install *, int script);

/* Order all links and make the plan.  INSTALL_FAILED when the order does not fit into 99 numbers. */
int install_order(struct install *);
/* Does another script with links provide that service? */
bool install_is_provided(const struct install *, int script, const char *service);
/*
 * Append to text each loop that the script is in, edge by edge.  Returns how many of them only giving up a Required- dependency
 * breaks: such a script should not be linked, unless the user insists.  (The other loops were cut at a Should- one.)
 */
size_t install_loops(const struct install *, int script, struct buf *text);
/* Do the plan, read the directories again and see that they are what was wanted and in order. */
int install_apply(struct install *);

#endif
