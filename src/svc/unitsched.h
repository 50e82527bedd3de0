#ifndef SVC_UNITSCHED_H
#define SVC_UNITSCHED_H
#include "svc/unitvalue.h"
/*
 * The directives of systemd.exec(5) under "Scheduling", and what a core dump has in it.  An empty value takes back what was said before, but for
 * TimerSlackNSec=, where infinity does.
 */
unitvalue_fn unitsched_cpu_policy;
unitvalue_fn unitsched_io_class;
unitvalue_fn unitsched_affinity;
unitvalue_fn unitsched_slack;		/* TimerSlackNSec= */
unitvalue_fn unitsched_coredump;	/* CoredumpFilter= */

#endif
