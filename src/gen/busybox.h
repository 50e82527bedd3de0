#ifndef GEN_BUSYBOX_H
#define GEN_BUSYBOX_H
#include "gen/script.h"

/* Busybox systems: nothing but its shell and its start-stop-daemon; the script is to be called S50NAME. */
extern const struct script_target busybox_target;

#endif
