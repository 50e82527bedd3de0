#include "gen/debian.h"

#include <stddef.h>

static const char *const shell[] = {
#include "gen/debian.inc"
	NULL
};

const struct script_target debian_target = { .name = "debian", .shell = shell, .switches = false };
