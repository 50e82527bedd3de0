#ifndef GEN_DEBIAN_H
#define GEN_DEBIAN_H
#include "gen/script.h"

/* Debian's idiom: LSB messages, dpkg's start-stop-daemon; does nothing when the program is gone, as policy has it. */
extern const struct script_target debian_target;

#endif
