#ifndef OS_DIR_H
#define OS_DIR_H
#include <sys/types.h>
/*
 * Directories in places where others may have been before us.  No symbolic link below `base` is ever followed, nothing but the
 * named directory changes its owner, and removal does not leave its file system.
 */

/*
 * Make base/name (name relative, may have slashes; its parents belong to us with mode 0755) and give it that mode and owner.  When it was there with another
 * owner, what is inside and belonged to that owner goes to the new one; hard links to others' files stay as they are, those to root's files
 * too when it was root's.
 * 0; -1 with errno (ELOOP, ENOTDIR: something else is in its place).
 */
int dir_make(const char *base, const char *name, mode_t mode, uid_t uid, gid_t gid);
/* Remove base/name with all that is in it; its parents stay.  0 also when it is not there; -1 with errno. */
int dir_remove(const char *base, const char *name);

#endif
