#ifndef BOOT_TIMELINE_H
#define BOOT_TIMELINE_H
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
/*
 * What ran when, as rc(8) leaves it in /run/initwright/.boot: a line of text for each script, kept for one boot.
 *
 *	boot ID
 *	run LEVEL PREVIOUS BEGAN
 *	script NAME ACTION BEGAN ENDED CODE WHY
 *
 * Times are microseconds since boot; CODE is an exit status, 128 + N for signal N, or TIMELINE_LATE and kin; WHY is the line number (from 0, of
 * the scripts of this run) of the script that it waited for last, or -1.
 */
enum { TIMELINE_LATE = 1000, TIMELINE_NOT_RUN = 1001 };

struct timeline_item {
	char *name, *action;	/* owned */
	uint64_t began, ended;
	int code;
	int why;		/* index of an item, -1: none */
};

struct timeline {
	char level, previous;
	uint64_t began;
	struct timeline_item *v;	/* owned */
	size_t n, cap;
};

/* Add a script; why as in the struct. */
void timeline_add(struct timeline *, const char *name, const char *action, uint64_t began, uint64_t ended, int code, int why);
/* Append the run as lines. */
void timeline_print(struct buf *, const struct timeline *);
/*
 * Read the runs in a text into a new list *all of *n; the caller frees each and the list.  What makes no sense is left out: the text may be
 * cut anywhere.
 */
void timeline_parse(struct timeline **all, size_t *n, const char *text);
/* Add the run to the record below root: whole or not at all.  0, or -1 with errno. */
int timeline_save(const char *root, const struct timeline *);
/* The record's text.  0, or -1 with errno. */
int timeline_load(const char *root, struct buf *out);
/* When the last script of the run ended. */
uint64_t timeline_end(const struct timeline *);
/* The chain of scripts that the run's time is due to, from the first: indices into v, the caller frees them; *n of them. */
int *timeline_critical(const struct timeline *, size_t *n);
void timeline_free(struct timeline *);

#endif
