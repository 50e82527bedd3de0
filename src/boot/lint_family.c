#include "boot/lint_family.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "base/str.h"

/* What only a library has; a `program` of that name may be there, too. */
static const struct function {
	const char *name;
	unsigned families;
	bool program;
} functions[] = {
	{ "log_daemon_msg", LINT_FAMILY_LSB, false }, { "log_begin_msg", LINT_FAMILY_LSB, false },
	{ "log_progress_msg", LINT_FAMILY_LSB, false }, { "log_end_msg", LINT_FAMILY_LSB, false },
	{ "log_action_msg", LINT_FAMILY_LSB, false }, { "log_action_begin_msg", LINT_FAMILY_LSB, false },
	{ "log_action_cont_msg", LINT_FAMILY_LSB, false }, { "log_action_end_msg", LINT_FAMILY_LSB, false },
	{ "status_of_proc", LINT_FAMILY_LSB, false }, { "init_is_upstart", LINT_FAMILY_LSB, false },
	{ "log_success_msg", LINT_FAMILY_LSB | LINT_FAMILY_RHEL, false }, { "log_failure_msg", LINT_FAMILY_LSB | LINT_FAMILY_RHEL, false },
	{ "log_warning_msg", LINT_FAMILY_LSB | LINT_FAMILY_RHEL, false },
	{ "start_daemon", LINT_FAMILY_LSB | LINT_FAMILY_SUSE, true }, { "startproc", LINT_FAMILY_SUSE, true },
	{ "checkproc", LINT_FAMILY_SUSE, true },
	{ "daemon", LINT_FAMILY_RHEL, true }, { "status", LINT_FAMILY_RHEL, true }, { "action", LINT_FAMILY_RHEL, true },
	{ "success", LINT_FAMILY_RHEL, true }, { "failure", LINT_FAMILY_RHEL, true }, { "passed", LINT_FAMILY_RHEL, true },
	{ "warning", LINT_FAMILY_RHEL, true }, { "echo_success", LINT_FAMILY_RHEL, false }, { "echo_failure", LINT_FAMILY_RHEL, false },
	{ "echo_passed", LINT_FAMILY_RHEL, false }, { "echo_warning", LINT_FAMILY_RHEL, false },
	{ "pidfileofproc", LINT_FAMILY_RHEL, false }, { "checkpid", LINT_FAMILY_RHEL, false },
	{ "rc_status", LINT_FAMILY_SUSE, false }, { "rc_reset", LINT_FAMILY_SUSE, false }, { "rc_exit", LINT_FAMILY_SUSE, false },
	{ "rc_check", LINT_FAMILY_SUSE, false }, { "rc_failed", LINT_FAMILY_SUSE, false }, { "rc_active", LINT_FAMILY_SUSE, false },
};

static const char *
library_of(unsigned families)
{
	if (families & LINT_FAMILY_LSB)
		return "/lib/lsb/init-functions";
	return families & LINT_FAMILY_RHEL ? "/etc/init.d/functions (Red Hat's)" : "/etc/rc.status (SUSE's)";
}

static const char *
at(const struct lex *x, size_t i)
{
	return x->s + x->v[i].at;
}

/* --- files that are read --- */
static bool
is_settings(const char *path)
{
	return str_starts(path, "/etc/default/") || str_starts(path, "/etc/sysconfig/");
}

static unsigned
family_of(const char *path)
{
	if (str_ends(path, "/lsb/init-functions"))
		return LINT_FAMILY_LSB;
	if (str_ends(path, "/init.d/functions"))
		return LINT_FAMILY_RHEL;
	if (str_ends(path, "/rc.status"))
		return LINT_FAMILY_SUSE;
	if (str_ends(path, "/init/vars.sh") || is_settings(path))
		return 0;
	return LINT_FAMILY_UNKNOWN;
}

/* The words of the script that are files of settings, in the order of their names, then of their places. */
struct looked {
	char *path;		/* owned */
	size_t token;
};

struct family {
	struct lint *l;
	unsigned set;
	struct looked *v;	/* owned */
	size_t n, cap;
	signed char asked[sizeof functions / sizeof *functions];	/* -1: not known yet */
};

static int
by_path(const void *a, const void *b)
{
	const struct looked *x = a, *y = b;
	int r = strcmp(x->path, y->path);

	return r ? r : x->token < y->token ? -1 : x->token > y->token;
}

static void
note_looked(struct family *f)
{
	const struct lex *x = &f->l->lex;

	for (size_t i = 0; i < x->n; i++) {
		struct buf b = BUF_INIT;

		if (x->v[i].role == LEX_ARG && lex_expand(x, i, &b) && b.s && is_settings(b.s)) {
			f->v = mem_grow(f->v, &f->cap, f->n + 1, sizeof *f->v);
			f->v[f->n++] = (struct looked){ mem_str(b.s), i };
		}
		buf_free(&b);
	}
	if (f->n > 0)
		sort_items(f->v, f->n, sizeof *f->v, by_path);
}

/* Is there a test of that file before token `before`? */
static bool
is_tested(const struct family *f, const char *path, size_t before)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(f->v[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < f->n && strcmp(f->v[low].path, path) == 0 && f->v[low].token < before;
}

static unsigned
check_source(const struct family *f, size_t i)
{
	struct lint *l = f->l;
	size_t k = lex_arg(&l->lex, i, i);
	struct buf path = BUF_INIT;
	unsigned family = LINT_FAMILY_UNKNOWN;

	if (k < l->lex.n && lex_expand(&l->lex, k, &path) && path.s) {
		family = family_of(path.s);
		if (is_settings(path.s) && l->shell == LINT_POSIX && !is_tested(f, path.s, i))
			lint_at(l, LINT_SOURCE_UNTESTED, i, "%.100s is read without a look whether it is there", path.s);
	}
	buf_free(&path);
	return family;
}

/* --- functions --- */
/* Does the script ask whether there is such a function, or have its own? */
static bool
is_asked_for(struct family *f, size_t row)
{
	const struct lex *x = &f->l->lex;

	if (f->asked[row] < 0) {
		f->asked[row] = lex_function(x, functions[row].name, strlen(functions[row].name)) != NULL;
		for (size_t i = 1; i < x->n && !f->asked[row]; i++)
			f->asked[row] = x->v[i].role == LEX_ARG && lex_is(x, i, functions[row].name);
		/* upstart had a program of that name */
		if (strcmp(functions[row].name, "status") == 0 && str_find_in(f->l->text, f->l->size, "upstart"))
			f->asked[row] = true;
	}
	return f->asked[row];
}

static void
check_call(struct family *f, size_t i)
{
	for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
		if (lex_is(&f->l->lex, i, functions[k].name) && !(functions[k].families & f->set) && (f->set != 0 || !functions[k].program) &&
		    !is_asked_for(f, k))
			lint_at(f->l, LINT_FUNCTION_FOREIGN, i, "%s; it is in %s", functions[k].name, library_of(functions[k].families));
}

/* Options of Red Hat's functions have a place each. */
static void
check_order(struct lint *l, size_t i)
{
	static const char order[] = "plbd";
	const char *last = order;
	bool operand = false;

	for (size_t k = lex_arg(&l->lex, i, i); k < l->lex.n; k = lex_arg(&l->lex, i, k)) {
		const char *s = at(&l->lex, k), *place;

		if (l->lex.v[k].n != 2 || s[0] != '-' || !(place = strchr(order, s[1])) || !*place) {
			operand = true;
			continue;
		}
		if (operand || place < last) {
			lint_at(l, LINT_OPTION_ORDER, k, "-%c comes too late", s[1]);
			return;
		}
		last = place;
		k = lex_arg(&l->lex, i, k);
		if (k == l->lex.n)
			return;
	}
}

unsigned
lint_family(struct lint *l)
{
	const struct lex *x = &l->lex;
	struct family f = { .l = l, .set = l->interpreted ? LINT_FAMILY_LSB : 0 };

	memset(f.asked, -1, sizeof f.asked);
	note_looked(&f);
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].role == LEX_COMMAND && (lex_is(x, i, ".") || lex_is(x, i, "source")))
			f.set |= check_source(&f, i);
	for (size_t i = 0; i < f.n; i++)
		free(f.v[i].path);
	free(f.v);
	if (f.set & LINT_FAMILY_UNKNOWN)
		return f.set;
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].role == LEX_COMMAND) {
			check_call(&f, i);
			if (f.set == LINT_FAMILY_RHEL && (lex_is(x, i, "killproc") || lex_is(x, i, "status") || lex_is(x, i, "pidofproc")))
				check_order(l, i);
		}
	return f.set;
}
