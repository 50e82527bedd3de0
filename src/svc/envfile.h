#ifndef SVC_ENVFILE_H
#define SVC_ENVFILE_H
#include <stddef.h>

#include "base/vec.h"
#include "svc/service.h"
/*
 * The files that EnvironmentFile= names (systemd.exec(5)).  Not shell: no $, no backquotes, no "export"; # and ; start
 * comments, quotes may span lines, a backslash before the end of a line joins it with the next.
 */
enum { ENVFILE_MAX = 4 * 1024 * 1024 };	/* bytes that such a file may have */

/*
 * Set each NAME=VALUE of the text in env; what has no proper name is left out.  0; -1 with errno EILSEQ (not UTF-8) or
 * EINVAL (a NUL byte), env unchanged then.
 */
int envfile_parse(struct vec *env, const char *text, size_t n);
/*
 * Read the files in their order into env, later ones win.  root (NULL: /) is put before each path.  NULL, or what is wrong
 * ("/etc/default/x: No such file or directory"), which the caller frees; a missing file is wrong unless it is optional.
 */
char *envfile_load(struct vec *env, const struct service_envfile *, size_t n, const char *root);

#endif
