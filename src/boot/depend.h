#ifndef BOOT_DEPEND_H
#define BOOT_DEPEND_H
#include "boot/graph.h"
/*
 * The files .depend.boot, .depend.start and .depend.stop, which startpar(8) runs the runlevel scripts by: in make's syntax,
 * "TARGETS = a b", "INTERACTIVE = a", "b: a".  A truncated file names less, and startpar then starts less: our own runner has no use for
 * them and goes by links and headers (boot/phase).  No line is longer than startpar takes: longer lists go on in a line of their own.
 */
enum depend_file { DEPEND_BOOT, DEPEND_START, DEPEND_STOP };

/* ".depend.boot" and so on. */
const char *depend_name(enum depend_file);
/* Append what the file should hold, by the wanted links of the graph, which graph_number() has numbered: the start graph for the first two. */
void depend_text(struct buf *, enum depend_file, const struct graph *, const struct graph_world *);

#endif
