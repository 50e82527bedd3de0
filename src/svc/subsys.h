#ifndef SVC_SUBSYS_H
#define SVC_SUBSYS_H
#include <stdbool.h>
/*
 * The lock files of Red Hat's rc, /var/lock/subsys/NAME: it starts nothing that has one, and stops nothing that has none.
 */

/*
 * Make or remove the file of that name below root (NULL: "/").  0, also where there is no such directory, which is no RHEL then; -1 with
 * errno.
 */
int subsys_mark(const char *root, const char *name, bool runs);

#endif
