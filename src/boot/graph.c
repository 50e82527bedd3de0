#include "boot/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/mem.h"

static const char *const list_names[] = {
	[HEADER_PROVIDES] = "Provides", [HEADER_REQUIRED_START] = "Required-Start", [HEADER_REQUIRED_STOP] = "Required-Stop",
	[HEADER_SHOULD_START] = "Should-Start", [HEADER_SHOULD_STOP] = "Should-Stop",
	[HEADER_START_BEFORE] = "X-Start-Before", [HEADER_STOP_AFTER] = "X-Stop-After",
};

static void
add_provider(struct graph_world *w, const char *name, int script, struct diag *diag)
{
	int first = map_get(&w->provides, name), i;

	for (i = first; i >= 0; i = w->places[i].next)
		if (w->places[i].script == script)
			return;
	if (first >= 0) {
		const struct script *one = &w->scripts->v[script];

		diag_add(diag, DIAG_WARN, one->header.file, 0, 0, "script %s: service %s already provided by %s", one->name, name,
		    w->scripts->v[w->places[first].script].name);
	}
	w->places = mem_grow(w->places, &w->cap_places, w->n_places + 1, sizeof *w->places);
	w->places[w->n_places] = (struct graph_place){ script, first };
	map_set(&w->provides, name, (int)w->n_places++);
}

void
graph_world_begin(struct graph_world *w, struct scripts *s, const struct facilities *f, enum rcdir_scheme scheme, struct diag *diag)
{
	*w = (struct graph_world){ .scripts = s, .facilities = f, .scheme = scheme, .provides = MAP_INIT };
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->v[i].header.n; k++)
			if (s->v[i].header.words[k].list == HEADER_PROVIDES)
				add_provider(w, s->v[i].header.words[k].name, (int)i, diag);
}

void
graph_world_end(struct graph_world *w)
{
	map_free(&w->provides);
	free(w->places);
	*w = (struct graph_world){ .scripts = NULL };
}

void
graph_providers(const struct graph_world *w, const char *name, void (*f)(int script, void *), void *arg)
{
	int i = map_get(&w->provides, name);
	char file[256];

	if (i >= 0) {
		for (; i >= 0; i = w->places[i].next)
			f(w->places[i].script, arg);
		return;
	}
	i = scripts_find(w->scripts, name);
	if (i < 0 && fmt_to(file, sizeof file, "%s.sh", name) < sizeof file)
		i = scripts_find(w->scripts, file);
	if (i >= 0)
		f(i, arg);
}

struct builder {
	struct graph *g;
	const struct graph_world *w;
	bool mirrored;		/* RHEL's stop numbers grow downwards: the graph is that of 99 - number */
	bool *all;		/* per node: has "$all" in its list */
	int me, word;		/* whose word is looked at */
	enum order_weight weight;
	bool required;
	bool before;		/* it comes first, not the provider */
	unsigned covered;	/* levels that a provider is there for */
};

static void
add_edge(struct builder *b, int first, int then)
{
	if (b->mirrored)
		order_edge(&b->g->order, then, first, b->weight, b->me, b->word);
	else
		order_edge(&b->g->order, first, then, b->weight, b->me, b->word);
}

static unsigned
levels_of(const struct builder *b, int script)
{
	return scripts_levels(b->w->scripts->v[script].want, b->g->kind);
}

static void
meet_provider(int script, void *arg)
{
	struct builder *b = arg;
	int mine = b->g->node_of[b->me], its = b->g->node_of[script];

	if (!b->w->scripts->v[script].here)
		return;
	if (its < 0)
		return;
	b->covered |= b->g->order.nodes[its].levels;
	if (!(b->g->order.nodes[its].levels & b->g->order.nodes[mine].levels))
		return;
	if (b->before)
		add_edge(b, mine, its);
	else
		add_edge(b, its, mine);
}

static void
note_unmet(struct builder *b, const char *name)
{
	unsigned missing = levels_of(b, b->me) & ~b->covered;
	struct graph *g = b->g;

	if (!b->required || missing == 0 || (b->covered & LEVEL_BIT(LEVEL_S)))
		return;
	g->unmet = mem_grow(g->unmet, &g->cap_unmet, g->n_unmet + 1, sizeof *g->unmet);
	g->unmet[g->n_unmet++] = (struct graph_unmet){ b->me, b->word, name, b->covered == 0, missing };
}

static void
meet_name(struct builder *b, const char *name, bool optional)
{
	b->covered = 0;
	graph_providers(b->w, name, meet_provider, b);
	if (!optional)
		note_unmet(b, name);
}

static void
meet_word(struct builder *b, const struct header_word *word)
{
	const struct facility *f = facility_find(b->w->facilities, word->name);

	if (strcmp(word->name, "$all") == 0) {
		b->all[b->g->node_of[b->me]] = true;
		return;
	}
	if (strcmp(word->name, "$null") == 0)
		return;
	meet_name(b, word->name, f != NULL);
	for (size_t i = 0; f && i < f->n; i++)
		meet_name(b, facility_member_name(b->w->facilities, &f->v[i]), f->v[i].optional);
}

static void
meet_words(struct builder *b, int script)
{
	const struct header *h = &b->w->scripts->v[script].header;
	bool stop = b->g->kind == 'K';

	b->me = script;
	for (size_t i = 0; i < h->n; i++) {
		enum header_list list = h->words[i].list;

		b->word = (int)i;
		b->required = !stop && list == HEADER_REQUIRED_START;
		b->weight = list == HEADER_REQUIRED_START || list == HEADER_REQUIRED_STOP ? ORDER_HARD :
		    list == HEADER_SHOULD_START || list == HEADER_SHOULD_STOP ? ORDER_SOFT : ORDER_FIRM;
		b->before = stop != (list == HEADER_START_BEFORE || list == HEADER_STOP_AFTER);
		if (stop ? list == HEADER_REQUIRED_STOP || list == HEADER_SHOULD_STOP || list == HEADER_STOP_AFTER
		    : list == HEADER_REQUIRED_START || list == HEADER_SHOULD_START || list == HEADER_START_BEFORE)
			meet_word(b, &h->words[i]);
	}
}

/*
 * "$all": behind everything that does not say so too (at stop: before everything).  One hidden node a level stands for
 * everything, so that the edges stay few.  Who has no "$all" cannot come after one who has: such an edge is given up.
 */
static void
add_all(struct builder *b)
{
	struct order *o = &b->g->order;
	bool stop = b->g->kind == 'K', any = false;
	size_t n = o->n_nodes;

	for (size_t v = 0; v < n; v++)
		any = any || b->all[v];
	for (size_t e = 0; e < o->n_edges && any; e++) {
		int late = stop != b->mirrored ? o->edges[e].to : o->edges[e].from;

		o->edges[e].dropped = b->all[late] && !b->all[o->edges[e].from + o->edges[e].to - late];
	}
	b->weight = ORDER_HARD;
	b->word = -1;
	for (int l = 0; l < LEVELS && any; l++) {
		int hub = order_node(o);

		o->nodes[hub].hidden = true;
		for (size_t v = 0; v < n; v++) {
			b->me = b->g->script_of[v];
			if (!(o->nodes[v].levels & LEVEL_BIT(l)))
				continue;
			if (b->all[v] != stop)
				add_edge(b, hub, (int)v);
			else
				add_edge(b, (int)v, hub);
		}
	}
}

/* The greatest of its numbers (of the mirrored ones too, if so), ORDER_NO_NUMBER when it has no link yet. */
static int
number_now(const struct script *s, char kind, bool mirrored)
{
	int best = ORDER_NO_NUMBER;

	for (int l = 0; l < LEVELS && !s->renumber; l++)
		if (s->now[l].kind == kind) {
			int n = mirrored ? 99 - s->now[l].number : s->now[l].number;

			best = n > best ? n : best;
		}
	return best;
}

static int
base_of(const struct graph_world *w, const struct script *s, char kind)
{
	const struct header *h = &s->header;
	int hint = s->hint[kind == 'K'];

	if (hint >= 0)
		return hint;
	if (w->scheme != RCDIR_RHEL)
		return 1;
	if (h->chkconfig)
		return kind == 'S' ? h->chk_start : h->chk_stop;
	return 50;
}

static bool
is_interactive(const struct graph_world *w, const struct script *s)
{
	if (s->header.interactive || facility_is_interactive(w->facilities, s->name))
		return true;
	for (size_t i = 0; i < s->header.n; i++)
		if (s->header.words[i].list == HEADER_PROVIDES && facility_is_interactive(w->facilities, s->header.words[i].name))
			return true;
	return false;
}

static void
add_nodes(struct builder *b)
{
	struct scripts *s = b->w->scripts;
	struct graph *g = b->g;

	g->node_of = mem_alloc(s->n * sizeof(int));
	g->script_of = mem_alloc((s->n + LEVELS) * sizeof(int));
	for (size_t i = 0; i < s->n; i++) {
		unsigned levels = levels_of(b, (int)i);
		struct order_node *v;
		int at;

		g->node_of[i] = -1;
		if (!levels)
			continue;
		at = order_node(&g->order);
		v = &g->order.nodes[at];
		g->node_of[i] = at;
		g->script_of[at] = (int)i;
		v->levels = levels;
		v->interactive = g->kind == 'S' && is_interactive(b->w, &s->v[i]);
		v->now = number_now(&s->v[i], g->kind, b->mirrored);
		v->base = base_of(b->w, &s->v[i], g->kind);
		if (b->mirrored)
			v->base = 99 - v->base;
	}
	for (size_t k = 0; k < LEVELS; k++)
		g->script_of[g->order.n_nodes + k] = -1;
}

void
graph_build(struct graph *g, char kind, const struct graph_world *w)
{
	struct builder b = { .g = g, .w = w, .mirrored = kind == 'K' && w->scheme == RCDIR_RHEL };

	*g = (struct graph){ .kind = kind, .order = ORDER_INIT };
	if (w->scheme == RCDIR_RHEL)
		g->order.low = 0;
	add_nodes(&b);
	b.all = mem_alloc(g->order.n_nodes * sizeof *b.all);
	for (size_t v = 0, n = g->order.n_nodes; v < n; v++)
		meet_words(&b, g->script_of[v]);
	add_all(&b);
	free(b.all);
}

static bool
is_uneven(const struct script *s, char kind)
{
	int seen = -1;

	for (int l = 0; l < LEVELS; l++)
		if (s->now[l].kind == kind) {
			if (seen >= 0 && seen != s->now[l].number)
				return true;
			seen = s->now[l].number;
		}
	return false;
}

static void
set_number(struct script *s, char kind, int number, bool keep)
{
	for (int l = 0; l < LEVELS; l++)
		if (s->want[l].kind == kind)
			s->want[l].number = keep && s->now[l].kind == kind ? s->now[l].number : (unsigned char)number;
}

bool
graph_is_mirrored(const struct graph *g, const struct graph_world *w)
{
	return g->kind == 'K' && w->scheme == RCDIR_RHEL;
}

int
graph_breaks(const struct graph *g, const struct graph_world *w, const struct order_edge *e)
{
	bool mirrored = graph_is_mirrored(g, w);
	int a = g->script_of[e->from], b = g->script_of[e->to];

	if (e->dropped || b < 0)
		return -1;
	for (int l = 0; l < LEVELS; l++) {
		const struct scripts_link *y = &w->scripts->v[b].want[l], *x = a < 0 ? y : &w->scripts->v[a].want[l];
		int before = a < 0 ? g->order.nodes[e->from].num - 1 : mirrored ? 99 - x->number : x->number;

		if (x->kind == g->kind && y->kind == g->kind && before >= (mirrored ? 99 - y->number : y->number))
			return l;
	}
	return -1;
}

const struct order_edge *
graph_broken(const struct graph *g, const struct graph_world *w, int *level)
{
	for (size_t i = 0; i < g->order.n_edges; i++)
		if ((*level = graph_breaks(g, w, &g->order.edges[i])) >= 0)
			return &g->order.edges[i];
	return NULL;
}

/* Give the node's script its one number in all levels.  Was that a change? */
static bool
make_even(struct graph *g, const struct graph_world *w, int node)
{
	const struct order_node *n = &g->order.nodes[node];
	struct scripts_link before[LEVELS];
	struct script *s;

	if (n->hidden)
		return false;
	s = &w->scripts->v[g->script_of[node]];
	memcpy(before, s->want, sizeof before);
	set_number(s, g->kind, graph_is_mirrored(g, w) ? 99 - n->num : n->num, false);
	return memcmp(before, s->want, sizeof before) != 0;
}

/*
 * An administrator may have given a script different numbers in different levels.  They stay while they break no edge:
 * whoever takes part in a broken one gets the same number everywhere.
 */
static void
settle(struct graph *g, const struct graph_world *w)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < g->order.n_edges; i++) {
			const struct order_edge *e = &g->order.edges[i];

			if (graph_breaks(g, w, e) >= 0) {
				changed = make_even(g, w, e->from) || changed;
				changed = make_even(g, w, e->to) || changed;
			}
		}
	}
}

int
graph_number(struct graph *g, const struct graph_world *w)
{
	bool uneven = false;

	if (order_solve(&g->order) != 0)
		return -1;
	for (size_t v = 0; v < g->order.n_nodes; v++) {
		struct order_node *n = &g->order.nodes[v];
		struct script *s;
		bool keep;

		if (n->hidden)
			continue;
		s = &w->scripts->v[g->script_of[v]];
		keep = n->num == n->now && is_uneven(s, g->kind);
		uneven = uneven || keep;
		set_number(s, g->kind, graph_is_mirrored(g, w) ? 99 - n->num : n->num, keep);
	}
	if (uneven)
		settle(g, w);
	return 0;
}

bool
graph_in_loop(const struct graph *g, const struct order_loop *l, int script)
{
	for (size_t k = 0; k < l->n; k++)
		if (g->script_of[g->order.edges[l->edges[k]].from] == script)
			return true;
	return false;
}

void
graph_edge_text(struct buf *out, const struct graph *g, const struct graph_world *w, const struct order_edge *e)
{
	bool mirrored = graph_is_mirrored(g, w);
	int a = g->script_of[mirrored ? e->to : e->from], b = g->script_of[mirrored ? e->from : e->to];
	const struct header *h = &w->scripts->v[e->owner].header;
	const char *verb = g->kind == 'S' ? "start" : "stop";

	buf_fmt(out, "%s must %s after %s", b < 0 ? "$all" : w->scripts->v[b].name, verb, a < 0 ? "all others" : w->scripts->v[a].name);
	if (e->word >= 0)
		buf_fmt(out, " (%s:%d: %s: %s)", h->file, h->words[e->word].line, list_names[h->words[e->word].list],
		    h->words[e->word].name);
	else
		buf_fmt(out, " (%s: $all)", h->file);
}

void
graph_loop_text(struct buf *out, const struct graph *g, const struct graph_world *w, const struct order_loop *l)
{
	for (size_t i = 0; i < l->n; i++) {
		buf_str(out, "  ");
		graph_edge_text(out, g, w, &g->order.edges[l->edges[i]]);
		buf_str(out, l->edges[i] == l->cut ? "  <- the cheapest to give up\n" : "\n");
	}
}

void
graph_free(struct graph *g)
{
	order_free(&g->order);
	free(g->node_of);
	free(g->script_of);
	free(g->unmet);
	*g = (struct graph){ .order = ORDER_INIT };
}
