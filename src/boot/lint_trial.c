#include "boot/lint_trial.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/str.h"
#include "base/timespan.h"
#include "boot/lint_family.h"
#include "os/file.h"

enum { MISSING = 2, NO_ACTION = 3, NOT_INSTALLED = 5, NOT_CONFIGURED = 6 };

/* What may pass between the end of an action and its effect: start-stop-daemon --background does not wait for the exec of what it started. */
enum { START_MS = 1000, STOP_MS = 100 };

struct judge {
	struct lint *l;
	const struct trial *t;
	uint64_t limit;
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
	lint_add(j->l, code, 0, 0, "%s%s %s", trial_action(what), when(what), text);
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

/* Does it answer as to an action that there is not? */
static bool
is_missing(const struct judge *j, enum trial_what what)
{
	const struct trial_step *unknown = step(j, TRIAL_UNKNOWN), *s = step(j, what);

	return unknown->code != 0 && s->code == unknown->code && strcmp(s->output, unknown->output) == 0;
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
	if (came(j, what) && is_missing(j, what) && !has_finding(j->l, LINT_ACTION_MISSING, trial_action(what)))
		lint_add(j->l, LINT_ACTION_MISSING, 0, 0, "no %s action: it ends with %d, as any unknown one", trial_action(what), step(j, what)->code);
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

/* Is the token a path behind -x or -f, of a program that is not there?  Then it is in out. */
static bool
is_absent(const struct lint *l, size_t i, const char *root, struct buf *out)
{
	bool absent;
	char *path;

	buf_clear(out);
	if (l->lex.v[i].role != LEX_ARG || (!lex_is(&l->lex, i, "-x") && !lex_is(&l->lex, i, "-f")))
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

static void
check_usage(const struct judge *j, enum trial_what what)
{
	const struct trial_step *s = step(j, what);
	const char *called = what == TRIAL_UNKNOWN ? "called with an action that there is not it" : "called without an action it";
	const char *rule = s->code == 0 ? ", as if it had been done" : s->code == 1 ? "; 1 is SUSE's, the LSB has 2 or 3" : "; the LSB has 2 or 3";

	if (!came(j, what) || (what == TRIAL_NO_ACTION && s->code == 0 && takes_nothing(j->l)))
		return;
	if (!s->output[0])
		lint_add(j->l, LINT_RUN_USAGE, 0, 0, "%s says nothing", called);
	if (s->code == MISSING || s->code == NO_ACTION || (s->code == 1 && (j->l->families & LINT_FAMILY_SUSE)) ||
	    (s->code == 0 && what == TRIAL_UNKNOWN && has_finding(j->l, LINT_ACTION_UNKNOWN, "")))
		return;
	lint_add(j->l, LINT_RUN_USAGE, 0, 0, "%s ends with %d%s", called, s->code, rule);
	lint_output(j->l, s->output);
}

static void
check_late(const struct judge *j)
{
	char *limit = timespan_text(j->limit), text[80];

	fmt_to(text, sizeof text, "does not end within %s", limit);
	for (int i = 0; i < TRIAL_STEPS; i++)
		if (step(j, (enum trial_what)i)->done && step(j, (enum trial_what)i)->code == TRIAL_LATE)
			say(j, LINT_RUN_LATE, (enum trial_what)i, text);
	free(limit);
}

static void
check_stopped(const struct judge *j, enum trial_what what)
{
	const struct trial_step *s = step(j, what);
	bool left = what == TRIAL_STATUS_STOPPED && j->t->files[0];

	if (!came(j, what) || s->code == 3 || (s->code == 0 && !has_daemon(j)))
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

	if (s->running && s->asked && s->status != 0) {
		fmt_to(text, sizeof text, "is done and it runs (%.100s), but status ends with %d", s->left, s->status);
		say(j, LINT_RUN_STATUS, what, text);
	} else if (s->running && s->late >= START_MS) {
		fmt_to(text, sizeof text, "ends, and %u ms later status says that it runs", s->late);
		say(j, LINT_RUN_EARLY, what, text);
	}
	if (!s->running)
		say(j, LINT_RUN_CODE, what, "is done, and it does not run any more");
	if (s->twice) {
		fmt_to(text, sizeof text, "leaves the old process and a new one beside it (%.100s)", s->left);
		say(j, LINT_RUN_TWICE, what, text);
	}
}

static void
check_start(const struct judge *j)
{
	const struct trial_step *s = step(j, TRIAL_START);

	if (!came(j, TRIAL_START))
		return;
	if (s->code != 0)
		say_code(j, LINT_RUN_CODE, TRIAL_START, s->running ? ", but it runs" : ", and nothing runs");
	else if (s->running)
		check_running(j, TRIAL_START);
	else if (s->died)
		say(j, LINT_RUN_NOTHING, TRIAL_START, "ends with 0, and a moment later nothing runs");
	else if (s->asked && s->status != 0)
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
		if (is_missing(j, what)) {
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

	check_gone(j, TRIAL_STOP);
	if (came(j, TRIAL_STOP) && !step(j, TRIAL_STOP)->running && j->t->files[0]) {
		lint_add(j->l, LINT_RUN_FILES, 0, 0, "stop leaves %.180s", j->t->files);
		lint_output(j->l, step(j, TRIAL_STOP)->output);
	}
	check_stopped(j, TRIAL_STATUS_STOPPED);
	check_gone(j, TRIAL_STOP_AGAIN);
	if (!came(j, TRIAL_TRY_STOPPED) || is_missing(j, TRIAL_TRY_STOPPED))
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

	if (came(j, TRIAL_STATUS_KILLED) && (s->code < 1 || s->code > 3))
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

void
lint_trial(struct lint *l, const struct trial *t, const char *root, uint64_t limit)
{
	const struct judge j = { l, t, limit };

	if (step(&j, TRIAL_NO_ACTION)->code == TRIAL_BROKEN) {
		lint_add(l, LINT_RUN_BROKEN, 0, 0, "it cannot be executed: %s", strerror(step(&j, TRIAL_NO_ACTION)->error));
	} else if (!check_installed(&j, root)) {
		check_late(&j);
		check_usage(&j, TRIAL_NO_ACTION);
		check_usage(&j, TRIAL_UNKNOWN);
		check_there(&j, TRIAL_STATUS_BEFORE);
		if (!t->no_status)
			check_stopped(&j, TRIAL_STATUS_BEFORE);
		check_gone(&j, TRIAL_STOP_BEFORE);
		check_start(&j);
		check_disturbed(&j);
		check_stop(&j);
		check_killed(&j);
	}
	if (!t->ended)
		say(&j, LINT_RUN_KILLS, t->now, "kills every process that it can, also those that are not its own");
	lint_sort(l);
}
