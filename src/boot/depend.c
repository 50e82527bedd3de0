#include "boot/depend.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LONGEST_LINE = 1900, NUMBERS = 100 };	/* startpar reads lines of at most LINE_MAX - 1 bytes, 2047 */

struct target {
	int script;
	const char *name;
};

/* Who comes after whom, in the order of the headers, that of hidden nodes last. */
struct pair {
	int script, first;
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

/* The number of the script's first link of the kind in those levels, -1 if there is none. */
static int
number_in(const struct script *s, char kind, unsigned levels)
{
	for (int l = 0; l < LEVELS; l++)
		if ((levels & LEVEL_BIT(l)) && s->want[l].kind == kind)
			return s->want[l].number;
	return -1;
}

/* The scripts of the file, in the order in which they run one after the other: by number, then by name, as the scripts are sorted already. */
static struct target *
targets_of(enum depend_file file, const struct graph *g, const struct graph_world *w, size_t *n)
{
	struct target *t = mem_alloc(w->scripts->n * sizeof *t);
	size_t at[NUMBERS + 1] = { 0 };

	for (size_t i = 0; i < w->scripts->n; i++) {
		int number = w->scripts->v[i].here ? number_in(&w->scripts->v[i], g->kind, levels_for(file)) : -1;

		if (number >= 0)
			at[number + 1]++;
	}
	for (size_t k = 0; k < NUMBERS; k++)
		at[k + 1] += at[k];
	*n = at[NUMBERS];
	for (size_t i = 0; i < w->scripts->n; i++) {
		int number = w->scripts->v[i].here ? number_in(&w->scripts->v[i], g->kind, levels_for(file)) : -1;

		if (number >= 0)
			t[at[number]++] = (struct target){ (int)i, w->scripts->v[i].name };
	}
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
	const struct graph *g;
	const struct scripts *scripts;
	unsigned levels;
};

static void
add_pair(struct pairs *p, int script, int first)
{
	const struct script *v = p->scripts->v;

	if (!(scripts_levels(v[script].want, p->g->kind) & scripts_levels(v[first].want, p->g->kind) & p->levels))
		return;
	p->v = mem_grow(p->v, &p->cap, p->n + 1, sizeof *p->v);
	p->v[p->n++] = (struct pair){ script, first };
}

/* A hidden node stands for all before it: everyone after it comes after each of them. */
static void
add_hidden(struct pairs *p, int hub)
{
	const struct order *o = &p->g->order;

	for (size_t a = 0; a < o->n_edges; a++) {
		if (o->edges[a].dropped || o->edges[a].from != hub)
			continue;
		for (size_t b = 0; b < o->n_edges; b++)
			if (!o->edges[b].dropped && o->edges[b].to == hub)
				add_pair(p, p->g->script_of[o->edges[a].to], p->g->script_of[o->edges[b].from]);
	}
}

static void
add_pairs(struct pairs *p)
{
	const struct order *o = &p->g->order;

	for (size_t i = 0; i < o->n_edges; i++) {
		const struct order_edge *e = &o->edges[i];
		int a = p->g->script_of[e->from], b = p->g->script_of[e->to];

		if (!e->dropped && a >= 0 && b >= 0)
			add_pair(p, b, a);
	}
	for (size_t v = 0; v < o->n_nodes; v++)
		if (o->nodes[v].hidden)
			add_hidden(p, (int)v);
}

/* For each script the list of those that it comes after: those of script i are firsts[start[i]] .. firsts[start[i + 1] - 1]. */
struct befores {
	int *firsts;	/* owned, as is start */
	size_t *start;
};

static struct befores
befores_of(const struct graph *g, const struct scripts *scripts, unsigned levels)
{
	struct pairs p = { .g = g, .scripts = scripts, .levels = levels };
	struct befores b;

	add_pairs(&p);
	b.firsts = mem_alloc(p.n * sizeof *b.firsts);
	b.start = mem_alloc((scripts->n + 2) * sizeof *b.start);
	for (size_t i = 0; i < p.n; i++)
		b.start[p.v[i].script + 2]++;
	for (size_t i = 0; i < scripts->n; i++)
		b.start[i + 2] += b.start[i + 1];
	for (size_t i = 0; i < p.n; i++)
		b.firsts[b.start[p.v[i].script + 1]++] = p.v[i].first;
	free(p.v);
	return b;
}

void
depend_text(struct buf *out, enum depend_file file, const struct graph *g, const struct graph_world *w)
{
	struct befores b = befores_of(g, w->scripts, levels_for(file));
	size_t n, *told = mem_alloc(w->scripts->n * sizeof *told);
	struct target *t = targets_of(file, g, w, &n);
	struct buf lead = BUF_INIT;

	put_targets(out, t, n);
	if (file != DEPEND_STOP)
		put_interactive(out, g, t, n);
	for (size_t i = 0; i < n; i++) {
		struct lister l = { out, NULL, SIZE_MAX };
		size_t from = b.start[t[i].script], to = b.start[t[i].script + 1];

		buf_clear(&lead);
		buf_str(&lead, t[i].name);
		buf_ch(&lead, ':');
		l.lead = lead.s;
		for (size_t k = from; k < to; k++)
			if (told[b.firsts[k]] != i + 1) {
				told[b.firsts[k]] = i + 1;
				put(&l, w->scripts->v[b.firsts[k]].name);
			}
		if (from < to)
			buf_ch(out, '\n');
	}
	buf_free(&lead);
	free(t);
	free(told);
	free(b.firsts);
	free(b.start);
}
