#ifndef SVC_MATCH_PROGRAM_H
#define SVC_MATCH_PROGRAM_H
#include "svc/match.h"

/*
 * Look at the file m->exec: fill in what its processes are known by (inode, real path, and for a script its interpreter).  0; -1 with
 * errno when it is there and cannot be looked at.
 */
int match_program_look(struct match *m);

#endif
