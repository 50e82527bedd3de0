#ifndef BOOT_LINT_TRIAL_H
#define BOOT_LINT_TRIAL_H
#include "boot/lint.h"
#include "boot/trial.h"

/*
 * Add what a trial of the script shows, by the rules of the LSB (Core 5.0, 22.2) where the script's family has none of its own; limit is that of the trial,
 * root (NULL: /) the tree that it was made in.  For a script that lint_read() has read.
 */
void lint_trial(struct lint *, const struct trial *, const char *root, uint64_t limit);

#endif
