#include "gen/suse.h"

const struct script_target suse_target = { .name = "suse", .switches = true };
