#ifndef SVC_UNITGROUP_H
#define SVC_UNITGROUP_H
#include "svc/unitvalue.h"
/* The directives that say where a service's control group lies and whose it is, systemd.resource-control(5).  An empty value takes back what was said before. */
unitvalue_fn unitgroup_slice;		/* Slice= */
unitvalue_fn unitgroup_delegate;	/* Delegate=; empty: on, without controllers */
unitvalue_fn unitgroup_oom;		/* OOMPolicy= */

#endif
