#include "boot/phase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

enum { LONGEST = 1 << 20 };

enum phase_layout
phase_layout_of(const char *word)
{
	static const char *const words[] = { [PHASE_DEBIAN] = "debian", [PHASE_RHEL] = "rhel", [PHASE_BUSYBOX] = "busybox" };

	for (int i = PHASE_DEBIAN; i <= PHASE_BUSYBOX; i++)
		if (strcmp(word, words[i]) == 0)
			return (enum phase_layout)i;
	return PHASE_DETECT;
}

static bool
has_start_scripts(const struct rcdir *d)
{
	struct rcdir busybox = *d;
	struct scripts s;
	struct diag ignored = DIAG_INIT;
	bool any = false;

	for (int l = 0; l < LEVELS; l++)
		busybox.level[l] = l == LEVEL_S ? d->init : -1;
	if (scripts_load(&s, &busybox, SCRIPTS_NAMES, NULL, &ignored) == 0)
		for (size_t i = 0; i < s.n && !any; i++)
			any = s.v[i].now[LEVEL_S].kind == 'S';
	scripts_free(&s);
	diag_free(&ignored);
	return any;
}

static enum phase_layout
detect(const struct rcdir *d)
{
	if (d->scheme == RCDIR_RHEL)
		return PHASE_RHEL;
	for (int l = 0; l < LEVELS; l++)
		if (d->level[l] >= 0)
			return PHASE_DEBIAN;
	return has_start_scripts(d) ? PHASE_BUSYBOX : PHASE_DEBIAN;
}

/* busybox: the directory of scripts is that of the links. */
static void
use_init(struct rcdir *d)
{
	for (int l = 0; l < LEVELS; l++) {
		if (d->level[l] >= 0)
			close(d->level[l]);
		d->level[l] = -1;
	}
	d->level[LEVEL_S] = fcntl(d->init, F_DUPFD_CLOEXEC, 3);
}

/*
 * A link may lead anywhere: then its name has no script in init.d, and the header is that of what it leads to.
 */
static void
read_foreign(struct phase_tree *t, struct script *s, int level)
{
	char entry[300], *path, where[8];
	struct buf text = BUF_INIT;

	fmt_to(entry, sizeof entry, "%c%02d%s", s->now[level].kind, s->now[level].number, s->name);
	if (s->here || file_read(t->dir.level[level], entry, 0, LONGEST, &text, NULL) != 0) {
		buf_free(&text);
		return;
	}
	buf_str(&text, "");
	path = mem_fmt("%s/%s", t->layout == PHASE_BUSYBOX ? t->dir.init_path : rcdir_name(level, where), entry);
	header_free(&s->header);
	header_parse(&s->header, path, text.s, text.len, &t->diag);
	s->here = true;
	free(path);
	buf_free(&text);
}

static void
read_scripts(struct phase_tree *t)
{
	const char *const overrides[] = { "/etc/insserv/overrides", "/usr/share/insserv/overrides", NULL };
	const char *const chkconfig[] = { "/etc/chkconfig.d", NULL };
	struct scripts_sources from = { overrides, chkconfig, NULL };

	facility_load(&t->facilities, &t->dir, "/etc/insserv.conf", &t->diag);
	if (scripts_load(&t->scripts, &t->dir, SCRIPTS_HEADERS, &from, &t->diag) != 0) {
		/* a disk that cannot be read in places is no reason not to boot */
		scripts_free(&t->scripts);
		t->headless = true;
		if (scripts_load(&t->scripts, &t->dir, SCRIPTS_NAMES, NULL, &t->diag) != 0)
			t->scripts = (struct scripts)SCRIPTS_INIT;
		return;
	}
	for (size_t i = 0; i < t->scripts.n; i++)
		for (int l = 0; l < LEVELS; l++)
			if (t->scripts.v[i].now[l].kind)
				read_foreign(t, &t->scripts.v[i], l);
}

int
phase_open(struct phase_tree *t, const char *root, enum phase_layout layout)
{
	enum rcdir_scheme scheme = layout == PHASE_RHEL ? RCDIR_RHEL : layout == PHASE_DETECT ? RCDIR_DETECT : RCDIR_DEBIAN;

	*t = (struct phase_tree){ .dir = RCDIR_INIT, .scripts = SCRIPTS_INIT, .facilities = FACILITIES_INIT };
	if (rcdir_open(&t->dir, root, scheme, NULL, &t->diag) != 0)
		return -1;
	t->layout = layout == PHASE_DETECT ? detect(&t->dir) : layout;
	if (t->layout == PHASE_BUSYBOX)
		use_init(&t->dir);
	read_scripts(t);
	return 0;
}

void
phase_close(struct phase_tree *t)
{
	scripts_free(&t->scripts);
	facility_free(&t->facilities);
	rcdir_close(&t->dir);
	diag_free(&t->diag);
}

bool
phase_has_level(const struct phase_tree *t, int level)
{
	return t->dir.level[level] >= 0;
}

/* --- which scripts --- */

/* The script's link of that kind in the level; of two the first that runs. */
static struct scripts_link
link_of(const struct phase_tree *t, int script, int level, char kind)
{
	struct scripts_link best = t->scripts.v[script].now[level];

	if (best.kind == kind)
		return best;
	best.kind = 0;
	for (size_t i = 0; i < t->scripts.n_extra; i++) {
		const struct scripts_extra *x = &t->scripts.extra[i];

		if (x->script == script && x->level == level && x->link.kind == kind && !best.kind)
			best = x->link;
	}
	return best;
}

/* In Debian's scheme what the previous level started too runs already, and what it stopped too is stopped. */
static bool
is_done(const struct phase_tree *t, const struct phase_wish *w, int script)
{
	return t->layout == PHASE_DEBIAN && w->previous >= 0 && w->level != LEVEL_S && w->previous != w->level &&
	    link_of(t, script, w->previous, w->kind).kind;
}

static char *
path_of(const struct phase_tree *t, int level, const char *entry)
{
	char where[8];

	if (t->layout == PHASE_BUSYBOX)
		return mem_fmt("%s/%s", t->dir.init_path, entry);
	if (t->layout == PHASE_RHEL && str_starts(t->dir.init_path, "/etc/rc.d/"))
		return mem_fmt("/etc/rc.d/%s/%s", rcdir_name(level, where), entry);
	return mem_fmt("/etc/%s/%s", rcdir_name(level, where), entry);
}

static void
add_job(struct phase *p, struct phase_job job)
{
	p->v = mem_grow(p->v, &p->cap, p->n + 1, sizeof *p->v);
	p->v[p->n++] = job;
}

/* Take the script in if there is something to be run. */
static bool
take(struct phase *p, const struct phase_tree *t, const struct phase_wish *w, const struct script *s, struct scripts_link l)
{
	struct phase_job job = { .alone = w->serial };
	char *entry = mem_fmt("%c%02d%s", l.kind, l.number, s->name);
	struct stat st;
	bool there = fstatat(t->dir.level[w->level], entry, &st, 0) == 0 && S_ISREG(st.st_mode);

	if (there) {
		job.name = mem_str(s->name);
		job.path = path_of(t, w->level, entry);
		memcpy(job.link, entry, 3);
		job.interactive = s->header.interactive;
		job.sourced = t->layout == PHASE_BUSYBOX && str_ends(s->name, ".sh");
		job.executable = job.sourced || (st.st_mode & 0111) != 0;
		add_job(p, job);
	}
	free(entry);
	return there;
}

/* Where jobs and scripts meet. */
struct members {
	int *job_of;		/* per script, -1: not in this phase; owned */
	int *script_of;		/* per job; owned */
};

static int
by_link(const void *a, const void *b, void *arg)
{
	const struct scripts *s = arg;
	int x = *(const int *)a, y = *(const int *)b;
	const struct script *p = &s->v[x], *q = &s->v[y];

	for (int l = 0; l < LEVELS; l++)
		if (p->want[l].kind && q->want[l].kind && p->want[l].number != q->want[l].number)
			return p->want[l].number - q->want[l].number;
	return strcmp(p->name, q->name);
}

/* An insertion sort would do for most, but there may be thousands; qsort_r(3) is not everywhere. */
static void
sort(int *v, int *room, size_t n, struct scripts *s)
{
	size_t half = n / 2, i = 0, k = half, at = 0;

	if (n < 2)
		return;
	sort(v, room, half, s);
	sort(v + half, room, n - half, s);
	memcpy(room, v, n * sizeof *v);
	while (at < n)
		v[at++] = k == n || (i < half && by_link(&room[i], &room[k], s) <= 0) ? room[i++] : room[k++];
}

/* Choose the scripts: want[] of each is what it has in this phase and nothing else. */
static void
choose(struct phase *p, struct members *m, struct phase_tree *t, const struct phase_wish *w)
{
	struct scripts *s = &t->scripts;
	int *v = mem_alloc(s->n * sizeof *v), *room = mem_alloc(s->n * sizeof *room);
	size_t n = 0;

	m->job_of = mem_alloc(s->n * sizeof *m->job_of);
	m->script_of = mem_alloc(s->n * sizeof *m->script_of);
	for (size_t i = 0; i < s->n; i++) {
		struct scripts_link l = link_of(t, (int)i, w->level, w->reversed ? 'S' : w->kind);

		m->job_of[i] = -1;
		memset(s->v[i].want, 0, sizeof s->v[i].want);
		if (!l.kind || rcdir_is_ignored(s->v[i].name) || is_done(t, w, (int)i))
			continue;
		s->v[i].want[w->level] = l;
		v[n++] = (int)i;
	}
	sort(v, room, n, s);
	for (size_t i = 0; i < n; i++) {
		struct scripts_link *l = &s->v[v[i]].want[w->level];

		if (take(p, t, w, &s->v[v[i]], *l)) {
			m->job_of[v[i]] = (int)p->n - 1;
			m->script_of[p->n - 1] = v[i];
			l->kind = w->kind;
		} else {
			l->kind = 0;
		}
	}
	free(v);
	free(room);
}

/* --- in which order --- */

static bool
goes_by_number(const struct phase_tree *t, const struct phase_wish *w, const struct script *s)
{
	if (t->headless || s->header.kind == HEADER_NONE || s->header.broken)
		return true;
	return t->layout == PHASE_RHEL && s->header.chkconfig && !w->parallel;
}

static void
add_edge(struct phase *p, int from, int to)
{
	p->edges = mem_grow(p->edges, &p->cap_edges, p->n_edges + 1, sizeof *p->edges);
	p->edges[p->n_edges++] = (struct phase_edge){ from, to };
}

static void
one_by_one(struct phase *p, bool reversed)
{
	for (size_t i = 1; i < p->n; i++)
		add_edge(p, reversed ? (int)i : (int)i - 1, reversed ? (int)i - 1 : (int)i);
}

/* An edge of the graph, with the two in the order in which they run. */
static void
ask_edge(struct order *o, bool backwards, int first, int then, enum order_weight weight)
{
	order_edge(o, backwards ? then : first, backwards ? first : then, weight, -1, -1);
}

/*
 * The scripts that go by their number: each number that such have is a gate, behind all of lower numbers and before all of higher
 * ones; within it they follow one another.  Gates are linked to one another, so that edges stay few.
 */
static void
add_gates(struct phase *p, const struct members *m, struct graph *g, struct phase_tree *t, const struct phase_wish *w)
{
	bool backwards = graph_is_mirrored(g, &(struct graph_world){ .scheme = t->dir.scheme }) != w->reversed;
	int open = -1, last = -1, *before = mem_alloc(p->n * sizeof *before);
	size_t start = 0;

	while (start < p->n) {
		size_t end = start;
		int number = t->scripts.v[m->script_of[start]].want[w->level].number, behind = last;
		bool any = false;

		for (; end < p->n && t->scripts.v[m->script_of[end]].want[w->level].number == number; end++)
			any = any || goes_by_number(t, w, &t->scripts.v[m->script_of[end]]);
		if (any) {
			int gate = order_node(&g->order);

			g->order.nodes[gate].hidden = true;
			/* all of lower numbers, back to the last gate */
			for (size_t i = open < 0 ? 0 : (size_t)open; i < start; i++)
				ask_edge(&g->order, backwards, g->node_of[m->script_of[i]], gate, ORDER_SOFT);
			if (last >= 0)
				ask_edge(&g->order, backwards, last, gate, ORDER_HARD);
			open = (int)start;
			last = gate;
		}
		for (size_t i = start; i < end; i++) {
			before[i] = behind;
			if (!goes_by_number(t, w, &t->scripts.v[m->script_of[i]]))
				continue;
			ask_edge(&g->order, backwards, last, g->node_of[m->script_of[i]], ORDER_HARD);
			last = g->node_of[m->script_of[i]];
			p->v[i].alone = true;
			before[i] = -1;
		}
		start = end;
	}
	for (size_t i = 0; i < p->n; i++)
		if (before[i] >= 0)
			ask_edge(&g->order, backwards, before[i], g->node_of[m->script_of[i]], ORDER_SOFT);
	free(before);
}

/* The order that was solved, as jobs and edges: hidden nodes are points behind the scripts. */
static void
take_order(struct phase *p, const struct members *m, const struct graph *g, bool backwards)
{
	int *job = mem_alloc(g->order.n_nodes * sizeof *job);
	size_t scripts = p->n;

	for (size_t v = 0; v < g->order.n_nodes; v++)
		job[v] = -1;
	for (size_t i = 0; i < scripts; i++)
		job[g->node_of[m->script_of[i]]] = (int)i;
	for (size_t v = 0; v < g->order.n_nodes; v++)
		if (job[v] < 0) {
			add_job(p, (struct phase_job){ .name = NULL });
			job[v] = (int)p->n - 1;
		}
	for (size_t i = 0; i < g->order.n_edges; i++) {
		const struct order_edge *e = &g->order.edges[i];

		if (!e->dropped)
			add_edge(p, job[backwards ? e->to : e->from], job[backwards ? e->from : e->to]);
	}
	free(job);
}

/* Loops that the headers make; those with the numbers of others are settled without a word. */
static void
tell_loops(struct phase *p, const struct graph *g, const struct graph_world *world)
{
	buf_str(&p->loops, "");
	for (size_t i = 0; i < g->order.n_loops; i++) {
		const struct order_loop *l = &g->order.loops[i];
		bool told = l->hard;

		for (size_t k = 0; k < l->n && told; k++)
			told = g->order.edges[l->edges[k]].owner >= 0;
		if (told)
			graph_edge_text(&p->loops, g, world, &g->order.edges[l->cut]);
		if (told)
			buf_ch(&p->loops, '\n');
	}
}

static void
by_headers(struct phase *p, const struct members *m, struct phase_tree *t, const struct phase_wish *w)
{
	struct diag ignored = DIAG_INIT;
	struct graph_world world;
	struct graph g;

	graph_world_begin(&world, &t->scripts, &t->facilities, t->dir.scheme, &ignored);
	graph_build(&g, w->kind, &world);
	for (size_t i = 0; i < p->n; i++)
		p->v[i].alone = p->v[i].interactive = g.order.nodes[g.node_of[m->script_of[i]]].interactive;
	add_gates(p, m, &g, t, w);
	/* that it does not fit into 99 numbers is none of our business: loops are cut all the same */
	order_solve(&g.order);
	tell_loops(p, &g, &world);
	take_order(p, m, &g, graph_is_mirrored(&g, &world));
	graph_free(&g);
	graph_world_end(&world);
	diag_free(&ignored);
}

void
phase_plan(struct phase *p, struct phase_tree *t, const struct phase_wish *w)
{
	struct members m;

	*p = (struct phase){ .loops = BUF_INIT };
	buf_str(&p->loops, "");
	choose(p, &m, t, w);
	if (w->serial)
		one_by_one(p, w->reversed);
	else if (p->n > 0)
		by_headers(p, &m, t, w);
	free(m.job_of);
	free(m.script_of);
}

int *
phase_rounds(const struct phase *p)
{
	int *round = mem_alloc(p->n * sizeof *round), *waits = mem_alloc(p->n * sizeof *waits), *queue = mem_alloc(p->n * sizeof *queue);
	int *first = mem_alloc((p->n + 2) * sizeof *first), *out = mem_alloc(p->n_edges * sizeof *out);
	size_t n = 0;

	for (size_t e = 0; e < p->n_edges; e++) {
		waits[p->edges[e].to]++;
		first[p->edges[e].from + 2]++;
	}
	for (size_t i = 0; i < p->n; i++)
		first[i + 2] += first[i + 1];
	for (size_t e = 0; e < p->n_edges; e++)
		out[first[p->edges[e].from + 1]++] = p->edges[e].to;
	for (size_t i = 0; i < p->n; i++)
		if (waits[i] == 0)
			queue[n++] = (int)i;
	for (size_t head = 0; head < n; head++) {
		int at = queue[head];

		round[at] += p->v[at].name != NULL;
		for (int k = first[at]; k < first[at + 1]; k++) {
			if (round[out[k]] < round[at])
				round[out[k]] = round[at];
			if (--waits[out[k]] == 0)
				queue[n++] = out[k];
		}
	}
	free(waits);
	free(queue);
	free(first);
	free(out);
	return round;
}

void
phase_free(struct phase *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].name);
		free(p->v[i].path);
	}
	free(p->v);
	free(p->edges);
	buf_free(&p->loops);
	*p = (struct phase){ .loops = BUF_INIT };
}
