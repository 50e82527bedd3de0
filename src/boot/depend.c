#include "boot/depend.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LONGEST_LINE = 1900 };	/* startpar reads lines of at most LINE_MAX - 1 bytes, 2047 */

struct target {
	int script, number;
	const char *name;
};

/* The scripts that someone comes after, and whom: "script: first", as a list to be sorted. */
struct pair {
	int script, first;
	int place;	/* keeps the order of the headers */
};

struct lister {
	struct buf *out;
	const char *lead;	/* what each line starts with */
	size_t start;		/* where the line starts; SIZE_MAX before the first word */
};

const char *
depend_name(enum depend_file file)
{
	static const char *const names[] = { ".depend.boot", ".depend.start", ".depend.stop" };

	return names[file];
}

static void
put(struct lister *l, const char *word)
{
	if (l->start != SIZE_MAX && l->out->len - l->start + strlen(word) + 1 > LONGEST_LINE) {
		buf_ch(l->out, '\n');
		l->start = SIZE_MAX;
	}
	if (l->start == SIZE_MAX) {
		l->start = l->out->len;
		buf_str(l->out, l->lead);
	}
	buf_ch(l->out, ' ');
	buf_str(l->out, word);
}

static unsigned
levels_for(enum depend_file file)
{
	if (file == DEPEND_BOOT)
		return LEVEL_BIT(LEVEL_S);
	return file == DEPEND_START ? LEVEL_DIGITS & ~(LEVEL_BIT(0) | LEVEL_BIT(6)) : LEVEL_DIGITS | LEVEL_BIT(LEVEL_S);
}

static int
by_number(const void *a, const void *b)
{
	const struct target *x = a, *y = b;

	return x->number != y->number ? x->number - y->number : strcmp(x->name, y->name);
}

static int
by_script(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->script != y->script)
		return x->script - y->script;
	return x->place - y->place;
}

/* The number of the script's first link of the kind in those levels, -1 if there is none. */
static int
number_in(const struct script *s, char kind, unsigned levels)
{
	for (int l = 0; l < LEVELS; l++)
		if ((levels & LEVEL_BIT(l)) && s->want[l].kind == kind)
			return s->want[l].number;
	return -1;
}

/* The scripts of the file, in the order in which they run one after the other. */
static struct target *
targets_of(enum depend_file file, const struct graph *g, const struct graph_world *w, size_t *n)
{
	struct target *t = mem_alloc(w->scripts->n * sizeof *t);

	*n = 0;
	for (size_t i = 0; i < w->scripts->n; i++) {
		int number = number_in(&w->scripts->v[i], g->kind, levels_for(file));

		if (number >= 0 && w->scripts->v[i].here)
			t[(*n)++] = (struct target){ (int)i, number, w->scripts->v[i].name };
	}
	if (*n > 0)
		qsort(t, *n, sizeof *t, by_number);
	return t;
}

static void
put_targets(struct buf *out, const struct target *t, size_t n)
{
	struct lister l = { out, "TARGETS =", SIZE_MAX };

	for (size_t i = 0; i < n; i++)
		put(&l, t[i].name);
	buf_str(out, n ? "\n" : "TARGETS =\n");
}

static void
put_interactive(struct buf *out, const struct graph *g, const struct target *t, size_t n)
{
	struct lister l = { out, "INTERACTIVE =", SIZE_MAX };

	for (size_t i = 0; i < n; i++)
		if (g->order.nodes[g->node_of[t[i].script]].interactive)
			put(&l, t[i].name);
	buf_str(out, l.start == SIZE_MAX ? "INTERACTIVE =\n" : "\n");
}

struct pairs {
	struct pair *v;
	size_t n, cap;
};

static void
add_pair(struct pairs *p, int script, int first)
{
	p->v = mem_grow(p->v, &p->cap, p->n + 1, sizeof *p->v);
	p->v[p->n] = (struct pair){ script, first, (int)p->n };
	p->n++;
}

/* A hidden node stands for all before it: everyone after it comes after each of them. */
static void
add_hidden(struct pairs *p, const struct graph *g, int hub)
{
	for (size_t a = 0; a < g->order.n_edges; a++) {
		if (g->order.edges[a].dropped || g->order.edges[a].from != hub)
			continue;
		for (size_t b = 0; b < g->order.n_edges; b++)
			if (!g->order.edges[b].dropped && g->order.edges[b].to == hub)
				add_pair(p, g->script_of[g->order.edges[a].to], g->script_of[g->order.edges[b].from]);
	}
}

static struct pairs
pairs_of(const struct graph *g, const struct graph_world *w, unsigned levels)
{
	struct pairs p = { NULL, 0, 0 };

	for (size_t i = 0; i < g->order.n_edges; i++) {
		const struct order_edge *e = &g->order.edges[i];
		int a = g->script_of[e->from], b = g->script_of[e->to];

		if (!e->dropped && a >= 0 && b >= 0)
			add_pair(&p, b, a);
	}
	for (size_t v = 0; v < g->order.n_nodes; v++)
		if (g->order.nodes[v].hidden)
			add_hidden(&p, g, (int)v);
	for (size_t i = 0; i < p.n;)
		if (!(scripts_levels(w->scripts->v[p.v[i].script].want, g->kind) &
		    scripts_levels(w->scripts->v[p.v[i].first].want, g->kind) & levels))
			p.v[i] = p.v[--p.n];
		else
			i++;
	if (p.n > 0)
		qsort(p.v, p.n, sizeof *p.v, by_script);
	return p;
}

void
depend_text(struct buf *out, enum depend_file file, const struct graph *g, const struct graph_world *w)
{
	struct pairs p = pairs_of(g, w, levels_for(file));
	size_t n, *start = mem_alloc((w->scripts->n + 1) * sizeof *start), *told = mem_alloc(w->scripts->n * sizeof *told);
	struct target *t = targets_of(file, g, w, &n);

	for (size_t i = 0; i < p.n; i++)
		start[p.v[i].script + 1]++;
	for (size_t i = 0; i < w->scripts->n; i++)
		start[i + 1] += start[i];
	put_targets(out, t, n);
	if (file != DEPEND_STOP)
		put_interactive(out, g, t, n);
	for (size_t i = 0; i < n; i++) {
		char *lead = mem_fmt("%s:", t[i].name);
		struct lister l = { out, lead, SIZE_MAX };
		size_t from = start[t[i].script], to = start[t[i].script + 1];

		for (size_t k = from; k < to; k++)
			if (told[p.v[k].first] != i + 1) {
				told[p.v[k].first] = i + 1;
				put(&l, w->scripts->v[p.v[k].first].name);
			}
		if (from < to)
			buf_ch(out, '\n');
		free(lead);
	}
	free(t);
	free(p.v);
	free(start);
	free(told);
}
