#ifndef SVC_SPOOL_H
#define SVC_SPOOL_H
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
/*
 * What programs that run side by side print, passed on to one descriptor with the output of each in one piece.  Who prints first has
 * the descriptor until it ends; the others are kept meanwhile.  Nothing is dropped and memory is bounded: whose room is
 * full waits, as it would at a slow terminal.
 *
 * A daemon may hold its starter's output open for ever: what it prints is passed on as long as we are here, and by a
 * process that we leave behind (spool_leave()), to the system log.
 */
enum {
	SPOOL_ROOM = 256 * 1024,	/* bytes kept for each */
	SPOOL_OPEN = 200		/* more that are held open by daemons are left to a process of their own at once */
};

struct spool_entry {
	char *name;		/* owned */
	int fd;			/* where it prints to, -1: closed by all */
	struct buf text;	/* what came */
	size_t passed;		/* how much of it was passed on */
	size_t owed;		/* of one that has ended: how much more comes in this piece */
	char last;		/* the last byte that was passed on; '\n' before the first */
	bool ended;
	size_t turn;		/* of those that have ended, who did so first */
};

struct spool {
	int out;		/* where all goes; borrowed */
	size_t piece;		/* how much is written at once: what out can take without blocking when poll(2) says so */
	struct spool_entry *v;	/* owned */
	size_t n, cap;
	size_t first;		/* those before it are done */
	size_t turns, open;	/* how many have ended; how many of those are held open by others */
	int holder;		/* who has the descriptor, -1: nobody */
};

void spool_init(struct spool *, int out);
/*
 * A new program: *entry is its number, and the result the descriptor that it shall print to (close-on-exec, the caller closes it).  If we
 * are killed, its output is lost, but it does not die of that.  -1 with errno.
 */
int spool_open(struct spool *, const char *name, size_t *entry);
/* The program has ended: what it printed is all that it has to say. */
void spool_end(struct spool *, size_t entry);
/* A line of our own, between those of the programs. */
void spool_say(struct spool *, const char *text);
/* Append what to poll for, at most n + 1 slots for n entries.  How many. */
size_t spool_poll(const struct spool *, struct pollfd *);
/* After poll(2): take and pass on what there is. */
void spool_step(struct spool *, const struct pollfd *, size_t n);
/* Is something that programs printed before they ended waiting to be passed on? */
bool spool_pending(const struct spool *);
/* Did the program fill its room, so that it has to wait? */
bool spool_waits(const struct spool *, size_t entry);
/*
 * Pass on what there is of those that have ended but are held open, and leave a process behind that hears them from now on, until they are
 * closed.  0 also when there are none; -1 with errno.
 */
int spool_leave(struct spool *);
void spool_free(struct spool *);

#endif
