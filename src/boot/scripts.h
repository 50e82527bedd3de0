#ifndef BOOT_SCRIPTS_H
#define BOOT_SCRIPTS_H
#include "base/map.h"
#include "boot/header.h"
#include "boot/rcdir.h"
/*
 * All scripts of a tree and all their links: what is there (now) and what shall be (want).  Sorted by name, so that nothing
 * ever depends on the order in which a directory is read.
 */
struct scripts_link {
	char kind;		/* 'S', 'K', or 0: no link */
	unsigned char number;	/* 0 .. 99 */
};

struct script {
	char *name;		/* owned */
	bool here;		/* there is such a file in init.d; else there are only links of that name */
	bool plain;		/* it is a regular file; else it may be a symbolic link, too */
	bool job;		/* an upstart job: the header is what upstart says */
	bool unread;		/* it, or what overrides its header, cannot be read: the header is broken, the reason in diag */
	bool foreign;		/* one of its links is no symbolic link, but a file or a directory of such a name */
	bool recorded;		/* the levels that it got by default are known: */
	unsigned rec_start, rec_stop;
	bool renumber;		/* forget the numbers of its links */
	int hint[2];		/* the number that its first S and K links should have, as a call asked for; -1: none */
	struct header header;
	struct scripts_link now[LEVELS], want[LEVELS];
};

/* A second link of a script in a level that has one already. */
struct scripts_extra {
	int script, level;
	struct scripts_link link;
	bool remove;		/* want it gone */
};

struct scripts {
	struct script *v;	/* owned */
	size_t n, cap;
	struct scripts_extra *extra;	/* owned */
	size_t n_extra, cap_extra;
	struct map by_name;	/* name to index */
};
#define SCRIPTS_INIT { .by_name = MAP_INIT }

/* Where headers that replace those of scripts are, seen from the root; the first that has one wins. */
struct scripts_sources {
	const char *const *overrides;	/* directories, NULL-terminated; NULL for none */
	const char *const *chkconfig;	/* directories whose files change what the script says; NULL for none */
	const char *upstart;	/* a script that is a link to this program is run as "PROGRAM NAME lsb-header" for its header; NULL for none */
};

enum scripts_depth { SCRIPTS_NAMES, SCRIPTS_HEADERS };

/*
 * Read the directories, and with SCRIPTS_HEADERS each script's header, which must be in the first MiB of the file.  now and want are the same afterwards.
 * 0, or -1 with the reason in diag.  Defects of single scripts go to diag and fail nothing, one that may not be read included;
 * that reading itself fails does.
 */
int scripts_load(struct scripts *, const struct rcdir *, enum scripts_depth, const struct scripts_sources *, struct diag *);
/* The links again, into now; want stays.  A link of a name that is not known counts as a difference.  0, or -1 with errno. */
int scripts_reload_links(struct scripts *, const struct rcdir *);
/* The index of the script of that name, or -1. */
int scripts_find(const struct scripts *, const char *name);
/* May it be executed, by anybody at all?  Asks the file as it is now. */
bool scripts_is_executable(const struct rcdir *, const struct script *);
/* The levels where it has a link of that kind ('S', 'K'; 0 for any). */
unsigned scripts_levels(const struct scripts_link links[LEVELS], char kind);
void scripts_free(struct scripts *);

#endif
