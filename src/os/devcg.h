#ifndef OS_DEVCG_H
#define OS_DEVCG_H
#include <stddef.h>
/* Which devices the processes of a control group may use: the devices controller of version 1, a BPF program in version 2. */
enum { DEVCG_MKNOD = 1, DEVCG_READ = 2, DEVCG_WRITE = 4, DEVCG_ALL = 7 };

struct devcg_rule {
	char type;		/* 'c' or 'b' */
	unsigned access;	/* DEVCG_ bits */
	long major, minor;	/* -1: any */
};

/*
 * Allow these and no others to the group of directory `dir` of that version, in place of what was said about it before.  0, or -1 with errno.
 */
int devcg_set(const char *dir, int version, const struct devcg_rule *, size_t n);

#endif
