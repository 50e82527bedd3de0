#ifndef OS_ROOT_H
#define OS_ROOT_H
#include <sys/types.h>
/*
 * Paths below a directory that stands for "/": symbolic links in them, absolute ones too, and ".." never lead out of it,
 * whatever is planted there.  One component is opened at a time, so that nothing can be swapped in between.
 */

/*
 * As openat(2) with O_CLOEXEC and O_NOCTTY added; a leading slash means the directory `root` itself.  -1 with errno:
 * openat(2)'s, ELOOP for more than 40 links, ENAMETOOLONG for a path deeper than 64 directories or longer than 4 KiB.
 */
int root_open(int root, const char *path, int flags);
/*
 * Make a directory and those that lead to it, where they are not there yet, mode 0755 less the umask.  It as a descriptor for paths (O_PATH), or -1 with
 * errno: as above, mkdir(2)'s, ENOTDIR.
 */
int root_mkdirs(int root, const char *path);
/*
 * As open(2) of an absolute path, with O_CLOEXEC and O_NOCTTY added, but no symbolic link on the way is followed that neither root nor
 * the caller owns: -1 with errno EPERM for such a one.  For files in places where others than root may put links.
 */
int root_open_own(const char *path, int flags, mode_t mode);

#endif
