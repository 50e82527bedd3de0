#ifndef OS_NETCG_H
#define OS_NETCG_H
#include <stdbool.h>
#include <stddef.h>
/* Which addresses the processes of a control group (version 2) may send to and hear from. */
struct netcg_rule {
	bool allow, v6;
	unsigned char address[16];	/* in network order; four bytes of it unless v6 */
	unsigned bits;			/* how many of its bits count */
};

/*
 * Set the rules for the group of directory `dir`, in place of those before: the first that fits says, and what none fits is allowed.  0, or -1 with
 * errno.
 */
int netcg_set(const char *dir, const struct netcg_rule *, size_t n);

#endif
