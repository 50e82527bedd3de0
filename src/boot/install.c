#include "boot/install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "boot/depend.h"
#include "boot/journal.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/root.h"

#define DEFAULTS ".initwright.defaults"
#define PATIENCE 60000000u	/* microseconds that we wait for another run to end */

enum { LONGEST = 64 << 20 };

/* Read the content of a file beside the scripts; a missing one is empty. */
static int
read_state(const struct install *in, const char *name, struct buf *out)
{
	buf_str(out, "");
	if (file_read(in->dir.state, name, O_NOFOLLOW, LONGEST, out, NULL) == 0 || errno == ENOENT)
		return 0;
	return -1;
}

/* Lines "NAME START STOP", levels as "2345" or "-" */
static void
parse_defaults(struct install *in)
{
	char *copy = mem_str(in->defaults.s), *line = copy;

	for (char *next; line && *line; line = next) {
		struct vec w = VEC_INIT;
		int i;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		str_split(&w, line, " ");
		if (w.n == 3 && (i = scripts_find(&in->scripts, w.v[0])) >= 0) {
			in->scripts.v[i].recorded = true;
			in->scripts.v[i].rec_start = level_set(w.v[1]);
			in->scripts.v[i].rec_stop = level_set(w.v[2]);
		}
		vec_free(&w);
	}
	free(copy);
}

static void
put_set(struct buf *out, unsigned set)
{
	buf_ch(out, ' ');
	if (set)
		level_print(out, set, "");
	else
		buf_ch(out, '-');
}

static void
print_defaults(struct buf *out, const struct scripts *s)
{
	buf_str(out, "");
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].recorded && scripts_levels(s->v[i].want, 0)) {
			buf_str(out, s->v[i].name);
			put_set(out, s->v[i].rec_start);
			put_set(out, s->v[i].rec_stop);
			buf_ch(out, '\n');
		}
}

static int
complain(struct install *in, const char *file, const char *text)
{
	diag_add(&in->why, DIAG_ERROR, file, 0, 0, "%s", text);
	return INSTALL_FAILED;
}

/* The same of a file beside the scripts. */
static int
complain_state(struct install *in, const char *name, const char *text)
{
	char *path = mem_fmt("%s/%s", in->state_path, name);

	complain(in, path, text);
	free(path);
	return INSTALL_FAILED;
}

static int
open_tree(struct install *in, const struct install_options *o)
{
	int r;

	*in = (struct install){ .dir = RCDIR_INIT, .scripts = SCRIPTS_INIT, .facilities = FACILITIES_INIT, .plan = PLAN_INIT };
	r = rcdir_open(&in->dir, o->root, o->scheme, o->init_path, &in->why);
	if (r != 0)
		return r == -2 ? INSTALL_NO_TREE : INSTALL_FAILED;
	in->state_path = o->state_path ? o->state_path : in->dir.init_path;
	if (!o->state_path)
		return INSTALL_OK;
	in->dir.state = root_open(in->dir.root, o->state_path, O_RDONLY | O_DIRECTORY);
	return in->dir.state < 0 ? complain(in, o->state_path, strerror(errno)) : INSTALL_OK;
}

static int
begin_change(struct install *in)
{
	int r;

	if (journal_lock(&in->dir, clock_after(PATIENCE)) != 0) {
		char *path = mem_fmt("%s/" JOURNAL_LOCK, in->dir.init_path);

		complain(in, path, errno == ETIMEDOUT ? "locked by another run" : strerror(errno));
		free(path);
		return INSTALL_FAILED;
	}
	r = journal_recover(&in->dir, &in->why);
	in->recovered = r > 0;
	return r < 0 ? INSTALL_FAILED : INSTALL_OK;
}

int
install_open(struct install *in, const struct install_options *o)
{
	const char *dirs[] = { "/etc/insserv/overrides", "/usr/share/insserv/overrides", NULL };
	const char *const chk[] = { "/etc/chkconfig.d", NULL };
	const char *own[] = { o->overrides, NULL };
	struct scripts_sources from = { .overrides = o->overrides ? own : dirs };
	int r;

	r = open_tree(in, o);
	if (r == INSTALL_OK && o->write)
		r = begin_change(in);
	if (r != INSTALL_OK)
		return r;
	if (!o->plain)
		from.chkconfig = chk;
	if (!o->root)
		from.upstart = o->upstart;
	if (facility_load(&in->facilities, &in->dir, o->conf ? o->conf : "/etc/insserv.conf", &in->why) != 0 ||
	    scripts_load(&in->scripts, &in->dir, SCRIPTS_HEADERS, &from, &in->diag) != 0)
		return complain(in, in->dir.init_path, "unable to read all scripts and runlevels");
	if (read_state(in, DEFAULTS, &in->defaults) != 0)
		return complain_state(in, DEFAULTS, strerror(errno));
	parse_defaults(in);
	graph_world_begin(&in->world, &in->scripts, &in->facilities, in->dir.scheme, &in->diag);
	return INSTALL_OK;
}

int
install_open_links(struct install *in, const struct install_options *o)
{
	int r = open_tree(in, o);

	if (r != INSTALL_OK)
		return r;
	return scripts_load(&in->scripts, &in->dir, SCRIPTS_NAMES, NULL, &in->why) == 0 ? INSTALL_OK : INSTALL_FAILED;
}

void
install_close(struct install *in)
{
	plan_free(&in->plan);
	graph_free(&in->start);
	graph_free(&in->stop);
	graph_world_end(&in->world);
	facility_free(&in->facilities);
	scripts_free(&in->scripts);
	buf_free(&in->defaults);
	diag_free(&in->diag);
	diag_free(&in->why);
	rcdir_close(&in->dir);
}

bool
install_concerns(const struct install *in, const struct diag_item *item, const char *script)
{
	const char *base = str_base(item->file);
	int i = scripts_find(&in->scripts, base);

	return strcmp(base, script) == 0 || i < 0 || !strchr(item->file, '/');
}

bool
install_levels(const struct install *in, int script, unsigned *start, unsigned *stop)
{
	const struct header *h = &in->scripts.v[script].header;
	unsigned all = rcdir_levels(&in->dir);
	bool lsb = h->kind != HEADER_NONE && (h->has_start || h->has_stop || !h->chkconfig);

	if (h->kind == HEADER_NONE && !h->chkconfig)
		return false;
	*start = (lsb ? h->start : h->chk_levels) & all;
	*stop = lsb ? h->stop : LEVEL_BIT(0) | LEVEL_BIT(1) | LEVEL_BIT(6);
	*stop &= LEVEL_DIGITS;
	if (!lsb)
		*stop &= ~*start;
	*start &= ~*stop;
	if (in->dir.scheme == RCDIR_RHEL)
		*stop = LEVEL_DIGITS & ~*start;
	return true;
}

void
install_set(struct install *in, int script, unsigned start, unsigned stop)
{
	struct script *s = &in->scripts.v[script];
	unsigned all = rcdir_levels(&in->dir);

	start &= all & ~stop;
	stop &= all & ~LEVEL_BIT(LEVEL_S);
	for (int l = 0; l < LEVELS; l++) {
		char kind = start & LEVEL_BIT(l) ? 'S' : stop & LEVEL_BIT(l) ? 'K' : 0;

		s->want[l].kind = kind;
		s->want[l].number = s->now[l].kind == kind ? s->now[l].number : 0;
	}
}

static bool
is_linked(const struct script *s, unsigned start, unsigned stop)
{
	return scripts_levels(s->now, 'S') == start && scripts_levels(s->now, 'K') == stop;
}

int
install_default(struct install *in, int script)
{
	struct script *s = &in->scripts.v[script];
	unsigned start, stop;
	bool untouched;

	if (!install_levels(in, script, &start, &stop))
		return INSTALL_NO_HEADER;
	if (s->header.start & s->header.stop) {
		struct buf text = BUF_INIT;

		level_print(&text, s->header.start & s->header.stop, " ");
		diag_add(&in->diag, DIAG_WARN, s->header.file, 0, 0, "Default-Start and Default-Stop overlap: %s is stopped in %s",
		    s->name, text.s);
		buf_free(&text);
	}
	untouched = scripts_levels(s->now, 0) == 0 || (s->recorded && is_linked(s, s->rec_start, s->rec_stop));
	if (untouched)
		install_set(in, script, start, stop);
	if (untouched || is_linked(s, start, stop)) {
		s->recorded = true;
		s->rec_start = start;
		s->rec_stop = stop;
	}
	return INSTALL_OK;
}

int
install_fill(struct install *in, int script)
{
	struct script *s = &in->scripts.v[script];
	unsigned start, stop, there = scripts_levels(s->want, 0);

	if (!install_levels(in, script, &start, &stop))
		return INSTALL_NO_HEADER;
	install_turn(in, script, start & ~there, 'S');
	install_turn(in, script, stop & ~there, 'K');
	return INSTALL_OK;
}

void
install_turn(struct install *in, int script, unsigned levels, char kind)
{
	struct script *s = &in->scripts.v[script];

	for (int l = 0; l < LEVELS; l++)
		if (levels & rcdir_levels(&in->dir) & LEVEL_BIT(l)) {
			s->want[l].kind = kind;
			s->want[l].number = s->now[l].kind == kind ? s->now[l].number : 0;
		}
}

int
install_toggle(struct install *in, int script, unsigned levels, char kind)
{
	struct script *s = &in->scripts.v[script];
	bool any = false;

	for (int l = 0; l < LEVELS; l++) {
		if (!(levels & LEVEL_BIT(l)) || !s->now[l].kind)
			continue;
		any = true;
		s->want[l].kind = kind;
		for (size_t i = 0; i < in->scripts.n_extra; i++)
			if (in->scripts.extra[i].script == script && in->scripts.extra[i].level == l)
				in->scripts.extra[i].remove = true;
	}
	return any ? INSTALL_OK : INSTALL_NO_LINKS;
}

void
install_remove(struct install *in, int script)
{
	memset(in->scripts.v[script].want, 0, sizeof in->scripts.v[script].want);
	in->scripts.v[script].recorded = false;
	for (size_t i = 0; i < in->scripts.n_extra; i++)
		if (in->scripts.extra[i].script == script)
			in->scripts.extra[i].remove = true;
}

/* A second link of a script whose link moves would stay behind in a place that nobody has checked. */
static void
drop_extras(struct install *in)
{
	for (size_t i = 0; i < in->scripts.n_extra; i++) {
		struct scripts_extra *x = &in->scripts.extra[i];
		struct scripts_link now = in->scripts.v[x->script].now[x->level], want = in->scripts.v[x->script].want[x->level];

		x->remove = x->remove || now.kind != want.kind || now.number != want.number;
	}
}

/* Why the link is where it will be, for those that come or move. */
static void
give_reasons(struct install *in)
{
	for (size_t i = 0; i < in->plan.n; i++) {
		struct plan_op *op = &in->plan.v[i];
		const struct graph *g = op->to && op->to[0] == 'K' ? &in->stop : &in->start;
		struct buf text = BUF_INIT;
		int node, why;

		if (op->script < 0 || (op->action != PLAN_ADD && op->action != PLAN_MOVE))
			continue;
		node = g->node_of[op->script];
		why = node < 0 ? -1 : g->order.nodes[node].why;
		if (why < 0 || (op->action == PLAN_MOVE && op->from[0] != op->to[0]))
			continue;
		graph_edge_text(&text, g, &in->world, &g->order.edges[why]);
		op->why = buf_take(&text);
	}
}

/* Replace a file beside the scripts if its content is to be another; what is no regular file has none. */
static int
plan_state(struct install *in, const char *name, const struct buf *want, const struct buf *now)
{
	struct buf own = BUF_INIT;
	int r = 0;

	if (!now) {
		now = &own;
		r = read_state(in, name, &own);
		if (r != 0 && (errno == ELOOP || errno == EINVAL))
			r = 0;
		if (r != 0)
			complain_state(in, name, strerror(errno));
	}
	if (r == 0 && (want->len != now->len || memcmp(want->s, now->s, want->len) != 0))
		plan_file(&in->plan, name, want->s, want->len);
	buf_free(&own);
	return r;
}

static int
plan_files(struct install *in)
{
	struct buf text = BUF_INIT;
	int r = INSTALL_OK;

	for (int f = DEPEND_BOOT; f <= DEPEND_STOP && in->dir.scheme == RCDIR_DEBIAN && r == INSTALL_OK; f++) {
		buf_clear(&text);
		depend_text(&text, (enum depend_file)f, f == DEPEND_STOP ? &in->stop : &in->start, &in->world);
		r = plan_state(in, depend_name((enum depend_file)f), &text, NULL);
	}
	buf_clear(&text);
	print_defaults(&text, &in->scripts);
	if (r == INSTALL_OK)
		r = plan_state(in, DEFAULTS, &text, &in->defaults);
	buf_free(&text);
	return r;
}

/* What "$all" has overruled: known before the loops are cut. */
static void
tell_overruled(struct install *in, const struct graph *g)
{
	for (size_t i = 0; i < g->order.n_edges; i++) {
		const struct order_edge *e = &g->order.edges[i];
		const struct header *h = &in->scripts.v[e->owner].header;
		struct buf text = BUF_INIT;

		if (!e->dropped || e->word < 0)
			continue;
		graph_edge_text(&text, g, &in->world, e);
		diag_add(&in->diag, DIAG_WARN, h->file, h->words[e->word].line, h->words[e->word].column,
		    "given up for $all, which is %s everything else: %s", g->kind == 'S' ? "started after" : "stopped before", text.s);
		buf_free(&text);
	}
}

int
install_order(struct install *in)
{
	const struct order_edge *e;
	int level;

	graph_build(&in->start, 'S', &in->world);
	graph_build(&in->stop, 'K', &in->world);
	tell_overruled(in, &in->start);
	tell_overruled(in, &in->stop);
	if (graph_number(&in->start, &in->world) != 0 || graph_number(&in->stop, &in->world) != 0)
		return complain(in, in->dir.init_path, "the scripts depend on one another in more than 99 steps");
	for (struct graph *g = &in->start; g; g = g == &in->start ? &in->stop : NULL)
		if ((e = graph_broken(g, &in->world, &level))) {
			struct buf text = BUF_INIT;

			graph_edge_text(&text, g, &in->world, e);
			complain(in, in->dir.init_path, text.s);
			buf_free(&text);
			return INSTALL_FAILED;
		}
	drop_extras(in);
	if (plan_links(&in->plan, &in->scripts, &in->dir, &in->why) != 0)
		return INSTALL_FAILED;
	give_reasons(in);
	return plan_files(in);
}

struct rival {
	const struct install *in;
	int script;
	bool found;
};

static void
look_for_rival(int script, void *arg)
{
	struct rival *r = arg;

	r->found = r->found || (script != r->script && scripts_levels(r->in->scripts.v[script].want, 0));
}

bool
install_is_provided(const struct install *in, int script, const char *service)
{
	struct rival r = { in, script, false };

	graph_providers(&in->world, service, look_for_rival, &r);
	return r.found;
}

size_t
install_loops(const struct install *in, int script, struct buf *text)
{
	size_t hard = 0;

	for (int k = 0; k < 2; k++) {
		const struct graph *g = k ? &in->stop : &in->start;

		for (size_t i = 0; i < g->order.n_loops; i++) {
			const struct order_loop *l = &g->order.loops[i];

			if (!graph_in_loop(g, l, script))
				continue;
			buf_fmt(text, "There is a loop between services if %s:\n", k ? "stopped" : "started");
			graph_loop_text(text, g, &in->world, l);
			hard += l->hard;
		}
	}
	return hard;
}

int
install_apply(struct install *in)
{
	if (in->plan.n == 0)
		return INSTALL_OK;
	if (journal_apply(&in->dir, &in->plan, &in->why) != 0)
		return INSTALL_FAILED;
	if (scripts_reload_links(&in->scripts, &in->dir) != 0)
		return complain(in, in->dir.init_path, errno == EAGAIN ? "links changed under our hands" : strerror(errno));
	for (size_t i = 0; i < in->scripts.n; i++)
		for (int l = 0; l < LEVELS; l++) {
			struct scripts_link a = in->scripts.v[i].now[l], b = in->scripts.v[i].want[l];

			if (a.kind != b.kind || (a.kind && a.number != b.number))
				return complain(in, in->scripts.v[i].name, "its links are not what they were made to be");
		}
	return INSTALL_OK;
}
