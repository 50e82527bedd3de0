#ifndef SVC_UNITFILE_H
#define SVC_UNITFILE_H
#include <stdbool.h>

#include "base/diag.h"
#include "svc/service.h"
#include "svc/trigger.h"
#include "svc/unit.h"
/*
 * A service unit on the disk, found as systemd would find it: its texts with their drop-ins, and the service that they describe.  A socket or a
 * timer alone is found and read too: then there is no service, and the trigger is the only one.
 * Start with UNITFILE_INIT, end with unitfile_free().
 */
struct unitfile {
	char *path;		/* of the unit, NULL before it is found */
	char *unit;		/* "NAME.service"; a link's target where the link has another name */
	struct unit_sources sources;
	struct service service;	/* valid where read is true */
	bool read;
	struct triggers triggers;	/* what starts it */
	struct diag diag;	/* what the reader has to say */
};
#define UNITFILE_INIT { 0 }

enum unitfile_result { UNITFILE_OK, UNITFILE_MISSING, UNITFILE_DENIED, UNITFILE_BAD };

/*
 * Find a unit by path (with a slash in it) or by name, with or without ".service", in systemd's folders below root (NULL: /), then in
 * the working directory.  0, or -1 with errno; EINVAL: it is a unit of another kind.
 */
int unitfile_find(struct unitfile *, const char *root, const char *operand);
/*
 * Read what was found, and the sockets and timers that start it.  name: what the service is to be called; NULL: as the unit.  A template without an instance gets "INSTANCE" for
 * one.  Where it is not UNITFILE_OK, an error is among the remarks.
 */
enum unitfile_result unitfile_read(struct unitfile *, const char *root, const char *name);
void unitfile_free(struct unitfile *);

#endif
