#ifndef BOOT_JOURNAL_H
#define BOOT_JOURNAL_H
#include "base/diag.h"
#include "boot/plan.h"
/*
 * Doing a plan as one transaction.  What is to be done is written to a journal first; if we are killed, or the disk fills, or
 * the machine stops, the next run finds the journal and ends what was begun, or else undoes it.  At every moment each link is
 * the old or the new one.  The caller holds the lock of the tree (journal_lock()) from before it reads the links.
 *
 * Files in the scripts' directory: .initwright.journal, NAME.new for each file that is being replaced, and .initwright.lock, which
 * stays, and which only root can open: others could keep a lock that we wait for.
 */

#define JOURNAL_LOCK ".initwright.lock"

/*
 * Lock the tree, waiting until the deadline (os/clock.h).  The lock ends with rcdir_close().  0, or -1 with errno.  A file system
 * that is mounted read-only needs no lock: nobody can change anything.
 */
int journal_lock(struct rcdir *, uint64_t deadline);
/* End or undo what an earlier run left.  1 when there was something, 0 when not; -1: it stays as it is, the reason is in diag. */
int journal_recover(struct rcdir *, struct diag *);
/*
 * Do the plan.  An empty one touches nothing.  0; -1 with the reason in diag: then nothing was changed, or what was is left for
 * journal_recover() and diag says so.
 */
int journal_apply(struct rcdir *, const struct plan *, struct diag *);

#endif
