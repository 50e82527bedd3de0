#ifndef BOOT_ORDER_H
#define BOOT_ORDER_H
#include <stdbool.h>
#include <stddef.h>
/*
 * Numbers for things that must come before one another.  Linear in nodes and edges (a loop costs one more look at the part
 * that it is in; after a bound on their number the rest are cut unnamed).  The result depends on nothing but the input.
 *
 * 1. order_node() and order_edge() build the graph.
 * 2. order_solve() cuts loops: each is kept in loops[], whole, and its cheapest edge is dropped.  Then each node gets the
 *    number it has if no edge forbids it, else the least one that is greater than those before it.  An interactive node has
 *    its number for itself: others that could have it move on.
 */
struct order_node {
	int now;		/* its number so far; -1: none */
	int base;		/* where it starts if it has none */
	unsigned levels;	/* a set: interactive nodes share no number with one that has a level in common */
	bool interactive;
	bool hidden;		/* stands for a set of others: takes no room in the numbers */
	int num;		/* result */
	int why;		/* result: the edge that num is due to, or -1 */
};

enum order_weight {
	ORDER_SOFT,	/* gives way when there is a loop */
	ORDER_FIRM,	/* holds; the first to drop if someone insists */
	ORDER_HARD	/* holds */
};

struct order_edge {
	int from, to;		/* from comes first */
	enum order_weight weight;	/* what it costs to drop it when there is a loop */
	bool dropped;		/* result: it gave way */
	int owner, word;	/* the caller's: who asks for it, and where */
};

struct order_loop {
	int *edges;	/* indices: each ends where the next begins, and the last where the first begins; owned */
	size_t n;
	int cut;	/* the index of the edge that was dropped */
	bool hard;	/* no edge of it gives way by itself */
};

struct order {
	struct order_node *nodes;	/* owned */
	size_t n_nodes, cap_nodes;
	struct order_edge *edges;	/* owned */
	size_t n_edges, cap_edges;
	struct order_loop *loops;	/* owned */
	size_t n_loops, cap_loops;
	bool more_loops;		/* others were cut unnamed */
	int low, high;			/* the numbers there are */
};
#define ORDER_INIT { .low = 1, .high = 99 }

enum { ORDER_NO_NUMBER = -1 };

/* Add a node with no number yet, whose base is low; returns its index.  The pointer to it is good until the next one. */
int order_node(struct order *);
/* Add an edge; one from a node to itself is left out.  Equal ones are kept. */
void order_edge(struct order *, int from, int to, enum order_weight, int owner, int word);
/*
 * Number all nodes.  Numbers that are there hold where edges allow; when that needs more than there are, all are numbered
 * afresh, first from their bases, then from low.  0, or -1 with errno ERANGE when even that does not fit: num is then void.
 */
int order_solve(struct order *);
void order_free(struct order *);

#endif
