#ifndef SVC_CREDENTIALS_H
#define SVC_CREDENTIALS_H
#include <sys/types.h>

#include "svc/confine.h"
/*
 * LoadCredential= and SetCredential= of systemd.exec(5): secrets as files of a directory that is the service's alone ($CREDENTIALS_DIRECTORY), in
 * memory that is never swapped, and read-only.
 */

/* Does it have any? */
bool credentials_wanted(const struct confine *);
/*
 * Make the directory `dir`, which belongs to root's parents, anew, for that owner.  root (NULL: /) is put before the paths that are read; a path
 * that is no absolute one is looked for in systemd's credential stores, and may be missing.  NULL, or what is wrong, which the caller frees; then
 * nothing is left.
 */
char *credentials_open(const struct confine *, const char *root, const char *dir, uid_t uid, gid_t gid);
/* Remove it with all that is in it, if it is there. */
void credentials_close(const char *dir);
/* Is that a name for a credential? */
bool credentials_is_name(const char *, size_t n);

#endif
