#ifndef SVC_LAUNCH_VALUE_H
#define SVC_LAUNCH_VALUE_H
#include <stdbool.h>
#include <sys/types.h>

#include "svc/child.h"
/*
 * The values of a launcher's options, put into the child's specification.  Each returns NULL, or what is wrong (a constant, dpkg's words).
 */

/* "POLICY[:PRIORITY]".  *fatal says that dpkg takes it for no mere slip in the usage. */
const char *launch_value_procsched(struct child_spec *, const char *text, bool *fatal);
/* "CLASS[:PRIORITY]", the class by name or, with numbers set, 0..3. */
const char *launch_value_iosched(struct child_spec *, const char *text, bool numbers, bool *fatal);
/* Nice value: to add to ours, or with absolute set to have. */
const char *launch_value_nice(struct child_spec *, const char *text, bool absolute);
const char *launch_value_umask(struct child_spec *, const char *text);
const char *launch_value_oom(struct child_spec *, const char *text);
const char *launch_value_securebits(struct child_spec *, const char *text);
/* A signal's number or name, 0 too. */
const char *launch_value_signal(const char *text, int *out);
/* A pid above 0. */
const char *launch_value_pid(const char *text, bool parent, pid_t *out);

#endif
