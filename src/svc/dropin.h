#ifndef SVC_DROPIN_H
#define SVC_DROPIN_H
#include <stdbool.h>

#include "base/vec.h"
/*
 * Where units and their drop-ins lie.  root (NULL: /) is put before each folder; links are followed inside of it.
 */

/* The drop-ins of a native script: ROOT/etc/initwright/NAME.d/ *.conf, and NAME@.d for NAME@INSTANCE, sorted by file name. */
void dropin_native(struct vec *paths, const char *root, const char *name);
/*
 * The drop-ins of a unit as systemd finds them, sorted by file name: UNIT.d/ *.conf in each of its folders and in `beside` (where the
 * unit lies; NULL: none), with those of the template, of each "-" prefix, and of all units of its type.  Of two with one file name the
 * one from the folder that comes first counts.  unit: "NAME.service".
 */
void dropin_systemd(struct vec *paths, const char *root, const char *unit, const char *beside);
/*
 * The file of "NAME.service" (or its template) in systemd's folders: its path, which the caller frees; NULL with errno ENOENT.
 * *real: the unit it is a link to, if that has another name, which the caller frees; else NULL.
 */
char *dropin_find(const char *root, const char *unit, char **real);
/*
 * Add the units that packages tie this one to by a link in UNIT.wants/ or UNIT.requires/ of /usr/lib/systemd/system and
 * /lib/systemd/system: what a unit without [Install] is started by.
 */
void dropin_wanted_by(struct vec *units, const char *root, const char *unit);
/* Has an administrator, or a package on its installation, tied the unit to another one: by such a link below /etc/systemd/system? */
bool dropin_is_enabled(const char *root, const char *unit);

#endif
