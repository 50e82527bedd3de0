#include "gen/suse.h"

#include <stddef.h>

static const char *const shell[] = {
#include "gen/suse.inc"
	NULL
};

const struct script_target suse_target = { .name = "suse", .shell = shell, .switches = true };
