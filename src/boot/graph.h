#ifndef BOOT_GRAPH_H
#define BOOT_GRAPH_H
#include "boot/facility.h"
#include "boot/order.h"
#include "boot/scripts.h"
/*
 * What the headers of all scripts ask for, as an order of their links: one graph for starting, one for stopping.  Two scripts
 * are ordered in every runlevel that both have a link of the kind in, whatever else their runlevels are.
 */

/* Who provides what.  Refers to the scripts and facilities that it was made from. */
struct graph_world {
	struct scripts *scripts;
	const struct facilities *facilities;
	enum rcdir_scheme scheme;
	struct map provides;		/* name to the first of its places */
	struct graph_place {
		int script, next;	/* next: index, -1 at the end */
	} *places;			/* owned */
	size_t n_places, cap_places;
};

struct graph_unmet {
	int script, word;	/* whose header word it is */
	const char *name;	/* the service that is missing: the word itself or a member of the facility */
	bool absent;		/* nothing of that name is started anywhere */
	unsigned levels;	/* where the script starts without it */
};

struct graph {
	char kind;		/* 'S' or 'K' */
	struct order order;
	int *node_of;		/* per script: its node, or -1; owned */
	int *script_of;		/* per node: its script, or -1; owned */
	struct graph_unmet *unmet;	/* start only; owned */
	size_t n_unmet, cap_unmet;
};

/* Find out who provides what.  A service provided twice is told in diag. */
void graph_world_begin(struct graph_world *, struct scripts *, const struct facilities *, enum rcdir_scheme, struct diag *);
void graph_world_end(struct graph_world *);
/* Call f for each script that provides the name: by its Provides, or if none does, by its own name, with or without ".sh". */
void graph_providers(const struct graph_world *, const char *name, void (*f)(int script, void *), void *arg);

/* The graph of all wanted links of a kind. */
void graph_build(struct graph *, char kind, const struct graph_world *);
/*
 * Number the wanted links.  -1 with errno ERANGE when 99 numbers are too few: then nothing was changed.  Loops are in
 * graph.order.loops; they were cut.
 */
int graph_number(struct graph *, const struct graph_world *);
/* RHEL's stop numbers grow from the last to the first: then the order is that of 99 - number, and its edges run backwards. */
bool graph_is_mirrored(const struct graph *, const struct graph_world *);
/* Is the script part of the loop? */
bool graph_in_loop(const struct graph *, const struct order_loop *, int script);
/* A loop as lines of text, each edge with file and line. */
void graph_loop_text(struct buf *, const struct graph *, const struct graph_world *, const struct order_loop *);
/* An edge in words: "web must start after db (/etc/init.d/web:4: Required-Start: db)". */
void graph_edge_text(struct buf *, const struct graph *, const struct graph_world *, const struct order_edge *);
/* A level in which the wanted links break the edge, or -1. */
int graph_breaks(const struct graph *, const struct graph_world *, const struct order_edge *);
/* The first edge that the wanted links break in some level, or NULL; *level says where. */
const struct order_edge *graph_broken(const struct graph *, const struct graph_world *, int *level);
void graph_free(struct graph *);

#endif
