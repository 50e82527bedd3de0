#include "svc/match.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/proc.h"
#include "svc/match_program.h"
#include "svc/match_rules.h"

static void
view_set(struct match_rules_view *v, pid_t pid)
{
	v->pid = pid;
	v->have_stat = false;
	v->len = proc_digits(v->name, pid);
}

/* a bit for each rule that the match has, found once for many processes */
static unsigned
wanted_rules(const struct match *m)
{
	unsigned wanted = 0;

	for (int i = 0; i < MATCH_RULES; i++)
		if (match_rules[i].wants(m))
			wanted |= 1U << i;
	return wanted;
}

static enum match_answer
look(const struct match *m, struct match_rules_view *v)
{
	enum match_answer all = MATCH_YES;

	for (unsigned left = v->wanted; left; left &= left - 1) {
		enum match_answer a = match_rules[__builtin_ctz(left)].holds(m, v);

		if (a == MATCH_NO)
			return MATCH_NO;
		if (a == MATCH_UNKNOWN)
			all = a;
	}
	return all;
}

/* Do the rules need more of /proc than a whole path?  A pidfile alone does not. */
static int
open_proc(const struct match *m)
{
	if (!m->by_user && !m->exec && !m->name && (m->pid || m->any_namespace))
		return AT_FDCWD;
	return open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
close_proc(const struct match_rules_view *v)
{
	if (v->proc != AT_FDCWD)
		close(v->proc);
}

enum match_answer
match_pid(const struct match *m, pid_t pid)
{
	struct match_rules_view v = { .proc = AT_FDCWD, .wanted = wanted_rules(m) };
	enum match_answer a;

	if (m->pid && m->pid != pid)
		return MATCH_NO;
	v.proc = open_proc(m);
	if (v.proc == -1)
		return MATCH_UNKNOWN;
	view_set(&v, pid);
	a = look(m, &v);
	close_proc(&v);
	return a;
}

enum match_answer
match_rule(const struct match *m, pid_t pid, enum match_rule rule)
{
	struct match_rules_view v = { .proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	enum match_answer a;

	if (v.proc < 0)
		return MATCH_UNKNOWN;
	view_set(&v, pid);
	a = match_rules[rule].holds(m, &v);
	close(v.proc);
	return a;
}

bool
match_wants(const struct match *m, enum match_rule rule)
{
	return match_rules[rule].wants(m);
}

const char *
match_rule_text(enum match_rule rule)
{
	return match_rules[rule].text;
}

static void
add_pid(struct match_pids *out, pid_t pid)
{
	const pid_t *few;

	for (size_t i = 0; i < out->n; i++)
		if (out->v[i] == pid)
			return;
	few = out->borrowed && out->n == out->cap ? out->v : NULL;
	if (few)
		*out = (struct match_pids){ .n = out->n };
	out->v = mem_grow(out->v, &out->cap, out->n + 1, sizeof *out->v);
	if (few)
		memcpy(out->v, few, out->n * sizeof *few);
	out->v[out->n++] = pid;
}

void
match_pids_free(struct match_pids *p)
{
	if (!p->borrowed)
		free(p->v);
	*p = (struct match_pids)MATCH_PIDS_INIT;
}

static void
consider(struct match *m, struct match_rules_view *v, struct match_pids *out)
{
	enum match_answer a = look(m, v);

	if (a == MATCH_YES)
		add_pid(out, v->pid);
	m->unknown |= a == MATCH_UNKNOWN;
}

static int
scan_listed(struct match *m, struct match_pids *out, size_t max)
{
	struct proc_scan scan = PROC_SCAN_INIT;
	struct match_rules_view v = { .wanted = wanted_rules(m) };
	pid_t pid;
	bool any = false;
	int r = 0;

	while (out->n < max && (r = proc_scan_next(&scan, &pid)) == 1) {
		any = true;
		v.proc = scan.fd;
		v.pid = pid;
		v.have_stat = false;
		v.len = scan.digits;
		memcpy(v.name, scan.name, sizeof v.name);
		consider(m, &v, out);
	}
	proc_scan_close(&scan);
	if (r == 0 && !any && max > 0) {
		/* not even we are there: that is no /proc */
		errno = ENOENT;
		return -1;
	}
	return r < 0 ? -1 : 0;
}

enum { SINCE_MAX = 4096, MARGIN = 32, ROUNDS_MAX = 16 };

/* those whose pids are above `from`, and at most `to` */
static int
scan_between(struct match *m, struct match_pids *out, pid_t from, pid_t to)
{
	struct match_rules_view v = { .wanted = wanted_rules(m) };

	v.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (v.proc < 0)
		return -1;
	while (from++ < to) {
		view_set(&v, from);
		/* the numbers of threads are not listed, but can be looked up */
		v.stat_result = proc_stat(from, &v.stat);
		v.have_stat = true;
		if (v.stat_result == 0)
			consider(m, &v, out);
	}
	close(v.proc);
	return 0;
}

/* margin: how many before the mark to look at too */
static int
scan_since(struct match *m, struct proc_mark *mark, struct match_pids *out, pid_t margin)
{
	pid_t from = mark->last;

	proc_mark_take(mark);
	/* too many, come round, or unknown: looking at all there are is then no dearer */
	if (!from || mark->last < from || mark->last - from > SINCE_MAX)
		return scan_listed(m, out, SIZE_MAX);
	from = from > margin ? from - margin : 0;
	return mark->last == from ? 0 : scan_between(m, out, from, mark->last);
}

int
match_since(struct match *m, struct proc_mark *mark, struct match_pids *out)
{
	return scan_since(m, mark, out, 0);
}

/*
 * Who was listed may have left a child in its place before it was looked at, as a daemon does that puts itself into the background.  A
 * pid is counted a moment before its process can be seen: hence the margin.
 */
static int
scan_until_sure(struct match *m, struct match_pids *out, size_t max)
{
	struct proc_mark mark = PROC_MARK_INIT;
	const size_t before = out->n;
	pid_t last = -1;
	int r;

	proc_mark_take(&mark);
	r = scan_listed(m, out, max);
	for (int i = 0; r == 0 && out->n == before && max > before && mark.last && mark.last != last && i < ROUNDS_MAX; i++) {
		last = mark.last;
		r = scan_since(m, &mark, out, MARGIN);
	}
	proc_mark_close(&mark);
	return r;
}

int
match_scan(struct match *m, struct match_pids *out, size_t max)
{
	enum match_answer a;

	m->unknown = false;
	if (!m->pid)
		return scan_until_sure(m, out, max);
	a = match_pid(m, m->pid);
	m->unknown = a == MATCH_UNKNOWN;
	if (a == MATCH_YES)
		add_pid(out, m->pid);
	return 0;
}

int
match_prepare(struct match *m)
{
	return m->exec ? match_program_look(m) : 0;
}

void
match_free(struct match *m)
{
	free(m->real);
	m->real = NULL;
}
