#ifndef GEN_SUSE_H
#define GEN_SUSE_H
#include "gen/script.h"

/* SUSE's idiom: /etc/rc.status. */
extern const struct script_target suse_target;

#endif
