#ifndef GEN_RHEL_H
#define GEN_RHEL_H
#include "gen/script.h"

/* Red Hat's idiom: /etc/init.d/functions, the lock in /var/lock/subsys. */
extern const struct script_target rhel_target;

#endif
