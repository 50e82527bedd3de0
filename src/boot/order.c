#include "boot/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { NAMED_LOOPS = 256, SMALL = 64 };

struct part {
	int *nodes;	/* owned */
	size_t n;
};

struct solver {
	struct order *o;
	int *first;		/* edges sorted by where they come from: those of node v are out[first[v]] .. out[first[v + 1] - 1] */
	int *out;
	int *part;		/* per node: the part of the graph that it is looked at in */
	int parts;
	struct part *todo;	/* strongly connected parts still to be cut */
	size_t n_todo, cap_todo;
	int *index, *low, *stack, *path, *at;	/* scratch, a slot for each node */
};

int
order_node(struct order *o)
{
	o->nodes = mem_grow(o->nodes, &o->cap_nodes, o->n_nodes + 1, sizeof *o->nodes);
	o->nodes[o->n_nodes] = (struct order_node){ .now = ORDER_NO_NUMBER, .base = o->low, .why = -1 };
	return (int)o->n_nodes++;
}

void
order_edge(struct order *o, int from, int to, enum order_weight weight, int owner, int word)
{
	if (from == to)
		return;
	o->edges = mem_grow(o->edges, &o->cap_edges, o->n_edges + 1, sizeof *o->edges);
	o->edges[o->n_edges++] = (struct order_edge){ from, to, weight, false, owner, word };
}

static void
solver_begin(struct solver *s, struct order *o)
{
	size_t n = o->n_nodes;

	*s = (struct solver){ .o = o };
	s->first = mem_alloc((n + 2) * sizeof(int));
	s->out = mem_alloc(o->n_edges * sizeof(int));
	s->part = mem_alloc(n * sizeof(int));
	s->index = mem_alloc(n * sizeof(int));
	s->low = mem_alloc(n * sizeof(int));
	s->stack = mem_alloc(n * sizeof(int));
	s->path = mem_alloc(n * sizeof(int));
	s->at = mem_alloc(n * sizeof(int));
	for (size_t e = 0; e < o->n_edges; e++)
		s->first[o->edges[e].from + 2]++;
	for (size_t v = 0; v < n; v++)
		s->first[v + 2] += s->first[v + 1];
	for (size_t e = 0; e < o->n_edges; e++)
		s->out[s->first[o->edges[e].from + 1]++] = (int)e;
}

static void
solver_end(struct solver *s)
{
	int *all[] = { s->first, s->out, s->part, s->index, s->low, s->stack, s->path, s->at };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		free(all[i]);
	for (size_t i = 0; i < s->n_todo; i++)
		free(s->todo[i].nodes);
	free(s->todo);
}

/* Does the edge count inside the part of its start? */
static bool
inside(const struct solver *s, const struct order_edge *e)
{
	return !e->dropped && s->part[e->from] == s->part[e->to];
}

static void
take_part(struct solver *s, const int *nodes, size_t n)
{
	struct part p = { mem_alloc(n * sizeof(int)), n };

	memcpy(p.nodes, nodes, n * sizeof(int));
	s->todo = mem_grow(s->todo, &s->cap_todo, s->n_todo + 1, sizeof *s->todo);
	s->todo[s->n_todo++] = p;
}

/* One step of Tarjan's walk from the node on top of the path: true when it went down to another node. */
static bool
walk_down(struct solver *s, int v, size_t *depth, size_t *height, int *counter)
{
	while (s->at[v] < s->first[v + 1]) {
		const struct order_edge *e = &s->o->edges[s->out[s->at[v]++]];

		if (!inside(s, e))
			continue;
		if (s->index[e->to] == 0) {
			s->path[(*depth)++] = e->to;
			s->stack[(*height)++] = e->to;
			s->index[e->to] = s->low[e->to] = ++*counter;
			return true;
		}
		if (s->index[e->to] > 0 && s->index[e->to] < s->low[v])
			s->low[v] = s->index[e->to];
	}
	return false;
}

/*
 * The strongly connected parts among nodes[n], which all are in one part (R. Tarjan, 1972, without recursion).  Those of
 * more than one node go to todo; each gets a part number of its own when all are known.
 */
static void
split(struct solver *s, const int *nodes, size_t n)
{
	size_t depth = 0, height = 0, before = s->n_todo;
	int counter = 0;

	for (size_t i = 0; i < n; i++) {
		s->index[nodes[i]] = 0;
		s->at[nodes[i]] = s->first[nodes[i]];
	}
	for (size_t i = 0; i < n; i++) {
		if (s->index[nodes[i]] != 0)
			continue;
		s->path[depth++] = nodes[i];
		s->stack[height++] = nodes[i];
		s->index[nodes[i]] = s->low[nodes[i]] = ++counter;
		while (depth > 0) {
			int v = s->path[depth - 1];
			size_t from;

			if (walk_down(s, v, &depth, &height, &counter))
				continue;
			depth--;
			if (depth > 0 && s->low[v] < s->low[s->path[depth - 1]])
				s->low[s->path[depth - 1]] = s->low[v];
			if (s->low[v] != s->index[v])
				continue;
			for (from = height; s->stack[from - 1] != v; from--)
				;
			from--;
			for (size_t k = from; k < height; k++)
				s->index[s->stack[k]] = -1;
			if (height - from > 1)
				take_part(s, s->stack + from, height - from);
			height = from;
		}
	}
	for (size_t i = before; i < s->n_todo; i++) {
		s->parts++;
		for (size_t k = 0; k < s->todo[i].n; k++)
			s->part[s->todo[i].nodes[k]] = s->parts;
	}
}

/*
 * The shortest way from a node back to itself inside its part, as edges in loop[], breadth first.  Its length, 0 when there is
 * none shorter than `limit` edges.
 */
static size_t
shortest_loop(struct solver *s, const struct part *p, int start, size_t limit, int *loop)
{
	size_t head = 0, tail = 0, n = 0;
	int *via = s->low, *far = s->index, *queue = s->stack;

	for (size_t i = 0; i < p->n; i++)
		far[p->nodes[i]] = -1;
	far[start] = 0;
	queue[tail++] = start;
	while (head < tail) {
		int v = queue[head++];

		if ((size_t)far[v] + 1 >= limit)
			return 0;
		for (int k = s->first[v]; k < s->first[v + 1]; k++) {
			const struct order_edge *e = &s->o->edges[s->out[k]];

			if (!inside(s, e))
				continue;
			if (e->to == start) {
				n = (size_t)far[v] + 1;
				loop[n - 1] = s->out[k];
				for (size_t i = n - 1; i > 0; i--)
					loop[i - 1] = via[s->o->edges[loop[i]].from];
				return n;
			}
			if (far[e->to] < 0) {
				far[e->to] = far[v] + 1;
				via[e->to] = s->out[k];
				queue[tail++] = e->to;
			}
		}
	}
	return 0;
}

/* Which edge of a loop costs least: of those of the least weight one that the numbers of today break already. */
static int
cheapest(const struct order *o, const struct order_loop *l)
{
	int best = l->edges[0], best_cost = 2 * ORDER_HARD + 2;

	for (size_t i = 0; i < l->n; i++) {
		const struct order_edge *e = &o->edges[l->edges[i]];
		int a = o->nodes[e->from].now, b = o->nodes[e->to].now;
		int cost = 2 * (int)e->weight + (a < 0 || b < 0 || a < b);

		if (cost < best_cost) {
			best = l->edges[i];
			best_cost = cost;
		}
	}
	return best;
}

static void
cut_loop(struct solver *s, const struct part *p)
{
	struct order *o = s->o;
	int *loop = mem_alloc(p->n * sizeof(int)), *best = mem_alloc(p->n * sizeof(int));
	size_t n, shortest = 0, tries = p->n <= SMALL ? p->n : 1;
	struct order_loop *l;

	for (size_t i = 0; i < tries; i++) {
		n = shortest_loop(s, p, p->nodes[i], shortest ? shortest : p->n + 1, loop);
		if (n > 0) {
			int *t = best;

			best = loop;
			loop = t;
			shortest = n;
		}
	}
	free(loop);
	o->loops = mem_grow(o->loops, &o->cap_loops, o->n_loops + 1, sizeof *o->loops);
	l = &o->loops[o->n_loops++];
	*l = (struct order_loop){ .edges = best, .n = shortest };
	l->cut = cheapest(o, l);
	l->hard = o->edges[l->cut].weight != ORDER_SOFT;
	o->edges[l->cut].dropped = true;
}

/* Make a part free of loops at one go: every edge that leads back to a node on the way of a walk in depth is dropped. */
static void
cut_all(struct solver *s, const struct part *p)
{
	int *state = s->index;

	for (size_t i = 0; i < p->n; i++) {
		state[p->nodes[i]] = 0;
		s->at[p->nodes[i]] = s->first[p->nodes[i]];
	}
	for (size_t i = 0; i < p->n; i++) {
		size_t depth = 0;

		if (state[p->nodes[i]] != 0)
			continue;
		s->path[depth++] = p->nodes[i];
		state[p->nodes[i]] = 1;
		while (depth > 0) {
			int v = s->path[depth - 1];
			struct order_edge *e;

			if (s->at[v] == s->first[v + 1]) {
				state[v] = 2;
				depth--;
				continue;
			}
			e = &s->o->edges[s->out[s->at[v]++]];
			if (!inside(s, e) || state[e->to] == 2)
				continue;
			if (state[e->to] == 1) {
				e->dropped = true;
				continue;
			}
			state[e->to] = 1;
			s->path[depth++] = e->to;
		}
	}
	s->o->more_loops = true;
}

static void
cut_loops(struct solver *s)
{
	size_t n = s->o->n_nodes;
	int *all = mem_alloc(n * sizeof(int));

	for (size_t v = 0; v < n; v++)
		all[v] = (int)v;
	split(s, all, n);
	free(all);
	while (s->n_todo > 0) {
		struct part p = s->todo[--s->n_todo];

		if (s->o->n_loops < NAMED_LOOPS) {
			cut_loop(s, &p);
			split(s, p.nodes, p.n);
		} else {
			cut_all(s, &p);
		}
		free(p.nodes);
	}
}

/* Nodes that wait for their number to come: a list for each number, linked through next[]. */
struct buckets {
	int first[102];
	int *next;
};

static void
put(struct buckets *b, const struct order *o, int v)
{
	int n = o->nodes[v].num > o->high ? o->high + 1 : o->nodes[v].num;

	b->next[v] = b->first[n];
	b->first[n] = v;
}

/* The node is numbered: those after it come later, and are ready when all before them are numbered. */
static void
settle(struct solver *s, struct buckets *b, int *waiting, int v)
{
	struct order *o = s->o;
	int least = o->nodes[v].num + !o->nodes[v].hidden;

	for (int k = s->first[v]; k < s->first[v + 1]; k++) {
		const struct order_edge *e = &o->edges[s->out[k]];

		if (e->dropped)
			continue;
		if (o->nodes[e->to].num < least) {
			o->nodes[e->to].num = least;
			o->nodes[e->to].why = s->out[k];
		}
		if (--waiting[e->to] == 0)
			put(b, o, e->to);
	}
}

/* Of two interactive nodes, which has the better right to a number? */
static bool
goes_first(const struct order *o, int a, int b, int n)
{
	bool has_a = o->nodes[a].now == n, has_b = o->nodes[b].now == n;

	return has_a != has_b ? has_a : a < b;
}

/* Choose the interactive nodes that get the number n, and say in which levels nobody else can: their index is in owner[]. */
static void
reserve(const struct order *o, const int *ready, size_t n_ready, int n, int owner[32])
{
	for (int l = 0; l < 32; l++)
		owner[l] = -1;
	for (;;) {
		int best = -1;

		for (size_t i = 0; i < n_ready; i++) {
			const struct order_node *v = &o->nodes[ready[i]];
			bool fits = v->interactive;

			for (int l = 0; l < 32 && fits; l++)
				fits = !(v->levels & 1u << l) || owner[l] < 0;
			if (fits && (best < 0 || goes_first(o, ready[i], best, n)))
				best = ready[i];
		}
		if (best < 0)
			return;
		for (int l = 0; l < 32; l++)
			if (o->nodes[best].levels & 1u << l)
				owner[l] = best;
		if (!o->nodes[best].levels)
			return;
	}
}

static bool
may_have(const struct order_node *v, int index, const int owner[32])
{
	for (int l = 0; l < 32; l++)
		if ((v->levels & 1u << l) && owner[l] >= 0 && owner[l] != index)
			return false;
	return true;
}

/* Give the number n to those that wait for it; whom an interactive one keeps out waits for the next. */
static void
hand_out(struct solver *s, struct buckets *b, int *waiting, int n)
{
	struct order *o = s->o;
	int *ready = s->stack, owner[32];
	size_t n_ready = 0;

	while (b->first[n] >= 0) {
		int v = b->first[n];

		b->first[n] = b->next[v];
		if (o->nodes[v].hidden)
			settle(s, b, waiting, v);
		else
			ready[n_ready++] = v;
	}
	reserve(o, ready, n_ready, n, owner);
	for (size_t i = 0; i < n_ready; i++)
		if (!may_have(&o->nodes[ready[i]], ready[i], owner)) {
			o->nodes[ready[i]].num = n + 1;
			put(b, o, ready[i]);
		} else {
			settle(s, b, waiting, ready[i]);
		}
}

/* Number the nodes from first to last, number by number.  -1 when it does not fit. */
static int
number(struct solver *s)
{
	struct order *o = s->o;
	struct buckets b = { .next = s->path };
	int *waiting = s->at, result = 0;

	memset(waiting, 0, o->n_nodes * sizeof(int));
	for (size_t i = 0; i < sizeof b.first / sizeof *b.first; i++)
		b.first[i] = -1;
	for (size_t e = 0; e < o->n_edges; e++)
		waiting[o->edges[e].to] += !o->edges[e].dropped;
	for (size_t v = 0; v < o->n_nodes; v++) {
		struct order_node *x = &o->nodes[v];

		x->num = x->hidden ? o->low : x->now >= 0 ? x->now : x->base;
		if (x->num < o->low)
			x->num = o->low;
		x->why = -1;
		if (waiting[v] == 0)
			put(&b, o, (int)v);
	}
	for (int n = o->low; n <= o->high; n++)
		hand_out(s, &b, waiting, n);
	for (int v = b.first[o->high + 1]; v >= 0; v = b.first[o->high + 1]) {
		b.first[o->high + 1] = b.next[v];
		if (!o->nodes[v].hidden)
			result = -1;
		else
			settle(s, &b, waiting, v);
	}
	return result;
}

int
order_solve(struct order *o)
{
	struct solver s;
	int r;

	solver_begin(&s, o);
	cut_loops(&s);
	r = number(&s);
	if (r != 0) {
		for (size_t v = 0; v < o->n_nodes; v++)
			o->nodes[v].now = ORDER_NO_NUMBER;
		r = number(&s);
	}
	if (r != 0) {
		for (size_t v = 0; v < o->n_nodes; v++)
			o->nodes[v].base = o->low;
		r = number(&s);
	}
	solver_end(&s);
	if (r != 0)
		errno = ERANGE;
	return r;
}

void
order_free(struct order *o)
{
	for (size_t i = 0; i < o->n_loops; i++)
		free(o->loops[i].edges);
	free(o->loops);
	free(o->nodes);
	free(o->edges);
	*o = (struct order)ORDER_INIT;
}
