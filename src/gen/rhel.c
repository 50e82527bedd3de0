#include "gen/rhel.h"

#include <stddef.h>

static const char *const shell[] = {
#include "gen/rhel.inc"
	NULL
};

const struct script_target rhel_target = { .name = "rhel", .shell = shell, .switches = true };
