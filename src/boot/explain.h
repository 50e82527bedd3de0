#ifndef BOOT_EXPLAIN_H
#define BOOT_EXPLAIN_H
#include "boot/graph.h"
/* Why links are in the order that they are in, and pictures of it.  All of it about a graph that graph_number() has numbered. */

/*
 * Append why script a comes before b: the shortest chain of dependencies, a line each.  False when there is none: their order
 * is by chance, and nothing is appended.
 */
bool explain_before(struct buf *, const struct graph *, const struct graph_world *, int a, int b);
/* Append whom the script has to wait for last, whom that one has, and so on, a line each. */
void explain_number(struct buf *, const struct graph *, const struct graph_world *, int script);
/* Append the longest chain of scripts that wait for one another, a line each. */
void explain_longest(struct buf *, const struct graph *, const struct graph_world *);
/* Append the graph in the language of dot(1): solid lines are Required-, dashed ones Should-. */
void explain_dot(struct buf *, const struct graph *, const struct graph_world *);
/* Append the graph as an SVG picture, one column for each number. */
void explain_svg(struct buf *, const struct graph *, const struct graph_world *);

#endif
