#include "gen/busybox.h"

#include <stddef.h>

static const char *const shell[] = {
#include "gen/busybox.inc"
	NULL
};

const struct script_target busybox_target = { .name = "busybox", .shell = shell, .switches = false };
