#ifndef OS_KEYRING_H
#define OS_KEYRING_H
#include <stdbool.h>
#include <sys/types.h>

/*
 * Give the calling process a session keyring of its own, as user and group (which may be -1: no matter), so that it holds no key of who started
 * it; `shared`: with the user's keyring linked into it.  0, also where the kernel has no keyrings or denies them; else -1 with errno.
 * Async-signal-safe.
 */
int keyring_new_session(uid_t uid, gid_t gid, bool shared);

#endif
