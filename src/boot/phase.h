#ifndef BOOT_PHASE_H
#define BOOT_PHASE_H
#include "base/diag.h"
#include "boot/graph.h"
/*
 * What is to be run when the runlevel changes, and in which order: by the links of the new runlevel and the headers of the scripts that they
 * lead to.  No file that an installer leaves beside them (.depend.start and kin) is looked at.
 *
 * A script with an LSB header (or depend()) waits for those that its header names.  One without is where its number says:
 * after all with a lower one, before all with a higher one, and it runs alone.
 */
enum phase_layout {
	PHASE_DETECT,
	PHASE_DEBIAN,	/* /etc/rcN.d: what the previous runlevel started, or stopped, too is left alone */
	PHASE_RHEL,	/* /etc/rc.d/rcN.d: all links count; a "# chkconfig:" number holds whatever the LSB header says, unless `parallel` */
	PHASE_BUSYBOX	/* /etc/init.d/S??*, started and stopped as level S */
};

struct phase_tree {
	enum phase_layout layout;	/* never PHASE_DETECT once open */
	struct rcdir dir;
	struct scripts scripts;
	struct facilities facilities;
	bool headless;		/* the headers cannot be read: everything goes by the numbers */
	struct diag diag;	/* what is wrong with single scripts and files; fails nothing */
};

struct phase_job {
	char *name;		/* of the script; NULL: none, only a point where others meet; owned */
	char *path;		/* its link, as seen from the root; owned */
	char link[4];		/* "S20" */
	bool alone;
	bool interactive;	/* its header says so, or the list of interactive services; alone, too */
	bool sourced;		/* to be read by a shell of its own, not executed */
	bool executable;
};

struct phase_edge {
	int from, to;		/* jobs: from comes first */
};

struct phase {
	struct phase_job *v;	/* owned; by number and name, points behind the scripts */
	size_t n, cap;
	struct phase_edge *edges;	/* owned */
	size_t n_edges, cap_edges;
	struct buf loops;	/* text: what was given up to cut loops; may be empty */
};

struct phase_wish {
	char kind;		/* 'S' or 'K' */
	int level;		/* of boot/level.h; LEVEL_S for PHASE_BUSYBOX */
	int previous;		/* the level that is left, or -1 */
	bool serial;		/* one after the other, by the numbers */
	bool reversed;		/* PHASE_BUSYBOX: to stop what was started */
	bool parallel;		/* PHASE_RHEL: by the LSB headers where there are any */
};

/* PHASE_DEBIAN for "debian" and so on; PHASE_DETECT for any other word. */
enum phase_layout phase_layout_of(const char *word);
/* Read the tree below root (NULL: "/").  0, or -1 with the reason in tree->diag; close it in both cases. */
int phase_open(struct phase_tree *, const char *root, enum phase_layout);
void phase_close(struct phase_tree *);
/* Is there such a runlevel directory? */
bool phase_has_level(const struct phase_tree *, int level);
/* Fill *p, which needs phase_free().  The tree is good for another wish afterwards. */
void phase_plan(struct phase *p, struct phase_tree *, const struct phase_wish *);
/* Per job the round in which it could run if each took one unit of time, from 1; points take none.  The caller frees it. */
int *phase_rounds(const struct phase *);
void phase_free(struct phase *);

#endif
