#ifndef OS_PRIORITY_H
#define OS_PRIORITY_H
#include <stddef.h>
/* Processor and disk scheduling of a process: sched(7), ioprio_set(2). */

/* SCHED_ number of other, batch, idle, fifo or rr; -1 if there is none of that name. */
int priority_policy(const char *name);
/* The lowest and highest priority that the policy takes.  0, or -1 with errno. */
int priority_policy_range(int policy, int *min, int *max);
/* Set policy and priority of the calling process.  0, or -1 with errno.  Async-signal-safe. */
int priority_set_policy(int policy, int priority);
/* The ioprio class of none (0), real-time, best-effort, idle; -1 if there is none of that name. */
int priority_io_class(const char *name);
/* Class and priority within it as one ioprio value. */
int priority_io(int io_class, int priority);
/* Set the calling process's ioprio value.  0, or -1 with errno.  Async-signal-safe. */
int priority_set_io(int ioprio);
/* The ioprio value of a process, or -1 with errno. */
int priority_get_io(int pid);


/* A set of processors. */
struct priority_cpus {
	unsigned long bits[1024 / (8 * sizeof(unsigned long))];
	size_t n;	/* processors in it; 0: no matter which */
};
/* Add the processors of "0-3,8 10".  0, or -1 with errno EINVAL. */
int priority_parse_cpus(const char *text, struct priority_cpus *);
/* Run the calling process on those only.  0, or -1 with errno.  Async-signal-safe. */
int priority_set_cpus(const struct priority_cpus *);

#endif
