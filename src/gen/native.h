#ifndef GEN_NATIVE_H
#define GEN_NATIVE_H
#include "base/buf.h"
#include "base/diag.h"
#include "svc/service.h"
#include "svc/unit.h"
/*
 * The native init script: the unit's own text under a "#!" line for svrun, with an LSB header and a chkconfig line before it.  Its
 * drop-ins follow the unit, each behind a comment that names it.  The service's name is that of the script's file, so a template's
 * script works under any NAME@INSTANCE.
 */

/*
 * Append the script for the service, which was read from these texts.  name: what the header calls it; NULL: the service's own
 * name.  What its user should know goes to the list of remarks.  0; -1 when no script can be made of it, an error is among the remarks then.
 */
int native_generate(struct buf *out, const struct service *, const struct unit_sources *, const char *name, struct diag *);

#endif
