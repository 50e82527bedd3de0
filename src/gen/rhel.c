#include "gen/rhel.h"

const struct script_target rhel_target = { .name = "rhel", .switches = true };
