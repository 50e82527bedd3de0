#ifndef SVC_SCHEDULE_H
#define SVC_SCHEDULE_H
#include <stddef.h>
#include <stdint.h>
/*
 * What --retry says: signals to send and times to wait, in turn.  The grammar is start-stop-daemon(8)'s,
 *	TIME | ITEM/ITEM[/ITEM...]	ITEM: [-]SIGNAL, -NUMBER, TIME, "forever" (repeat what follows)
 * and, beyond it: SIG in front of a signal, any case, and times with a fraction or a unit (ms s sec m min h).
 */
struct schedule_item {
	int signal;		/* to send; -1: this item waits; 0 asks only */
	uint64_t wait;		/* microseconds, or CLOCK_FOREVER (os/clock.h) */
};

#define SCHEDULE_ONCE ((size_t)-1)

struct schedule {
	struct schedule_item *v;	/* owned */
	size_t n, cap;
	size_t loop;		/* where to go on behind the last item; SCHEDULE_ONCE: nowhere */
};
#define SCHEDULE_INIT { NULL, 0, 0, SCHEDULE_ONCE }

enum {
	SCHEDULE_NO_KILL = 1,		/* a lone TIME means SIGNAL/TIME; else SIGNAL/TIME/KILL/TIME */
	SCHEDULE_FOREVER_WAITS = 2	/* "forever" is a time without end (OpenRC) */
};

/*
 * Parse.  signal is what a lone TIME sends.  Returns NULL, or the reason (a constant, dpkg's words); *out needs
 * schedule_free() either way.
 */
const char *schedule_parse(struct schedule *out, const char *text, int signal, unsigned flags);
/* SIGNAL/TIME, or with kill SIGNAL/TIME/KILL/TIME, made without text. */
void schedule_plain(struct schedule *out, int signal, uint64_t wait, int kill);
/* A time as above, in microseconds: 0, or -1 with errno. */
int schedule_time(const char *text, size_t n, uint64_t *out);
void schedule_free(struct schedule *);

#endif
