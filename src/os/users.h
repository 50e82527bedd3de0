#ifndef OS_USERS_H
#define OS_USERS_H
#include "os/userfile.h"
/*
 * Users and groups by name and number.  A dynamic program asks the C library, and with it all that nsswitch.conf(5) names.  A static one could have
 * nothing of that but ten kilobytes of stdio and sockets: it reads /etc/passwd and /etc/group, and knows no others.
 */

/* 0, and *out needs userfile_free(); -1 with errno ENOENT when there is none. */
int users_by_name(const char *name, struct userfile_entry *out);
int users_by_uid(uid_t uid, struct userfile_entry *out);
/* 0, or -1 with errno ENOENT. */
int users_group(const char *name, gid_t *out);
/* Has a group that number? */
bool users_has_group(gid_t gid);
/* All groups that the user is a member of, the one given included.  0, and the caller frees *groups; -1 when they are more than 65536. */
int users_groups(const char *user, gid_t gid, gid_t **groups, size_t *n);

#endif
