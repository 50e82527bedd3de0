#ifndef SVC_DROPUNIT_H
#define SVC_DROPUNIT_H
#include <stdbool.h>
#include <stddef.h>

#include "svc/service.h"
/* The directives by which a command is run with fewer rights (svc/drop.h): those of a unit, if there is one, and those of a command line. */
struct dropunit_lines {
	const char *text;	/* lines of [Service] */
	size_t n;
	bool safe;		/* without a unit: no capabilities and no new privileges, where the lines do not say otherwise */
};

/*
 * Read them.  unit: a path, or the name of a unit where systemd finds it; with the drop-ins that systemd has for NAME.service, or those of a native
 * script (/etc/initwright/NAME.d); NULL: none.  NULL, or what is wrong, which the caller frees: on a command line all that was not understood, in a
 * unit what makes it unusable, and a protection that is not honoured.  Other warnings are appended to remarks.  *out is to be given to service_free().
 */
char *dropunit_read(struct service *out, const char *unit, const struct dropunit_lines *, struct vec *remarks);

#endif
