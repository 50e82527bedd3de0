#include "boot/lint_body.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pattern.h"
#include "base/str.h"
#include "boot/lint_family.h"

struct body {
	struct lint *l;
	const struct lex *x;
	bool careful;		/* set -e */
	bool always_0;		/* the last command is `exit 0` */
	bool looks;		/* it asks which process has a number */
	int group;		/* the case that has the actions; -1 */
};

static const char *
at(const struct lex *x, size_t i)
{
	return x->s + x->v[i].at;
}

static bool
contains(const struct lex *x, size_t i, const char *part)
{
	size_t n = strlen(part);

	for (size_t k = 0; k + n <= x->v[i].n; k++)
		if (strncasecmp(at(x, i) + k, part, n) == 0)
			return true;
	return false;
}

/* The word's value; NULL when it is not known.  The caller frees it. */
static char *
value(const struct lex *x, size_t i)
{
	struct buf b = BUF_INIT;

	if (i < x->n && lex_expand(x, i, &b))
		return buf_take(&b);
	buf_free(&b);
	return NULL;
}

static bool
is_command(const struct lex *x, size_t i, const char *name)
{
	return x->v[i].role == LEX_COMMAND && lex_is(x, i, name);
}

/* --- what the script is like --- */
static bool
script_mentions(const struct lint *l, const char *text)
{
	return str_find_in(l->text, l->size, text) != NULL;
}

static bool
sets_e(const struct lex *x, size_t i)
{
	size_t k = lex_arg(x, i, i);

	return k < x->n && at(x, k)[0] == '-' && contains(x, k, "e") && at(x, k)[1] != 'o' && at(x, k)[1] != '-';
}

static void
know_body(struct body *b)
{
	const struct lex *x = b->x;
	size_t last = x->n, arg;

	b->looks = script_mentions(b->l, "/proc/") || script_mentions(b->l, "ps -p");
	b->careful = x->size > 12 && strncmp(x->s, "#!/bin/sh -e", 12) == 0;
	for (size_t i = 0; i < x->n; i++) {
		if (x->v[i].role == LEX_COMMAND && x->v[i].nest == 0)
			last = i;
		if (is_command(x, i, "set") && sets_e(x, i))
			b->careful = true;
	}
	if (last == x->n || x->v[last].column != 1)
		return;
	arg = lex_arg(x, last, last);
	b->always_0 = lex_is(x, last, "exit") ? lex_is(x, arg, "0") : arg == x->n && (lex_is(x, last, ":") || lex_is(x, last, "true"));
	for (size_t i = 0; i < x->n_ranges; i++)
		if (x->ranges[i].first <= last && last < x->ranges[i].end)
			b->always_0 = false;
}

/* --- actions --- */
/* named: not only by a class or a wildcard in front, which other words match as well */
static bool
pattern_is(const struct lex *x, size_t i, const char *action, bool named)
{
	char *pattern = value(x, i);
	bool r = pattern && strcmp(pattern, "*") != 0 && (!named || pattern[0] == action[0]) && pattern_match(pattern, action, 0);

	free(pattern);
	return r;
}

/* The arm of the group for that action; "*" asks for the one that takes the rest. */
static const struct lex_range *
arm(const struct body *b, const char *action)
{
	for (size_t i = 0; i < b->x->n_ranges; i++) {
		const struct lex_range *r = &b->x->ranges[i];

		if (r->group != b->group || r->first == SIZE_MAX)
			continue;
		for (size_t k = r->name; k < r->first; k++)
			if (b->x->v[k].role == LEX_PATTERN &&
			    (strcmp(action, "*") == 0 ? lex_is(b->x, k, "*") : pattern_is(b->x, k, action, false)))
				return r;
	}
	return NULL;
}

/* The case that has both start and stop; the last one, if there are several. */
static void
find_group(struct body *b)
{
	const struct lex *x = b->x;
	unsigned char *has = mem_alloc((size_t)x->groups + 1);

	b->group = -1;
	for (size_t i = 0; i < x->n_ranges; i++) {
		const struct lex_range *r = &x->ranges[i];

		for (size_t k = r->name; r->group >= 0 && r->first != SIZE_MAX && k < r->first; k++)
			if (x->v[k].role == LEX_PATTERN)
				has[r->group] |= (unsigned char)(pattern_is(x, k, "start", true) | pattern_is(x, k, "stop", true) << 1);
	}
	for (int g = 0; g < x->groups; g++)
		if (has[g] == 3)
			b->group = g;
	free(has);
}

/* Is it a command whose failure means nothing? */
static bool
is_harmless(const struct lex *x, size_t i)
{
	static const char *const names[] = { "echo", "printf", ":", "true", "exit", "return", "[", "test", "sleep" };

	for (size_t k = 0; k < sizeof names / sizeof *names; k++)
		if (lex_is(x, i, names[k]))
			return true;
	return x->v[i].n > 4 && memcmp(at(x, i), "log_", 4) == 0;
}

static bool
is_itself(const struct lex *x, size_t i)
{
	return lex_is(x, i, "$0") || lex_is(x, i, "\"$0\"") || lex_is(x, i, "${0}");
}

/* How commands from `first` to `end` may end the script, what they call included. */
struct ends {
	bool exits, fails, delegates;
	bool again;		/* calls the script itself */
	bool acts;		/* something is done that can fail */
	bool *called;		/* for each function whether it is on the list; owned */
	const struct lex_range **list;	/* of the functions that are called, each once; owned */
	size_t n;
};

static void
note_call(const struct body *b, struct ends *e, const struct lex_range *f)
{
	bool *called = &e->called[f - b->x->ranges];

	if (!*called)
		e->list[e->n++] = f;
	*called = true;
}

static void
look_at(const struct body *b, size_t first, size_t end, struct ends *e, bool in_function)
{
	const struct lex *x = b->x;

	for (size_t i = first; i < end && i < x->n; i++) {
		const struct lex_range *f;
		size_t arg;

		if (x->v[i].role != LEX_COMMAND)
			continue;
		arg = lex_arg(x, i, i);
		e->acts = e->acts || !is_harmless(x, i);
		if (lex_is(x, i, "exit") || lex_is(x, i, "return")) {
			/* outside of functions return is exit */
			e->exits = e->exits || lex_is(x, i, "exit") || !in_function;
			if (arg == x->n || !lex_is(x, arg, "0"))
				e->fails = true;
		} else if (is_itself(x, i)) {
			e->again = true;
		} else if (lex_is(x, i, "exec") || lex_is(x, i, "rc_exit") || contains(x, i, "usage") || contains(x, i, "help") || at(x, i)[0] == '$') {
			e->delegates = true;
		}
		f = lex_function(x, at(x, i), x->v[i].n);
		if (f)
			note_call(b, e, f);
		else if (arg < x->n && (contains(x, arg, "$1") || contains(x, arg, "$@") || contains(x, arg, "$*")) && !lex_is(x, i, "echo") &&
		    !lex_is(x, i, "printf") && !lex_is(x, i, "[") && !lex_is(x, i, "test") && !contains(x, i, "log_"))
			e->delegates = true;
	}
}

static struct ends
ends_of(const struct body *b, const struct lex_range *r)
{
	struct ends e = { .called = mem_alloc((b->x->n_ranges + 1) * sizeof *e.called), .list = mem_alloc((b->x->n_ranges + 1) * sizeof *e.list) };

	look_at(b, r->first, r->end, &e, false);
	for (size_t i = 0; i < e.n; i++)
		look_at(b, e.list[i]->first, e.list[i]->end, &e, true);
	free(e.called);
	free(e.list);
	e.called = NULL;
	e.list = NULL;
	return e;
}

static void
check_missing(struct body *b, size_t where)
{
	static const char *const wanted[] = { "restart", "force-reload", "status" };
	const struct lex_range *rest = arm(b, "*");

	if (rest && (ends_of(b, rest).delegates || ends_of(b, rest).again))
		return;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (!arm(b, wanted[i]))
			lint_at(b->l, LINT_ACTION_MISSING, where, "no %s action", wanted[i]);
}

/* The first command behind the last arm; the number of tokens when there is none. */
static size_t
behind(const struct body *b)
{
	size_t end = 0;

	for (size_t i = 0; i < b->x->n_ranges; i++)
		if (b->x->ranges[i].group == b->group && b->x->ranges[i].end > end)
			end = b->x->ranges[i].end;
	for (size_t i = end; i < b->x->n; i++)
		if (b->x->v[i].role == LEX_COMMAND)
			return i;
	return b->x->n;
}

/* Is it an exit with what the case ended with, which is 0 when no arm was for it? */
static bool
exits_as_it_is(const struct lex *x, size_t i)
{
	size_t arg = i < x->n ? lex_arg(x, i, i) : x->n;

	return i < x->n && (lex_is(x, i, "rc_exit") || (lex_is(x, i, "exit") && (arg == x->n || lex_is(x, arg, "$?") || lex_is(x, arg, "\"$?\""))));
}

static void
check_unknown(struct body *b, size_t where)
{
	const struct lex_range *rest = arm(b, "*");
	struct ends e = { .exits = false };

	if (rest)
		e = ends_of(b, rest);
	if (e.fails || e.delegates || e.again || (behind(b) < b->x->n && !b->always_0 && !e.exits && (rest || !exits_as_it_is(b->x, behind(b)))))
		return;
	if (!rest)
		lint_at(b->l, LINT_ACTION_UNKNOWN, where, "nothing is said to an action that there is not");
	else
		lint_at(b->l, LINT_ACTION_UNKNOWN, rest->name, "an action that there is not ends with 0");
}

static void
check_lost(struct body *b)
{
	static const char *const actions[] = { "start", "stop", "restart", "status" };

	if (!b->always_0 || b->careful)
		return;
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		const struct lex_range *r = arm(b, actions[i]);
		struct ends e = { .exits = true };

		if (r)
			e = ends_of(b, r);
		if (e.acts && !e.exits && !e.delegates)
			lint_at(b->l, LINT_STATUS_LOST, r->name, "%s always ends with 0", actions[i]);
	}
}

static void
check_actions(struct body *b)
{
	size_t where = b->x->n;

	if (b->l->interpreted)
		return;
	find_group(b);
	for (size_t i = 0; b->group >= 0 && i < b->x->n_ranges; i++)
		if (b->x->ranges[i].group == b->group && b->x->ranges[i].name < where)
			where = b->x->ranges[i].name;
	if (where == b->x->n)
		return;
	check_missing(b, where);
	check_unknown(b, where);
	check_lost(b);
}

bool
lint_body_place(const struct lint *l, const char *action, int *line, int *column)
{
	struct body b = { .x = &l->lex, .group = -1 };
	const struct lex_range *r = NULL;

	*line = *column = 0;
	if (!l->interpreted)
		find_group(&b);
	if (b.group >= 0 && *action)
		r = arm(&b, action);
	if (b.group >= 0 && !r)
		r = arm(&b, "*");
	if (r) {
		*line = b.x->v[r->name].line;
		*column = b.x->v[r->name].column;
	}
	return r != NULL;
}

/* --- processes and files --- */
/* Is the word the content of a pidfile: $(cat FILE.pid), or a variable that got it so? */
static bool
is_pid(const struct lex *x, size_t i)
{
	const char *s = at(x, i);
	size_t n = x->v[i].n, from = 0, e;
	const struct lex_token *t;

	if (contains(x, i, "cat ") && contains(x, i, "pid"))
		return true;
	while (from < n && strchr("\"${", s[from]))
		from++;
	for (e = from; e < n && (isalnum((unsigned char)s[e]) || s[e] == '_'); e++)
		;
	t = from > 0 && e > from ? lex_assignment(x, s + from, e - from) : NULL;
	return t && contains(x, (size_t)(t - x->v), "cat ") && contains(x, (size_t)(t - x->v), "pid");
}

static void
check_kill(struct body *b, size_t i)
{
	const struct lex *x = b->x;

	for (size_t k = lex_arg(x, i, i); k < x->n; k = lex_arg(x, i, k)) {
		if (lex_is(x, k, "-0"))
			return;
		/* one that looks at /proc may know whom it kills */
		if (!b->looks && is_pid(x, k)) {
			lint_at(b->l, LINT_KILL_PIDFILE, i, "kill of whatever number the pidfile holds");
			return;
		}
	}
}

static void
check_kill_by_name(struct body *b, size_t i)
{
	const struct lex *x = b->x;
	size_t operand = x->n;

	for (size_t k = lex_arg(x, i, i); k < x->n; k = lex_arg(x, i, k)) {
		if (lex_is(x, k, "-0") || lex_is(x, k, "-P") || lex_is(x, k, "-F") || lex_is(x, k, "--pidfile") || lex_is(x, k, "-s0"))
			return;
		operand = k;
	}
	if (operand < x->n)
		lint_at(b->l, LINT_KILL_BY_NAME, i, "%.*s %.*s", (int)x->v[i].n, at(x, i), x->v[operand].n < 60 ? (int)x->v[operand].n : 60, at(x, operand));
}

bool
lint_body_is_public(const struct lint *l, size_t token, size_t skip)
{
	static const char *const places[] = { "/tmp/", "/var/tmp/", "/dev/shm/" };
	struct buf b = BUF_INIT;
	bool r = false;

	if (lex_expand(&l->lex, token, &b) && b.len > skip)
		for (size_t i = 0; i < sizeof places / sizeof *places; i++)
			r = r || str_starts(b.s + skip, places[i]);
	buf_free(&b);
	return r;
}

static void
check_assignment(struct body *b, size_t i)
{
	const char *s = at(b->x, i), *equals = memchr(s, '=', b->x->v[i].n);
	size_t n = equals ? (size_t)(equals - s) : 0;

	if (n < 3 || strncasecmp(s + n - 3, "pid", 3) != 0)
		if (n < 7 || strncasecmp(s + n - 7, "pidfile", 7) != 0)
			return;
	if (lint_body_is_public(b->l, i, n + 1))
		lint_at(b->l, LINT_PIDFILE_WRITABLE, i, "a pidfile where everybody may write");
}

/* --- lock files, which only Red Hat's rc knows --- */
/* The token of the argument that is a lock file; x->n if there is none.  *sure: it is one for certain. */
static size_t
lock_argument(const struct lex *x, size_t i, bool *sure)
{
	for (size_t k = lex_arg(x, i, i); k < x->n; k = lex_arg(x, i, k)) {
		char *v = value(x, k);

		*sure = v != NULL;
		if (v ? str_find(v, "/lock/subsys/") != NULL : contains(x, k, "lock")) {
			free(v);
			return k;
		}
		free(v);
	}
	return x->n;
}

static void
check_locks(struct body *b)
{
	const struct lex *x = b->x;
	size_t daemon = x->n, touch = x->n, removal = x->n;
	bool sure = false, dummy;

	for (size_t i = 0; i < x->n; i++) {
		if (is_command(x, i, "daemon") && daemon == x->n)
			daemon = i;
		else if ((is_command(x, i, "touch") || is_command(x, i, "/bin/touch")) && touch == x->n)
			touch = lock_argument(x, i, &sure);
		else if ((is_command(x, i, "rm") || is_command(x, i, "/bin/rm")) && removal == x->n)
			removal = lock_argument(x, i, &dummy);
		else if (x->v[i].role == LEX_TARGET && contains(x, i, "lock"))
			touch = i;
	}
	if (daemon == x->n)
		return;
	if (touch == x->n)
		lint_at(b->l, LINT_LOCK_MISSING, daemon, "no lock file is made");
	else if (removal == x->n)
		lint_at(b->l, LINT_LOCK_LEFT, touch, "the lock file is never removed");
	if (touch < x->n && sure && !strchr(b->l->name, '.')) {
		char *v = value(x, touch);

		if (v && strcmp(str_base(v), b->l->name) != 0)
			lint_at(b->l, LINT_LOCK_NAME, touch, "the lock file is called %.60s, the script %.60s", str_base(v), b->l->name);
		free(v);
	}
}

void
lint_body(struct lint *l)
{
	struct body b = { .l = l, .x = &l->lex, .group = -1 };

	l->families = lint_family(l);
	know_body(&b);
	check_actions(&b);
	for (size_t i = 0; i < l->lex.n; i++) {
		if (l->lex.v[i].role == LEX_ASSIGN)
			check_assignment(&b, i);
		else if (is_command(&l->lex, i, "kill") || is_command(&l->lex, i, "/bin/kill"))
			check_kill(&b, i);
		else if (is_command(&l->lex, i, "killall") || is_command(&l->lex, i, "pkill") || is_command(&l->lex, i, "/usr/bin/killall"))
			check_kill_by_name(&b, i);
	}
	if (l->families == LINT_FAMILY_RHEL)
		check_locks(&b);
}
