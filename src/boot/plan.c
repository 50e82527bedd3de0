#include "boot/plan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"

struct plan_op *
plan_add(struct plan *p, enum plan_action action, int level)
{
	struct plan_op *op;

	p->v = mem_grow(p->v, &p->cap, p->n + 1, sizeof *p->v);
	op = &p->v[p->n++];
	*op = (struct plan_op){ .action = action, .level = level, .script = -1 };
	return op;
}

static char *
entry_name(struct scripts_link l, const char *name)
{
	return mem_fmt("%c%02d%s", l.kind, l.number, name);
}

static bool
same(struct scripts_link a, struct scripts_link b)
{
	return a.kind == b.kind && (!a.kind || a.number == b.number);
}

/* Is there a second link of the script in the level by just that name? */
static bool
is_extra(const struct scripts *s, int script, int level, struct scripts_link l)
{
	for (size_t i = 0; i < s->n_extra; i++)
		if (s->extra[i].script == script && s->extra[i].level == level && same(s->extra[i].link, l))
			return true;
	return false;
}

/* What the link to be removed says is kept, so that it can be put back. */
static void
plan_remove(struct plan *p, const struct rcdir *d, int level, int script, char *name, struct diag *diag)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(d->level[level], name, target, sizeof target - 1);
	char where[8];
	struct plan_op *op;

	if (n < 0) {
		char *path = mem_fmt("%s/%s", rcdir_name(level, where), name);

		diag_add(diag, DIAG_ERROR, path, 0, 0, "%s", errno == EINVAL ? "no symbolic link" : strerror(errno));
		free(path);
		free(name);
		return;
	}
	op = plan_add(p, PLAN_REMOVE, level);
	op->from = name;
	op->target = mem_strn(target, (size_t)n);
	op->script = script;
}

static void
plan_change(struct plan *p, enum plan_action action, const struct scripts *s, const struct rcdir *d, int script, int level,
    struct diag *diag)
{
	const struct script *one = &s->v[script];
	struct scripts_link now = one->now[level], want = one->want[level];
	bool there = want.kind && is_extra(s, script, level, want);
	struct plan_op *op;

	if (action == PLAN_ADD && !now.kind && want.kind) {
		op = plan_add(p, PLAN_ADD, level);
		op->to = entry_name(want, one->name);
		op->target = mem_fmt("../%s/%s", str_base(d->init_path), one->name);
		op->script = script;
	} else if (action == PLAN_MOVE && now.kind && want.kind && !there) {
		op = plan_add(p, PLAN_MOVE, level);
		op->from = entry_name(now, one->name);
		op->to = entry_name(want, one->name);
		op->script = script;
	} else if (action == PLAN_REMOVE && now.kind && (!want.kind || there)) {
		plan_remove(p, d, level, script, entry_name(now, one->name), diag);
	}
}

int
plan_links(struct plan *p, const struct scripts *s, const struct rcdir *d, struct diag *diag)
{
	size_t errors = diag->errors;

	for (int l = 0; l < LEVELS; l++)
		for (size_t i = 0; i < s->n && d->level[l] < 0; i++)
			if (s->v[i].want[l].kind) {
				plan_add(p, PLAN_MKDIR, l);
				break;
			}
	for (enum plan_action action = PLAN_ADD; action <= PLAN_REMOVE; action++)
		for (int l = 0; l < LEVELS; l++)
			for (size_t i = 0; i < s->n; i++)
				if (!same(s->v[i].now[l], s->v[i].want[l]))
					plan_change(p, action, s, d, (int)i, l, diag);
	for (size_t i = 0; i < s->n_extra; i++) {
		const struct scripts_extra *x = &s->extra[i];

		if (x->remove && !same(x->link, s->v[x->script].want[x->level]))
			plan_remove(p, d, x->level, x->script, entry_name(x->link, s->v[x->script].name), diag);
	}
	return diag->errors > errors ? -1 : 0;
}

void
plan_file(struct plan *p, const char *name, const char *data, size_t n)
{
	struct plan_op *op = plan_add(p, PLAN_FILE, -1);

	op->to = mem_str(name);
	op->data = mem_strn(n ? data : "", n);
	op->n = n;
}

static void
op_text(struct buf *out, const struct plan_op *op)
{
	char where[8];

	if (op->action == PLAN_FILE) {
		buf_fmt(out, "init.d  ~%s\n", op->to);
		return;
	}
	buf_str(out, rcdir_name(op->level, where));
	if (op->action == PLAN_MKDIR) {
		buf_str(out, "  new directory\n");
		return;
	}
	buf_str(out, " ");
	if (op->from)
		buf_fmt(out, " -%s", op->from);
	if (op->to)
		buf_fmt(out, " +%s", op->to);
	if (op->why)
		buf_fmt(out, "  because %s", op->why);
	buf_ch(out, '\n');
}

void
plan_text(struct buf *out, const struct plan *p)
{
	for (int l = 0; l < LEVELS; l++)
		for (size_t i = 0; i < p->n; i++)
			if (p->v[i].level == l)
				op_text(out, &p->v[i]);
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].action == PLAN_FILE)
			op_text(out, &p->v[i]);
}

void
plan_json(struct buf *out, const struct plan *p)
{
	static const char *const names[] = { "mkdir", "add", "move", "remove", "file" };
	char level[2] = "";

	buf_str(out, "{\"operations\":[");
	for (size_t i = 0; i < p->n; i++) {
		const struct plan_op *op = &p->v[i];

		level[0] = op->action == PLAN_FILE ? '\0' : level_letter(op->level);
		buf_fmt(out, "%s{\"action\":\"%s\"", i ? "," : "", names[op->action]);
		json_field(out, "level", level[0] ? level : NULL);
		json_field(out, "from", op->from);
		json_field(out, "to", op->to);
		json_field(out, "why", op->why);
		buf_ch(out, '}');
	}
	buf_str(out, "]}\n");
}

void
plan_free(struct plan *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].from);
		free(p->v[i].to);
		free(p->v[i].target);
		free(p->v[i].why);
		free(p->v[i].data);
	}
	free(p->v);
	*p = (struct plan)PLAN_INIT;
}
