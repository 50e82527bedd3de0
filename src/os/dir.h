#ifndef OS_DIR_H
#define OS_DIR_H
#include <sys/types.h>
/*
 * Directories in places where others may have been before us.  No symbolic link below `base` is ever followed, nothing but the
 * named directory changes its owner, and what is mounted in it stays as it is.  A name with "..", or without anything but slashes, is refused:
 * -1 with errno EINVAL.  Trees may be of any depth; when somebody moves their directories about meanwhile, it ends with -1 and ESTALE.
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

/*
 * Call take() with the name and the type (DT_REG and so on, DT_UNKNOWN) of each entry of an open directory but "." and "..", in the order
 * of the file system, from its beginning and without moving fd.  It stops at the first call that does not return 0, and returns that;
 * 0 at the end; -1 with errno.
 */
int dir_each(int fd, int (*take)(const char *name, unsigned char type, void *arg), void *arg);

#endif
