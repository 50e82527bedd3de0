#ifndef SVC_TMPFILES_H
#define SVC_TMPFILES_H
#include <stddef.h>
#include <sys/types.h>

#include "base/vec.h"
/*
 * The directories below /run that the package of a service wants there from boot on, tmpfiles.d(5).  Where nothing reads tmpfiles.d at boot, the
 * start of the service makes them.
 */
struct tmpfiles_dir {
	char *name;		/* below /run; owned */
	char *user, *group;	/* owned; names or numbers */
	mode_t mode;
};
struct tmpfiles {
	struct tmpfiles_dir *v;
	size_t n, cap;
};

/*
 * Read the lines d, D, v, q and Q of tmpfiles.d/SERVICE.conf (without an instance), of the first directory that has such a file: below root, /etc, /run,
 * /usr/local/lib, /usr/lib.  Lines with specifiers or of other places are none of ours.
 */
void tmpfiles_read(struct tmpfiles *, const char *root, const char *service);
/* Make those that are not there; what cannot be made is a remark. */
void tmpfiles_make(const struct tmpfiles *, const char *root, struct vec *remarks);
void tmpfiles_free(struct tmpfiles *);

#endif
