#ifndef SVC_CHILD_SPAWN_H
#define SVC_CHILD_SPAWN_H
#include "svc/child.h"

/*
 * Start a child.  Returns when the program runs, or when a step has failed: then -1, *error filled, and the child reaped.
 * The caller's signal mask is blocked for the time and restored.
 */
pid_t child_spawn(const struct child_spec *, struct child_error *error);

#endif
