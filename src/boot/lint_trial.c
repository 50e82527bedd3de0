#include "boot/lint_trial.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/str.h"
#include "base/timespan.h"
#include "boot/lint_body.h"
#include "boot/lint_family.h"
#include "os/file.h"

enum { MISSING = 2, NO_ACTION = 3, NOT_INSTALLED = 5, NOT_CONFIGURED = 6 };

/* What may pass between the end of an action and its effect: start-stop-daemon --background does not wait for the exec of what it started. */
enum { START_MS = 1000, STOP_MS = 100 };

struct judge {
	struct lint *l;
	const struct trial *t;
	uint64_t limit;
	bool blind;		/* status says the same whether it runs or not */
};

static const struct trial_step *
step(const struct judge *j, enum trial_what what)
{
	return &j->t->v[what];
}

/* What the action was done to, to stand behind its name. */
static const char *
when(enum trial_what what)
{
	switch (what) {
	case TRIAL_STATUS_BEFORE: case TRIAL_STOP_BEFORE: return " before any start";
	case TRIAL_START_AGAIN: return " of what runs";
	case TRIAL_STATUS: return " of what runs";
	case TRIAL_STATUS_STOPPED: return " after a stop";
	case TRIAL_STOP_AGAIN: return " of what is stopped";
	case TRIAL_TRY_STOPPED: return " of what is stopped";
	case TRIAL_STATUS_KILLED: return " after the daemon was killed";
	case TRIAL_START_KILLED: return " after the daemon was killed";
	case TRIAL_STOP_LAST: return " of what was started so";
	default: return "";
	}
}

static void
say(const struct judge *j, enum lint_code code, enum trial_what what, const char *text)
{
	int line, column;

	lint_body_place(j->l, trial_action(what), &line, &column);
	lint_add(j->l, code, line, column, "%s%s %s", trial_action(what), when(what), text);
	lint_output(j->l, step(j, what)->output);
}

static void
say_code(const struct judge *j, enum lint_code code, enum trial_what what, const char *right)
{
	char text[160];

	fmt_to(text, sizeof text, "ends with %d%s", step(j, what)->code, right);
	say(j, code, what, text);
}

/* Was it called, and did it end? */
static bool
came(const struct judge *j, enum trial_what what)
{
	return step(j, what)->done && step(j, what)->code >= 0;
}

static bool
has_finding(const struct lint *l, enum lint_code code, const char *part)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].code == code && str_find(l->v[i].text, part))
			return true;
	return false;
}

static void
check_there(const struct judge *j, enum trial_what what)
{
	int line, column;

	lint_body_place(j->l, "", &line, &column);
	if (came(j, what) && trial_is_missing(j->t, what) && !has_finding(j->l, LINT_ACTION_MISSING, trial_action(what)))
		lint_add(j->l, LINT_ACTION_MISSING, line, column, "no %s action: it ends with %d, as any unknown one", trial_action(what), step(j, what)->code);
}

/* Does the script start a daemon, or something that is done when it is done? */
static bool
has_daemon(const struct judge *j)
{
	static const char *const starters[] = { "start-stop-daemon", "/sbin/start-stop-daemon", "start_daemon", "daemon", "startproc", "svrun" };
	const struct trial_step *s = step(j, TRIAL_START);

	if (s->running || s->died || j->l->interpreted)
		return true;
	for (size_t i = 0; i < j->l->lex.n; i++)
		for (size_t k = 0; k < sizeof starters / sizeof *starters; k++)
			if (j->l->lex.v[i].role == LEX_COMMAND && lex_is(&j->l->lex, i, starters[k]))
				return true;
	return false;
}

/* --- the program that is not there --- */
static bool
is_program(const char *path)
{
	return str_starts(path, "/usr/lib") || str_starts(path, "/lib") || str_starts(path, "/opt/") || (path[0] == '/' && str_find(path, "bin/"));
}

/* Does the script end where the test with that -x or -f says that the file is not there? */
static bool
ends_without(const struct lex *x, size_t test)
{
	size_t first = test, i = lex_next(x, test);
	bool absent;

	while (first > 0 && x->v[first - 1].line == x->v[test].line && test - first < 3)
		first--;
	absent = false;
	for (size_t k = first; k < test; k++)
		absent = absent || lex_is(x, k, "!");
	while (i < x->n && x->v[i].kind != LEX_SEP)
		i = lex_next(x, i);
	if (i == x->n || lex_is(x, i, absent ? "||" : "&&") || (!absent && !lex_is(x, i, "||")))
		return false;
	for (size_t k = i; k < x->n && k < i + 20 && !lex_is(x, k, "fi") && !lex_is(x, k, "else"); k++)
		if (x->v[k].role == LEX_COMMAND && (lex_is(x, k, "exit") || lex_is(x, k, "return")))
			return true;
	return false;
}

/* Is the token a path behind -x or -f, of a program that is not there and that the script cannot do without?  Then it is in out. */
static bool
is_absent(const struct lint *l, size_t i, const char *root, struct buf *out)
{
	bool absent;
	char *path;

	buf_clear(out);
	if (l->lex.v[i].role != LEX_ARG || (!lex_is(&l->lex, i, "-x") && !lex_is(&l->lex, i, "-f")) || !ends_without(&l->lex, i))
		return false;
	i = lex_next(&l->lex, i);
	if (i == l->lex.n || !lex_expand(&l->lex, i, out) || !out->s || !is_program(out->s))
		return false;
	path = file_under(root, out->s);
	absent = access(path, F_OK) != 0;
	free(path);
	return absent;
}

/* True when there is nothing to try, which has been noted then. */
static bool
check_installed(const struct judge *j, const char *root)
{
	const struct trial_step *s = step(j, TRIAL_START);
	struct buf path = BUF_INIT;
	bool absent = false;

	if (s->running || !came(j, TRIAL_START))
		return false;
	for (size_t i = 0; i < j->l->lex.n && !absent; i++)
		absent = is_absent(j->l, i, root, &path);
	if (absent)
		lint_add(j->l, LINT_RUN_SKIPPED, 0, 0, "%.100s is not installed: start ends with %d (the LSB has 5, Debian 0)", path.s, s->code);
	else if (s->code == NOT_INSTALLED || s->code == NOT_CONFIGURED)
		lint_add(j->l, LINT_RUN_SKIPPED, 0, 0, "it is not %s: start ends with %d", s->code == NOT_INSTALLED ? "installed" : "configured", s->code);
	buf_free(&path);
	if (!absent && s->code != NOT_INSTALLED && s->code != NOT_CONFIGURED)
		return false;
	lint_output(j->l, s->output);
	return true;
}

/* It answers everything in the same way, and well: it never came to look what it was asked for. */
static bool
check_turned_off(const struct judge *j)
{
	static const enum trial_what whats[] = { TRIAL_UNKNOWN, TRIAL_STATUS_BEFORE, TRIAL_START };
	const struct trial_step *s = step(j, TRIAL_NO_ACTION);
	int line, column;

	if (!lint_body_place(j->l, "start", &line, &column))
		return false;
	for (size_t i = 0; i < sizeof whats / sizeof *whats; i++)
		if (!came(j, whats[i]) || s->code != 0 || step(j, whats[i])->code != 0 || strcmp(step(j, whats[i])->output, s->output) != 0)
			return false;
	if (step(j, TRIAL_START)->running)
		return false;
	lint_add(j->l, LINT_RUN_SKIPPED, 0, 0, "it ends with 0 before it looks at the action: it is turned off, not configured, or not for this machine");
	lint_output(j->l, s->output);
	return true;
}

/* --- the rules --- */
/* Is there an arm for no action at all, as scripts of the early boot have it? */
static bool
takes_nothing(const struct lint *l)
{
	for (size_t i = 0; i < l->lex.n; i++)
		if (l->lex.v[i].role == LEX_PATTERN && (lex_is(&l->lex, i, "\"\"") || lex_is(&l->lex, i, "''")))
			return true;
	return false;
}

static bool
is_usage_code(const struct judge *j, enum trial_what what)
{
	int code = step(j, what)->code;

	return code == MISSING || code == NO_ACTION || (code == 1 && (j->l->families & LINT_FAMILY_SUSE)) ||
	    (code == 0 && what == TRIAL_UNKNOWN && has_finding(j->l, LINT_ACTION_UNKNOWN, ""));
}

static bool
is_asked(const struct judge *j, enum trial_what what)
{
	return came(j, what) && (what != TRIAL_NO_ACTION || step(j, what)->code != 0 || !takes_nothing(j->l));
}

static void
say_usage(const struct judge *j, enum trial_what what, const char *called, bool silent, bool wrong)
{
	int line, column, code = step(j, what)->code;
	const char *rule = code == 0 ? ", as if it had been done" : code == 1 ? "; 1 is SUSE's, the LSB has 2 or 3" : "; the LSB has 2 or 3";

	lint_body_place(j->l, "", &line, &column);
	if (silent)
		lint_add(j->l, LINT_RUN_USAGE, line, column, "called %s it says nothing", called);
	if (wrong) {
		lint_add(j->l, LINT_RUN_USAGE, line, column, "called %s it ends with %d%s", called, code, rule);
		lint_output(j->l, step(j, what)->output);
	}
}

static void
check_usage(const struct judge *j)
{
	static const enum trial_what whats[] = { TRIAL_NO_ACTION, TRIAL_UNKNOWN };
	static const char *const called[] = { "without an action", "with an action that there is not" };
	bool silent[2], wrong[2];

	for (int i = 0; i < 2; i++) {
		silent[i] = is_asked(j, whats[i]) && !step(j, whats[i])->output[0];
		wrong[i] = is_asked(j, whats[i]) && !is_usage_code(j, whats[i]);
	}
	if (silent[0] == silent[1] && wrong[0] == wrong[1] && step(j, whats[0])->code == step(j, whats[1])->code)
		say_usage(j, whats[1], "without an action, or with one that there is not,", silent[0], wrong[0]);
	else
		for (int i = 0; i < 2; i++)
			say_usage(j, whats[i], called[i], silent[i], wrong[i]);
}

static void
check_late(const struct judge *j)
{
	char *limit = timespan_text(j->limit), text[80];

	fmt_to(text, sizeof text, "does not end within %s", limit);
	for (int i = 0; i < TRIAL_STEPS; i++)
		if (step(j, (enum trial_what)i)->done && step(j, (enum trial_what)i)->code == TRIAL_LATE)
			say(j, LINT_RUN_LATE, (enum trial_what)i, text);
	fmt_to(text, sizeof text, "is done, but status does not end within %s", limit);
	for (int i = 0; i < TRIAL_STEPS; i++)
		if (step(j, (enum trial_what)i)->asked && step(j, (enum trial_what)i)->status == TRIAL_LATE)
			say(j, LINT_RUN_LATE, (enum trial_what)i, text);
	free(limit);
}

/* Something has taken itself away, or so much that nothing more can be called: what came then says nothing. */
static void
check_broken(const struct judge *j)
{
	for (int i = 0; i < TRIAL_STEPS; i++) {
		const struct trial_step *s = step(j, (enum trial_what)i);
		bool later = s->asked && s->status == TRIAL_BROKEN;
		char text[160];

		if (!s->done || (s->code != TRIAL_BROKEN && !later))
			continue;
		fmt_to(text, sizeof text, "%s: %s", later ? "is done, and then the script cannot be executed any more" : "cannot be executed any more", strerror(s->error));
		say(j, LINT_RUN_BROKEN, (enum trial_what)i, text);
		return;
	}
}

static void
check_stopped(const struct judge *j, enum trial_what what)
{
	const struct trial_step *s = step(j, what);
	bool left = what == TRIAL_STATUS_STOPPED && j->t->files[0];

	if (j->blind || !came(j, what) || s->code == 3 || (s->code == 0 && !has_daemon(j)))
		return;
	if (s->code == 0)
		say(j, LINT_RUN_STATUS, what, "ends with 0, though nothing runs; 3 is right");
	else if (s->code == 1 || s->code == 2)
		say_code(j, LINT_RUN_STATUS, what, left ? "; 3 is right, and a file is left behind that says otherwise" : "; there is neither pidfile nor lock file: 3 is right");
	else
		say_code(j, LINT_RUN_STATUS, what, "; 3 is right");
}

/* What should run does, and status says so? */
static void
check_running(const struct judge *j, enum trial_what what)
{
	const struct trial_step *s = step(j, what);
	char text[240];

	if (s->running && s->asked && s->status > 0 && !j->blind) {
		fmt_to(text, sizeof text, "is done and it runs (%.100s), but status ends with %d", s->left, s->status);
		say(j, LINT_RUN_STATUS, what, text);
	} else if (s->running && s->status == 0 && s->late >= START_MS && !j->blind) {
		fmt_to(text, sizeof text, "ends, and %u ms later %s says that it runs", s->late, s->asked ? "status" : "its pidfile");
		say(j, LINT_RUN_EARLY, what, text);
	}
	if (!s->running)
		say(j, LINT_RUN_CODE, what, "is done, and it does not run any more");
	if (s->twice) {
		fmt_to(text, sizeof text, "leaves the old process and a new one beside it (%.100s)", s->left);
		say(j, LINT_RUN_TWICE, what, text);
	}
}

/* The same answer to every question is none. */
static void
check_blind(struct judge *j)
{
	int line, column, code = step(j, TRIAL_STATUS_BEFORE)->code;

	if (!came(j, TRIAL_STATUS_BEFORE) || !came(j, TRIAL_STATUS) || !step(j, TRIAL_START)->running)
		return;
	for (int i = 0; i < TRIAL_STEPS; i++) {
		const struct trial_step *s = step(j, (enum trial_what)i);

		if (s->done && strcmp(trial_action((enum trial_what)i), "status") == 0 && s->code != code)
			return;
		if (s->done && s->running && s->asked && s->status != code)
			return;
	}
	j->blind = true;
	lint_body_place(j->l, "status", &line, &column);
	lint_add(j->l, LINT_RUN_STATUS, line, column, "status ends with %d whether it runs or not", code);
	lint_output(j->l, step(j, TRIAL_STATUS_BEFORE)->output);
}

static void
check_start(const struct judge *j)
{
	const struct trial_step *s = step(j, TRIAL_START);

	if (!came(j, TRIAL_START))
		return;
	if (s->code != 0)
		say_code(j, s->running ? LINT_RUN_CODE : LINT_RUN_FAILS, TRIAL_START, s->running ? ", but it runs" : ", and nothing runs");
	else if (s->running)
		check_running(j, TRIAL_START);
	else if (s->died)
		say(j, LINT_RUN_NOTHING, TRIAL_START, "ends with 0, and a moment later nothing runs");
	else if (s->asked && s->status > 0)
		say(j, LINT_RUN_NOTHING, TRIAL_START, "ends with 0, and nothing runs");
}

static void
check_disturbed(const struct judge *j)
{
	for (int i = TRIAL_START_AGAIN; i <= TRIAL_RESTART; i++) {
		enum trial_what what = (enum trial_what)i;
		const struct trial_step *s = step(j, what);
		bool optional = what == TRIAL_RELOAD || what == TRIAL_TRY_RESTART;

		if (!came(j, what))
			continue;
		if (trial_is_missing(j->t, what)) {
			if (!optional)
				check_there(j, what);
			continue;
		}
		if (s->code != 0 && !(optional && s->code == NO_ACTION))
			say_code(j, LINT_RUN_CODE, what, "; 0 is right");
		check_running(j, what);
		if (what == TRIAL_RESTART && s->code == 0 && s->same)
			say(j, LINT_RUN_RESTART, what, "leaves the process that ran before");
	}
}

static void
check_gone(const struct judge *j, enum trial_what what)
{
	const struct trial_step *s = step(j, what);
	char text[240];

	if (!came(j, what))
		return;
	if (s->code != 0)
		say_code(j, LINT_RUN_CODE, what, "; 0 is right");
	if (s->running) {
		fmt_to(text, sizeof text, "leaves processes behind: %.120s", s->left);
		say(j, LINT_RUN_LEFT, what, text);
	} else if (s->late >= STOP_MS) {
		fmt_to(text, sizeof text, "ends %u ms before the last process: %.120s", s->late, s->left);
		say(j, LINT_RUN_EARLY, what, text);
	}
}

static void
check_stop(const struct judge *j)
{
	const struct trial_step *s = step(j, TRIAL_TRY_STOPPED);
	int line, column;

	check_gone(j, TRIAL_STOP);
	if (came(j, TRIAL_STOP) && !step(j, TRIAL_STOP)->running && j->t->files[0]) {
		lint_body_place(j->l, "stop", &line, &column);
		lint_add(j->l, LINT_RUN_FILES, line, column, "stop leaves %.180s", j->t->files);
		lint_output(j->l, step(j, TRIAL_STOP)->output);
	}
	check_stopped(j, TRIAL_STATUS_STOPPED);
	check_gone(j, TRIAL_STOP_AGAIN);
	if (!came(j, TRIAL_TRY_STOPPED) || trial_is_missing(j->t, TRIAL_TRY_STOPPED))
		return;
	if (s->running)
		say(j, LINT_RUN_CODE, TRIAL_TRY_STOPPED, "starts it");
	else if (s->code != 0 && s->code != NO_ACTION)
		say_code(j, LINT_RUN_CODE, TRIAL_TRY_STOPPED, "; 0 is right");
}

static void
check_killed(const struct judge *j)
{
	const struct trial_step *s = step(j, TRIAL_STATUS_KILLED);

	if (came(j, TRIAL_STATUS_KILLED) && !j->blind && (s->code < 1 || s->code > 3))
		say_code(j, LINT_RUN_STATUS, TRIAL_STATUS_KILLED, j->t->pidfile ? "; 1 is right, there is a pidfile" : j->t->lock ? "; 2 is right, there is a lock file" : "; 3 is right");
	if (!came(j, TRIAL_START_KILLED))
		return;
	s = step(j, TRIAL_START_KILLED);
	if (s->code != 0 || !s->running)
		say_code(j, LINT_RUN_CODE, TRIAL_START_KILLED, s->running ? "; 0 is right" : ", and nothing runs: what was left behind is in the way");
	else
		check_running(j, TRIAL_START_KILLED);
	if (!step(j, TRIAL_STOP)->running && step(j, TRIAL_STOP)->late < STOP_MS && step(j, TRIAL_STOP)->code == 0)
		check_gone(j, TRIAL_STOP_LAST);
}

static void
check_all(struct judge *j)
{
	check_late(j);
	check_broken(j);
	check_usage(j);
	check_there(j, TRIAL_STATUS_BEFORE);
	check_blind(j);
	if (!j->t->no_status)
		check_stopped(j, TRIAL_STATUS_BEFORE);
	check_gone(j, TRIAL_STOP_BEFORE);
	check_start(j);
	check_disturbed(j);
	check_stop(j);
	check_killed(j);
}

void
lint_trial(struct lint *l, const struct trial *t, const char *root, uint64_t limit)
{
	struct judge j = { l, t, limit, false };

	if (step(&j, TRIAL_NO_ACTION)->code == TRIAL_BROKEN)
		lint_add(l, LINT_RUN_BROKEN, 0, 0, "it cannot be executed: %s", strerror(step(&j, TRIAL_NO_ACTION)->error));
	else if (!check_installed(&j, root) && !check_turned_off(&j))
		check_all(&j);
	if (!t->ended)
		say(&j, LINT_RUN_KILLS, t->now, "kills every process that it can, also those that are not its own");
	lint_sort(l);
}
