#ifndef SVC_DYNUSER_H
#define SVC_DYNUSER_H
#include <sys/types.h>
/*
 * Users that exist while their service does, DynamicUser= of systemd.exec(5): a uid from 61184 to 65519 that the name's hash chooses, so
 * that it is mostly the same one each time, and that nobody else has.
 */

/*
 * Take one: *fd keeps it (a lock on a file below DIR, made if needed) until it is closed; it passes through fork(2).  Services that ask for the same name,
 * as the instances of a template do, have the same user.  0, or -1 with errno: ENOENT when none is free.
 */
int dynuser_take(const char *dir, const char *name, uid_t *uid, int *fd);

#endif
