#ifndef OS_IPC_H
#define OS_IPC_H
#include <sys/types.h>

/*
 * Remove what a user has left behind for processes to share: System V segments, semaphores and queues, POSIX shared memory and message queues
 * that belong to the uid.  0, or -1 with the first errno; it goes on all the same.  Refuses root: -1 with EINVAL.
 */
int ipc_remove(uid_t uid);

#endif
