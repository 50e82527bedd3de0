#include "gen/busybox.h"

const struct script_target busybox_target = { .name = "busybox", .switches = false };
