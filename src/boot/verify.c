#include "boot/verify.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/str.h"

static void __attribute__((format(printf, 5, 6)))
add(struct verify *f, enum verify_kind kind, int level, int script, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	fmt_va(text, sizeof text, fmt, ap);
	va_end(ap);
	f->v = mem_grow(f->v, &f->cap, f->n + 1, sizeof *f->v);
	f->v[f->n++] = (struct verify_finding){ kind, level, script, mem_str(text) };
}

/* Does a link with that text, in rcN.d, lead to the script? */
static bool
leads_to(const struct rcdir *d, const char *target, const char *name)
{
	const char *base = str_base(target), *dir = str_base(d->init_path);
	size_t n = strlen(dir);

	if (strcmp(base, name) != 0 || (size_t)(base - target) < n + 1)
		return false;
	return memcmp(base - 1 - n, dir, n) == 0 && (base - 1 - n == target || base[-2 - (ptrdiff_t)n] == '/');
}

static int
check_link(struct verify *f, const struct install *in, int script, int level, struct scripts_link l)
{
	const struct script *s = &in->scripts.v[script];
	char name[NAME_MAX + 1], target[PATH_MAX], where[8];
	ssize_t n;

	fmt_to(name, sizeof name, "%c%02d%s", l.kind, l.number, s->name);
	rcdir_name(level, where);
	n = readlinkat(in->dir.level[level], name, target, sizeof target - 1);
	if (n < 0 && errno != EINVAL)
		return -1;
	target[n < 0 ? 0 : n] = '\0';
	if (n < 0)
		add(f, VERIFY_FOREIGN, level, script, "%s/%s is no symbolic link", where, name);
	else if (!leads_to(&in->dir, target, s->name))
		add(f, VERIFY_FOREIGN, level, script, "%s/%s leads to %s", where, name, target);
	else if (!s->here)
		add(f, VERIFY_DANGLING, level, script, "%s/%s leads nowhere", where, name);
	return 0;
}

static int
check_links(struct verify *f, const struct install *in)
{
	char where[8];

	for (size_t i = 0; i < in->scripts.n; i++) {
		const struct script *s = &in->scripts.v[i];

		for (int l = 0; l < LEVELS; l++)
			if (s->now[l].kind && check_link(f, in, (int)i, l, s->now[l]) != 0)
				return -1;
		if (s->here && scripts_levels(s->now, 0) && !scripts_is_executable(&in->dir, s))
			add(f, VERIFY_NOT_EXECUTABLE, -1, (int)i, "%s/%s is linked, but not executable", in->dir.init_path, s->name);
	}
	for (size_t i = 0; i < in->scripts.n_extra; i++) {
		const struct scripts_extra *x = &in->scripts.extra[i];
		const struct script *s = &in->scripts.v[x->script];
		bool both = s->now[x->level].kind != x->link.kind;

		if (check_link(f, in, x->script, x->level, x->link) != 0)
			return -1;
		add(f, both ? VERIFY_BOTH : VERIFY_DUPLICATE, x->level, x->script, "%s has %c%02d%s as well as %c%02d%s",
		    rcdir_name(x->level, where), s->now[x->level].kind, s->now[x->level].number, s->name, x->link.kind, x->link.number,
		    s->name);
	}
	return 0;
}

static void
check_order(struct verify *f, struct install *in, struct graph *g, char kind)
{
	graph_build(g, kind, &in->world);
	if (order_solve(&g->order) != 0)
		add(f, VERIFY_ORDER, -1, -1, "the scripts depend on one another in more than 99 steps");
	for (size_t i = 0; i < g->order.n_loops; i++) {
		struct buf text = BUF_INIT;

		graph_loop_text(&text, g, &in->world, &g->order.loops[i]);
		add(f, VERIFY_LOOP, -1, -1, "a loop when %s:\n%.*s", kind == 'S' ? "started" : "stopped", (int)text.len - 1, text.s);
		buf_free(&text);
	}
	for (size_t i = 0; i < g->order.n_edges; i++) {
		const struct order_edge *e = &g->order.edges[i];
		int level = e->word < 0 ? -1 : graph_breaks(g, &in->world, e);
		struct buf text = BUF_INIT;
		char where[8];

		if (level < 0)
			continue;
		graph_edge_text(&text, g, &in->world, e);
		add(f, VERIFY_ORDER, level, e->owner, "%s: %s, but does not", rcdir_name(level, where), text.s);
		buf_free(&text);
	}
}

static void
check_needs(struct verify *f, const struct install *in)
{
	for (size_t i = 0; i < in->start.n_unmet; i++) {
		const struct graph_unmet *u = &in->start.unmet[i];
		const struct header *h = &in->scripts.v[u->script].header;
		struct buf levels = BUF_INIT;

		level_print(&levels, u->levels, " ");
		if (u->absent)
			add(f, VERIFY_UNPROVIDED, -1, u->script, "%s:%d: nothing that is started provides %s", h->file, h->words[u->word].line, u->name);
		else
			add(f, VERIFY_UNPROVIDED, -1, u->script, "%s:%d: %s is not started in %s", h->file, h->words[u->word].line, u->name, levels.s);
		buf_free(&levels);
	}
}

int
verify_tree(struct verify *f, struct install *in)
{
	*f = (struct verify){ NULL, 0, 0 };
	if (check_links(f, in) != 0)
		return -1;
	check_order(f, in, &in->start, 'S');
	check_order(f, in, &in->stop, 'K');
	check_needs(f, in);
	return 0;
}

const char *
verify_word(enum verify_kind kind)
{
	static const char *const words[] = {
		[VERIFY_DANGLING] = "dangling", [VERIFY_FOREIGN] = "foreign", [VERIFY_DUPLICATE] = "duplicate", [VERIFY_BOTH] = "both",
		[VERIFY_NOT_EXECUTABLE] = "not-executable", [VERIFY_ORDER] = "order", [VERIFY_LOOP] = "loop",
		[VERIFY_UNPROVIDED] = "unprovided",
	};

	return words[kind];
}

void
verify_free(struct verify *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].text);
	free(f->v);
	*f = (struct verify){ NULL, 0, 0 };
}
