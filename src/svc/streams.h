#ifndef SVC_STREAMS_H
#define SVC_STREAMS_H
#include "svc/child.h"
#include "svc/service.h"
/*
 * Standard streams of a service by StandardOutput= and StandardError= (systemd.exec(5)).  Files are opened as who we are, and not through a
 * symbolic link or to a file with a second name: they may lie in a directory of the service's user.
 */
struct streams {
	int fd[3];		/* as child_spec.stdio has them */
	int opened[2];		/* ours to close; -1: none */
};

/* Is one of them a socket that is passed to it? */
bool streams_take_socket(const struct service *);
/*
 * log: where the log pipe is written, or CHILD_FD_KEEP in the foreground.  sock: that socket, or CHILD_FD_NULL.  0; -1 with errno, and *path what could
 * not be opened.
 */
int streams_open(struct streams *, const struct service *, int log, int sock, const char **path);
void streams_close(struct streams *);

#endif
