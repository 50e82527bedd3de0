#ifndef OS_ROOT_H
#define OS_ROOT_H
/*
 * Paths below a directory that stands for "/": symbolic links in them, absolute ones too, and ".." never lead out of it,
 * whatever is planted there.  One component is opened at a time, so that nothing can be swapped in between.
 */

/*
 * As openat(2) with O_CLOEXEC and O_NOCTTY added; a leading slash means the directory `root` itself.  -1 with errno:
 * openat(2)'s, ELOOP for more than 40 links, ENAMETOOLONG for a path deeper than 64 directories or longer than 4 KiB.
 */
int root_open(int root, const char *path, int flags);

#endif
