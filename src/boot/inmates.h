#ifndef BOOT_INMATES_H
#define BOOT_INMATES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
/*
 * The processes of a pid namespace in which an init script is tried (os/room.h): all there are but process 1 and the caller are the script's.
 */
enum { INMATES = 256, INMATES_NAMES = 160 };

struct inmate {
	pid_t pid;
	uint64_t start;
	bool top;		/* no child of another */
	bool asleep;
	char comm[64];
};

struct inmates {
	struct inmate v[INMATES];
	size_t n;
};

/* Who is there now; at most INMATES of them. */
void inmates_look(struct inmates *);
/* Do all that ran before still run, and more, of the same name if that counts? */
bool inmates_more(const struct inmates *before, const struct inmates *now, bool named);
/* Are they those from before, and no others, children aside?  False when there were none. */
bool inmates_same(const struct inmates *before, const struct inmates *now);
/*
 * Look again until they are the same twice in a row and asleep, a second at most: a daemon that has just been started may not listen to signals yet,
 * and one whose status is told already may still be on its way.
 */
void inmates_calm_down(struct inmates *now);
/* Their names, each once, separated by blanks. */
void inmates_names(char out[INMATES_NAMES], const struct inmates *);
/* Wait for the end of each of them but those in `but` (NULL: none), for so many microseconds at most. */
void inmates_wait(const struct inmates *, const struct inmates *but, uint64_t limit);
/* Wait until process 1 has reaped all that are dead: the kernel tells of the end, not of that, which takes process 1 no time. */
void inmates_bury(void);

#endif
