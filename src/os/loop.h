#ifndef OS_LOOP_H
#define OS_LOOP_H
#include <stddef.h>
/* A file as a disk: loop(4). */

/*
 * Show the file open on `file` (read-only when it is open so) as a block device, and put its path in device.  A descriptor, close-on-exec: the
 * kernel lets the device go when that and all mounts of it are closed.  -1 with errno; ENOENT: there are no loop devices.
 */
int loop_attach(int file, char *device, size_t size);

#endif
