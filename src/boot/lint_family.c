#include "boot/lint_family.h"

#include <stdlib.h>
#include <string.h>

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

/* Is there a test of that file before token `before`? */
static bool
is_tested(const struct lex *x, const char *path, size_t before)
{
	for (size_t i = 0; i < before; i++) {
		bool same;
		struct buf b = BUF_INIT;

		if (x->v[i].role != LEX_ARG)
			continue;
		same = lex_expand(x, i, &b) && b.s && strcmp(b.s, path) == 0;
		buf_free(&b);
		if (same)
			return true;
	}
	return false;
}

static unsigned
check_source(struct lint *l, size_t i)
{
	size_t k = lex_arg(&l->lex, i, i);
	struct buf path = BUF_INIT;
	unsigned family = LINT_FAMILY_UNKNOWN;

	if (k < l->lex.n && lex_expand(&l->lex, k, &path) && path.s) {
		family = family_of(path.s);
		if (is_settings(path.s) && l->shell == LINT_POSIX && !is_tested(&l->lex, path.s, i))
			lint_at(l, LINT_SOURCE_UNTESTED, i, "%.100s is read without a look whether it is there", path.s);
	}
	buf_free(&path);
	return family;
}

/* --- functions --- */
/* Does the script ask whether there is such a function? */
static bool
is_asked_for(const struct lex *x, const char *name)
{
	for (size_t i = 1; i < x->n; i++)
		if (x->v[i].role == LEX_ARG && lex_is(x, i, name))
			return true;
	return false;
}

static void
check_call(struct lint *l, size_t i, unsigned families)
{
	const struct function *f = NULL;

	for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
		if (lex_is(&l->lex, i, functions[k].name))
			f = &functions[k];
	/* upstart had a program of that name */
	if (lex_is(&l->lex, i, "status") && memmem(l->text, l->size, "upstart", 7))
		return;
	if (!f || (f->families & families) || (families == 0 && f->program) || lex_function(&l->lex, f->name, strlen(f->name)) ||
	    is_asked_for(&l->lex, f->name))
		return;
	lint_at(l, LINT_FUNCTION_FOREIGN, i, "%s; it is in %s", f->name, library_of(f->families));
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
	unsigned families = l->interpreted ? LINT_FAMILY_LSB : 0;

	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].role == LEX_COMMAND && (lex_is(x, i, ".") || lex_is(x, i, "source")))
			families |= check_source(l, i);
	if (families & LINT_FAMILY_UNKNOWN)
		return families;
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].role == LEX_COMMAND) {
			check_call(l, i, families);
			if (families == LINT_FAMILY_RHEL && (lex_is(x, i, "killproc") || lex_is(x, i, "status") || lex_is(x, i, "pidofproc")))
				check_order(l, i);
		}
	return families;
}
