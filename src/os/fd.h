#ifndef OS_FD_H
#define OS_FD_H
#include <stddef.h>
#include <sys/types.h>

/* write(2) until all n bytes are out.  0, or -1 with errno. */
int fd_write_all(int fd, const void *data, size_t n);
/* read(2) until n bytes or end of file.  Bytes read, or -1 with errno. */
ssize_t fd_read_full(int fd, void *data, size_t n);
/* read(2), again when a signal interrupts it.  Bytes read (a regular file that gives fewer than n is at its end), or -1 with errno. */
ssize_t fd_read_some(int fd, void *data, size_t n);
/* Close every descriptor from `first` on, but those in keep[n] (any order).  Cannot fail; old kernels take longer. */
void fd_close_from(int first, const int *keep, size_t n);
/* Close it, and keep errno; -1, so that what fails may return it.  A negative one is none. */
int fd_drop(int fd);
/* Set or clear close-on-exec, or non-blocking.  0, or -1 with errno. */
int fd_set_cloexec(int fd, int on);
int fd_set_nonblock(int fd, int on);
/* A close-on-exec copy of fd with a number of at least `min`.  -1 with errno. */
int fd_dup_above(int fd, int min);
/* Open /dev/null on each of 0, 1 and 2 that is closed, so that no later file lands there.  0, or -1 with errno. */
int fd_fill_stdio(void);

#endif
