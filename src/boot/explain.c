#include "boot/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
put_edge(struct buf *out, const struct graph *g, const struct graph_world *w, int edge)
{
	graph_edge_text(out, g, w, &g->order.edges[edge]);
	buf_ch(out, '\n');
}

/* Which end of an edge comes first in time: RHEL's stop graph is kept the other way round. */
static int
first_of(const struct graph *g, const struct graph_world *w, const struct order_edge *e)
{
	return graph_is_mirrored(g, w) ? e->to : e->from;
}

static int
then_of(const struct graph *g, const struct graph_world *w, const struct order_edge *e)
{
	return graph_is_mirrored(g, w) ? e->from : e->to;
}

/* Edges that hold, listed by the end that comes first: next[] links those of a node. */
struct lists {
	int *head, *next;	/* per node, per edge; -1 at the end */
};

static struct lists
lists_of(const struct graph *g, const struct graph_world *w)
{
	struct lists l = { mem_alloc(g->order.n_nodes * sizeof(int)), mem_alloc(g->order.n_edges * sizeof(int)) };

	for (size_t v = 0; v < g->order.n_nodes; v++)
		l.head[v] = -1;
	for (size_t i = g->order.n_edges; i-- > 0;) {
		const struct order_edge *e = &g->order.edges[i];

		if (e->dropped)
			continue;
		l.next[i] = l.head[first_of(g, w, e)];
		l.head[first_of(g, w, e)] = (int)i;
	}
	return l;
}

static void
lists_free(struct lists *l)
{
	free(l->head);
	free(l->next);
}

bool
explain_before(struct buf *out, const struct graph *g, const struct graph_world *w, int a, int b)
{
	size_t n = g->order.n_nodes, head = 0, tail = 0;
	int *via = mem_alloc(n * sizeof(int)), *queue = mem_alloc(n * sizeof(int)), *chain = mem_alloc(n * sizeof(int));
	int from = g->node_of[a], to = g->node_of[b], len = 0;
	struct lists l = lists_of(g, w);

	for (size_t v = 0; v < n; v++)
		via[v] = -1;
	if (from >= 0 && to >= 0 && from != to)
		queue[tail++] = from;
	while (head < tail && via[to] < 0)
		for (int v = queue[head++], e = l.head[v]; e >= 0; e = l.next[e]) {
			int next = then_of(g, w, &g->order.edges[e]);

			if (via[next] >= 0 || next == from)
				continue;
			via[next] = e;
			queue[tail++] = next;
		}
	for (int v = to; tail > 0 && v != from && via[v] >= 0; v = first_of(g, w, &g->order.edges[via[v]]))
		chain[len++] = via[v];
	for (int i = len; i-- > 0;)
		put_edge(out, g, w, chain[i]);
	lists_free(&l);
	free(via);
	free(queue);
	free(chain);
	return len > 0;
}

/* The edge into the node from the one with the greatest number: whom it has to wait for last.  -1 if it waits for nobody. */
static int
last_wait(const struct graph *g, int node)
{
	int best = -1;

	for (size_t i = 0; i < g->order.n_edges; i++) {
		const struct order_edge *e = &g->order.edges[i];

		if (e->to == node && !e->dropped &&
		    (best < 0 || g->order.nodes[e->from].num > g->order.nodes[g->order.edges[best].from].num))
			best = (int)i;
	}
	return best;
}

void
explain_number(struct buf *out, const struct graph *g, const struct graph_world *w, int script)
{
	int v = g->node_of[script], why;

	for (; v >= 0 && (why = last_wait(g, v)) >= 0; v = g->order.edges[why].from)
		put_edge(out, g, w, why);
}

/* The nodes in the order of their numbers, hidden ones before others of the same. */
static int *
sorted_nodes(const struct graph *g)
{
	int *out = mem_alloc(g->order.n_nodes * sizeof(int)), count[104] = { 0 };

	for (size_t v = 0; v < g->order.n_nodes; v++)
		count[g->order.nodes[v].num + 2]++;
	for (int i = 1; i < 104; i++)
		count[i] += count[i - 1];
	for (int hidden = 1; hidden >= 0; hidden--)
		for (size_t v = 0; v < g->order.n_nodes; v++)
			if (g->order.nodes[v].hidden == (bool)hidden)
				out[count[g->order.nodes[v].num + 1]++] = (int)v;
	return out;
}

void
explain_longest(struct buf *out, const struct graph *g, const struct graph_world *w)
{
	size_t n = g->order.n_nodes, len = 0;
	int *order = sorted_nodes(g), *via = mem_alloc(n * sizeof(int)), *steps = mem_alloc(n * sizeof(int)), *chain = mem_alloc(n * sizeof(int));
	struct lists l = lists_of(g, w);
	int end = -1;
	bool mirrored = graph_is_mirrored(g, w);

	for (size_t v = 0; v < n; v++)
		via[v] = -1;
	for (size_t i = 0; i < n; i++) {
		int v = order[mirrored ? n - 1 - i : i];

		if (!g->order.nodes[v].hidden && (end < 0 || steps[v] > steps[end]))
			end = v;
		for (int e = l.head[v]; e >= 0; e = l.next[e]) {
			int to = then_of(g, w, &g->order.edges[e]), far = steps[v] + !g->order.nodes[v].hidden;

			if (far > steps[to] || via[to] < 0) {
				steps[to] = far;
				via[to] = e;
			}
		}
	}
	for (int v = end; v >= 0 && via[v] >= 0; v = first_of(g, w, &g->order.edges[via[v]]))
		chain[len++] = via[v];
	while (len > 0)
		put_edge(out, g, w, chain[--len]);
	lists_free(&l);
	free(order);
	free(via);
	free(steps);
	free(chain);
}

static void
put_name(struct buf *out, const struct graph *g, const struct graph_world *w, int node)
{
	int script = g->script_of[node];

	if (script < 0)
		buf_fmt(out, "\"$all %d\"", node);
	else
		buf_fmt(out, "\"%s\"", w->scripts->v[script].name);
}

void
explain_dot(struct buf *out, const struct graph *g, const struct graph_world *w)
{
	buf_fmt(out, "digraph %s {\n\trankdir=LR;\n\tnode [shape=box];\n", g->kind == 'S' ? "start" : "stop");
	for (size_t v = 0; v < g->order.n_nodes; v++) {
		int script = g->script_of[v], num = g->order.nodes[v].num;

		buf_str(out, "\t");
		put_name(out, g, w, (int)v);
		if (script >= 0)
			buf_fmt(out, " [label=\"%c%02d %s\"];\n", g->kind, graph_is_mirrored(g, w) ? 99 - num : num, w->scripts->v[script].name);
		else
			buf_str(out, " [label=\"$all\", shape=point];\n");
	}
	for (size_t i = 0; i < g->order.n_edges; i++) {
		const struct order_edge *e = &g->order.edges[i];

		buf_str(out, "\t");
		put_name(out, g, w, first_of(g, w, e));
		buf_str(out, " -> ");
		put_name(out, g, w, then_of(g, w, e));
		buf_fmt(out, "%s%s;\n", e->dropped ? " [color=red]" : "", !e->dropped && e->weight == ORDER_SOFT ? " [style=dashed]" : "");
	}
	buf_str(out, "}\n");
}

/* Names of scripts may have what XML reads as its own. */
static void
put_text(struct buf *out, const char *s)
{
	for (; *s; s++)
		if (strchr("<>&\"'", *s))
			buf_fmt(out, "&#%d;", *s);
		else
			buf_ch(out, *s);
}

enum { COLUMN = 190, ROW = 34, BOX_W = 150, BOX_H = 24, EDGE = 20 };

struct place {
	int x, y;
};

static struct place *
place_nodes(const struct graph *g, const struct graph_world *w, int *width, int *height)
{
	struct place *at = mem_alloc(g->order.n_nodes * sizeof *at);
	int *order = sorted_nodes(g), column = -1, row = 0, last = -1;
	bool mirrored = graph_is_mirrored(g, w);

	*height = 0;
	for (size_t i = 0; i < g->order.n_nodes; i++) {
		int v = order[mirrored ? g->order.n_nodes - 1 - i : i];

		if (g->order.nodes[v].num != last) {
			last = g->order.nodes[v].num;
			column++;
			row = 0;
		}
		at[v] = (struct place){ EDGE + column * COLUMN, EDGE + row++ * ROW };
		if (at[v].y > *height)
			*height = at[v].y;
	}
	*width = EDGE + (column + 1) * COLUMN;
	*height += ROW + EDGE;
	free(order);
	return at;
}

void
explain_svg(struct buf *out, const struct graph *g, const struct graph_world *w)
{
	int width, height;
	struct place *at = place_nodes(g, w, &width, &height);

	buf_fmt(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n",
	    width, height);
	for (size_t i = 0; i < g->order.n_edges; i++) {
		const struct order_edge *e = &g->order.edges[i];
		struct place a = at[first_of(g, w, e)], b = at[then_of(g, w, e)];

		buf_fmt(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"%s/>\n", a.x + BOX_W, a.y + BOX_H / 2, b.x,
		    b.y + BOX_H / 2, e->dropped ? "red" : "gray", e->weight == ORDER_SOFT ? " stroke-dasharray=\"4\"" : "");
	}
	for (size_t v = 0; v < g->order.n_nodes; v++) {
		int num = g->order.nodes[v].num;

		buf_fmt(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"white\" stroke=\"black\"/>", at[v].x, at[v].y, BOX_W,
		    BOX_H);
		buf_fmt(out, "<text x=\"%d\" y=\"%d\">", at[v].x + 6, at[v].y + 16);
		if (g->script_of[v] < 0)
			buf_str(out, "$all");
		else {
			buf_fmt(out, "%c%02d ", g->kind, graph_is_mirrored(g, w) ? 99 - num : num);
			put_text(out, w->scripts->v[g->script_of[v]].name);
		}
		buf_str(out, "</text>\n");
	}
	buf_str(out, "</svg>\n");
	free(at);
}
