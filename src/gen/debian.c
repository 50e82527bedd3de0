#include "gen/debian.h"

const struct script_target debian_target = { .name = "debian", .without_all = true };
