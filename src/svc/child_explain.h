#ifndef SVC_CHILD_EXPLAIN_H
#define SVC_CHILD_EXPLAIN_H
#include "base/buf.h"
#include "svc/child.h"

/* What child_exec() would do with the spec, in its order, one "what: how" a line. */
void child_explain(const struct child_spec *, struct buf *out);
/* "cap_chown,cap_kill", "all", "none". */
void child_explain_caps(uint64_t set, struct buf *out);

#endif
