#ifndef OS_PROC_H
#define OS_PROC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
/*
 * Reading /proc, proc(5).  Everything here is a look at a moving target: a pid may be another process a moment later.
 * Before a signal, hold the process by os/procref.h.
 */

struct proc_stat {
	pid_t pid, ppid, pgrp, sid;
	char state;		/* R S D T t Z X ...; S where the first thread has ended (Z) and others run on */
	uint64_t start;		/* clock ticks after boot: with pid and boot id it names a process for good */
	char comm[64];		/* as in /proc/PID/comm; the kernel keeps 15 bytes, 63 for its own threads */
};

/* Fill *out from /proc/PID/stat.  0; -1 with errno ESRCH when there is no such process. */
int proc_stat(pid_t pid, struct proc_stat *out);
/* When this process began, as others see it in proc_stat; 0: not known.  Async-signal-safe. */
uint64_t proc_own_start(void);
/* Is that a state of a process that runs no more? */
bool proc_is_dead(char state);
/* Is pid a process's number, and not that of one of its other threads?  False too when there is none. */
bool proc_is_leader(pid_t pid);
/* Does the process exist and run, and is its start time `start` (0: any)?  1, 0, or -1 with errno. */
int proc_alive(pid_t pid, uint64_t start);

/* room for the digits of a pid and a NUL: Linux has none above 4,194,304 */
enum { PROC_DIGITS = 8 };
/* Write the digits of a pid from 1 to 9,999,999, and a NUL.  How many; 0 and "" for any other. */
unsigned proc_digits(char out[PROC_DIGITS], pid_t pid);

/*
 * The names in /proc that are numbers, one call each: 1 and *pid, 0 at the end, -1 with errno.  Start with PROC_SCAN_INIT,
 * end with proc_scan_close(); s.fd is a directory descriptor on /proc, for *at() calls below it.
 */
struct proc_scan {
	int fd;			/* -1 before the first call */
	int len, pos;		/* bytes in buf, next entry */
	char *buf;		/* owned */
	const char *name;	/* the digits of the pid, until the next call; PROC_DIGITS bytes may be read */
	unsigned digits;	/* how many */
};
#define PROC_SCAN_INIT { -1, 0, 0, NULL, NULL, 0 }
int proc_scan_next(struct proc_scan *s, pid_t *pid);
void proc_scan_close(struct proc_scan *s);

/*
 * The children of a process, of all its threads, at most max of them in pids: from /proc/PID/task/TID/children, or on kernels
 * without by a look at every process.  How many there are, or -1 with errno.  A child that is made or adopted meanwhile may be missed.
 */
ssize_t proc_children(pid_t pid, pid_t *pids, size_t max);

/*
 * Where the kernel's pid counter stands: pids are given in turn, so that new processes have pids between two marks.  Start with
 * PROC_MARK_INIT, take it as often as you like, end with proc_mark_close().
 */
struct proc_mark {
	pid_t last;		/* the pid given last in our pid namespace; 0: unknown */
	int fd;			/* owned: the next look is one system call, as who waits for an end wants it */
};
#define PROC_MARK_INIT { 0, -1 }
void proc_mark_take(struct proc_mark *);
void proc_mark_close(struct proc_mark *);
/* Microseconds in which the counter cannot come round, however busy the machine. */
uint64_t proc_mark_span(void);

/* The path of /proc/PID/exe as the kernel gives it (" (deleted)" may stand behind it).  Length, or -1 with errno. */
ssize_t proc_exe(pid_t pid, char *out, size_t size);
/* The boot's random id, 36 characters and NUL; "" when the kernel does not tell. */
void proc_boot_id(char out[37]);
/* When the process began, in microseconds since 1970, from its start ticks.  0 if the clock cannot be read. */
uint64_t proc_start_wall(uint64_t start_ticks);
/* Resident memory in bytes; 0 if it cannot be read. */
uint64_t proc_rss(pid_t pid);

#endif
