#ifndef OS_FILE_H
#define OS_FILE_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buf.h"

/*
 * Append the content of a regular file to out.  dirfd and path as in openat(2); flags are added to O_RDONLY|O_CLOEXEC
 * (O_NOFOLLOW, say).  A FIFO or device is refused without being opened for long: -1 with errno; EFBIG beyond max bytes,
 * EISDIR for a directory, EINVAL for what is neither.  *st is filled where st is not NULL.
 */
int file_read(int dirfd, const char *path, int flags, size_t max, struct buf *out, struct stat *st);
/*
 * Replace or make the file whole: temporary file in the same directory, fsync, rename.  Nobody sees a half-written one,
 * and on failure the old one stays.  The mode is exact (no umask).  0, or -1 with errno.
 */
int file_replace(int dirfd, const char *path, const void *data, size_t n, mode_t mode);
/*
 * Replace the regular file's content in the same way, for the one open as `from`: mode, owner, group and extended attributes (access lists, security
 * labels) stay.  Never follows a link at the end of the path.  0, or -1 with errno: EEXIST where there is another file by now, ENOTSUP where an attribute
 * cannot be kept.
 */
int file_rewrite(int dirfd, const char *path, int from, const void *data, size_t n);
/* Write the text, in one go, to a file that is there already: one of /proc or /sys.  0, or -1 with errno.  Async-signal-safe. */
int file_put(int dirfd, const char *path, const char *text);
/* Make the directory and its parents, mode 0755 (no umask), like mkdir -p.  0, or -1 with errno. */
int file_mkdirs(const char *path);
/*
 * The file's path from our root without symbolic links, as the kernel has it in /proc/PID/exe.  NULL with errno, also where there is no /proc; the
 * caller frees it.
 */
char *file_real(const char *path);
/* root + path with one slash between; root NULL, "" or "/" gives path itself.  The caller frees it. */
char *file_under(const char *root, const char *path);
/* Could anyone but root and uid change this file by its mode and owner? */
bool file_is_foreign(const struct stat *, uid_t uid);

#endif
