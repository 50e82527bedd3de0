#ifndef OS_OOMWATCH_H
#define OS_OOMWATCH_H
#include <stdbool.h>
#include <stdint.h>
/*
 * Hearing that the kernel has killed processes of a control group because memory was short, without looking again and again.  Version 2 tells when it
 * has (memory.events), those of groups below included.  Version 1 (memory.oom_control) tells, where the limit of the group or of one above it is what is
 * short, when it is about to; it tells nothing where the host's memory is, and of groups below each for itself.
 */
struct oomwatch {
	int fd;			/* for poll(2), with the events below; -1: nothing is heard */
	short events;
	int file;		/* where it stands how many; equal to fd in version 2 */
	bool counts;		/* version 1 before Linux 4.13 does not say how many: the warning is all that there is */
	bool soon;		/* version 1 has said that it is about to, and has not yet when we looked: look again shortly */
	uint64_t seen;
};
#define OOMWATCH_INIT { -1, 0, -1, false, false, 0 }

/* Watch the group in that directory, of that version.  0, or -1 with errno; ENOENT: the controller is not there. */
int oomwatch_open(struct oomwatch *, const char *dir, int version);
/* How many were killed since the last look, or since oomwatch_open().  Needs no memory. */
uint64_t oomwatch_look(struct oomwatch *);
void oomwatch_close(struct oomwatch *);

#endif
