#ifndef OS_GLOB_H
#define OS_GLOB_H
#include "base/vec.h"

/*
 * Add the paths that match a pattern (base/pattern.h) to the list, sorted by their bytes: each part between slashes matches names, and a leading dot
 * only when it says so.  Directories that cannot be read have no names.  0; -1 with errno ENOENT when nothing matches.
 */
int glob_paths(struct vec *out, const char *pattern);

#endif
