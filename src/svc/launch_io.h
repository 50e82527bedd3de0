#ifndef SVC_LAUNCH_IO_H
#define SVC_LAUNCH_IO_H
#include <stdbool.h>
/* Where a daemon's standard streams go. */

/* A file to append to, made with mode 0664 and our umask if need be; or, for reading, one that is there.  No link of a stranger is followed to it (EPERM).  Descriptor (close-on-exec), or -1 with errno. */
int launch_io_file(const char *path, bool reading);
/* A shell command that reads what is written to the descriptor (close-on-exec) that is returned, in a session of its own.  -1 with errno. */
int launch_io_logger(const char *command);
/*
 * A pipe whose reading end, non-blocking, is returned and whose writing end is put at descriptor `number` (close-on-exec).  -1 with errno: EINVAL when
 * that is below 3, EBUSY when it is in use.
 */
int launch_io_pipe_at(int number);

#endif
