#ifndef OS_DETACH_H
#define OS_DETACH_H
#include <stddef.h>
#include <sys/types.h>

/*
 * fork(2), and in the child: a session of its own, working directory /, /dev/null on the standard streams, all other descriptors closed but
 * keep[n].  As fork(2) returns; a child that cannot be set up so ends with status 1.
 */
pid_t detach_fork(const int *keep, size_t n);
/* From now on the orphans among this process's descendants become its children (PR_SET_CHILD_SUBREAPER).  0, or -1 with errno. */
int detach_adopt(void);

#endif
