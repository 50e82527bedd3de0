#include "gen/portable.h"

#include <stddef.h>

static const char *const shell[] = {
#include "gen/portable.inc"
	NULL
};

const struct script_target portable_target = { .name = "portable", .shell = shell, .switches = true };
