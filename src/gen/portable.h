#ifndef GEN_PORTABLE_H
#define GEN_PORTABLE_H
#include "gen/script.h"

/* Any host: the script finds out what there is, and reads no library of the distribution. */
extern const struct script_target portable_target;

#endif
