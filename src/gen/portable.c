#include "gen/portable.h"

const struct script_target portable_target = { .name = "portable", .switches = true };
