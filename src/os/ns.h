#ifndef OS_NS_H
#define OS_NS_H
#include <sys/types.h>
/* Namespaces, namespaces(7).  Flags are those of unshare(2): CLONE_NEWNET and so on. */

/* A descriptor (close-on-exec) on a fresh namespace of that one kind; the caller, which must have one thread, stays where it is.  -1 with errno. */
int ns_make(int flag);
/* Enter it.  0, or -1 with errno.  Async-signal-safe. */
int ns_enter(int fd, int flag);
/* Leave the one that we are in for a new one.  0, or -1 with errno.  Async-signal-safe. */
int ns_leave(int flag);
/* Bring the loopback interface of our network namespace up.  0, or -1 with errno.  Async-signal-safe. */
int ns_loopback(void);
/*
 * Enter a new user namespace that knows only root, uid and gid, each as itself; everybody else is nobody there.  Forks for a moment.
 * 0, or -1 with errno.
 */
int ns_private_users(uid_t uid, gid_t gid);
/* A number for the one of that kind that we are in; 0 when the kernel has none. */
unsigned long ns_id(int flag);
/* Does the kernel have that kind?  0, or -1 with errno. */
int ns_probe(int flag);

#endif
