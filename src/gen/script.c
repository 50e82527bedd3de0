#include "gen/script.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/mem.h"
#include "base/str.h"
#include "boot/header.h"
#include "gen/lsb.h"
#include "gen/parts.h"
#include "gen/shell.h"
#include "os/clock.h"
#include "os/sig.h"
#include "svc/words.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- the head --- */

static void
add_lost(struct buf *out, const struct lost *lost, const char *target)
{
	bool any = false;

	for (size_t i = 0; i < lost->n; i++) {
		const struct lost_line *l = &lost->v[i];
		char *line;

		if (l->grade < LOST_PART)
			continue;
		if (!any)
			buf_fmt(out, "#\n# What it does not do of that unit, as a %s script (* would have protected the system):\n", target);
		any = true;
		line = mem_fmt("#  %s %s:%d: %s=%s: %s", l->protects ? "*" : " ", l->file, l->line, l->key, l->value, l->text);
		shell_comment(out, line);
		buf_ch(out, '\n');
		free(line);
	}
}

static void
add_head(struct buf *out, const struct script_target *t, const struct service *s, const struct lost *lost, const char *name)
{
	struct lsb l;

	lsb_make(&l, s, name);
	if (t->without_all)
		lsb_without_all(&l);
	buf_str(out, "#!/bin/sh\n");
	lsb_write(out, &l);
	buf_str(out, "#\n# Made by initgen from ");
	shell_comment(out, s->file);
	buf_fmt(out, " for the target %s.\n", t->name);
	add_lost(out, lost, t->name);
	buf_str(out, "\n# what looks like an expansion in quotes is the unit's text\n# shellcheck disable=SC2016\n");
	lsb_free(&l);
}

/* --- settings --- */

static void
set_seconds(struct buf *out, const char *key, uint64_t us)
{
	if (us == CLOCK_FOREVER)
		shell_set(out, key, NULL);
	else
		buf_fmt(out, "%s=%llu\n", key, (unsigned long long)((us + 999999) / 1000000));
}

static const char *
facility_name(int facility)
{
	static const struct {
		int value;
		const char *name;
	} names[] = {
		{ LOG_KERN, "kern" }, { LOG_USER, "user" }, { LOG_MAIL, "mail" }, { LOG_AUTH, "auth" }, { LOG_SYSLOG, "syslog" }, { LOG_LPR, "lpr" },
		{ LOG_NEWS, "news" }, { LOG_UUCP, "uucp" }, { LOG_CRON, "cron" }, { LOG_AUTHPRIV, "authpriv" }, { LOG_FTP, "ftp" },
		{ LOG_LOCAL0, "local0" }, { LOG_LOCAL1, "local1" }, { LOG_LOCAL2, "local2" }, { LOG_LOCAL3, "local3" },
		{ LOG_LOCAL4, "local4" }, { LOG_LOCAL5, "local5" }, { LOG_LOCAL6, "local6" }, { LOG_LOCAL7, "local7" },
	};

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].value == facility)
			return names[i].name;
	return "daemon";
}

static void
set_output(struct buf *out, const char *key, enum service_output kind, const char *path)
{
	static const char *const names[] = {
		[SERVICE_OUT_LOG] = "log", [SERVICE_OUT_NULL] = "null", [SERVICE_OUT_INHERIT] = "inherit", [SERVICE_OUT_TTY] = "null", [SERVICE_OUT_SOCKET] = "null",
		[SERVICE_OUT_FILE] = "file:", [SERVICE_OUT_APPEND] = "append:", [SERVICE_OUT_TRUNCATE] = "truncate:",
	};
	char *value = mem_fmt("%s%s", names[kind], kind >= SERVICE_OUT_FILE && path ? path : "");

	shell_set(out, key, value);
	free(value);
}

static const char *
type_name(const struct service *s)
{
	return s->type == SERVICE_FORKING ? "forking" : s->type == SERVICE_ONESHOT ? "oneshot" : "simple";
}

/* NICE and OOM are empty unless they are set. */
static void
set_number(struct buf *out, const char *key, bool given, int value)
{
	if (given)
		buf_fmt(out, "%s=%d\n", key, value);
	else
		buf_fmt(out, "%s=''\n", key);
}

static void
set_log(struct buf *out, const struct service *s)
{
	static const char *const levels[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug" };
	char *priority = mem_fmt("%s.%s", facility_name(s->syslog_facility), levels[s->syslog_level & 7]);

	set_output(out, "OUT", s->out == SERVICE_OUT_INHERIT ? SERVICE_OUT_NULL : s->out, s->out_path);
	set_output(out, "ERR", s->err, s->err_path);
	shell_set(out, "IDENT", s->syslog_identifier ? s->syslog_identifier : s->name);
	shell_set(out, "PRIORITY", priority);
	free(priority);
}

static void
set_kill(struct buf *out, const struct service *s)
{
	static const char *const modes[] = { "control-group", "mixed", "process", "none" };

	shell_set(out, "KILL_MODE", modes[s->kill_mode]);
	shell_set(out, "KILL_SIGNAL", sig_name(s->kill_signal));
	shell_set(out, "FINAL_SIGNAL", sig_name(s->final_signal));
	shell_set(out, "SEND_KILL", s->send_sigkill ? "yes" : "");
	shell_set(out, "SEND_HUP", s->send_sighup ? "yes" : "");
	set_seconds(out, "TIMEOUT_START", s->timeout_start_us);
	set_seconds(out, "TIMEOUT_STOP", s->timeout_stop_us);
}

static void
set_working_directory(struct buf *out, const struct service *s)
{
	char *path = mem_fmt("%s%s", s->working_directory_optional ? "-" : "", s->working_directory ? s->working_directory : "/");

	shell_set(out, "WORKDIR", path);
	free(path);
}

static void
add_settings(struct buf *out, const struct service *s, const char *name)
{
	const struct service_commands *start = &s->cmd[SERVICE_START];

	shell_set(out, "NAME", name);
	shell_set(out, "DESC", s->description && *s->description ? s->description : name);
	shell_set(out, "PROGRAM", start->n ? start->v[0].path : NULL);
	shell_set(out, "TYPE", type_name(s));
	shell_set(out, "REMAIN", s->remain_after_exit ? "yes" : "");
	shell_set(out, "PIDFILE", s->pid_file);
	shell_set(out, "PRESERVE", s->runtime_preserve == 2 ? "restart" : "");
	shell_set(out, "RELOAD", s->cmd[SERVICE_RELOAD].n ? "yes" : "");
	shell_set(out, "RUN_AS", s->user);
	shell_set(out, "GROUP", s->group);
	set_working_directory(out, s);
	buf_fmt(out, "UMASK=0%03o\n", (unsigned)s->umask);
	set_number(out, "NICE", s->nice_set, s->nice);
	set_number(out, "OOM", s->oom_score_adjust_set, s->oom_score_adjust);
	shell_set(out, "SIGPIPE", s->ignore_sigpipe ? "" : "default");
	set_kill(out, s);
	set_log(out, s);
	buf_ch(out, '\n');
}

/* --- what the unit says, as functions --- */

static void
add_line(struct buf *out, const char *code, const char *word, const char *rest)
{
	buf_fmt(out, "\t%s ", code);
	shell_quote(out, word);
	buf_fmt(out, "%s\n", rest);
}

static const char *const dir_bases[SERVICE_DIRS] = { "\"$RUN\"", "/var/lib", "/var/cache", "/var/log", "/etc" };

static void
add_directory_variables(struct buf *out, const struct service *s)
{
	static const char *const variables[SERVICE_DIRS] = { "RUNTIME", "STATE", "CACHE", "LOGS", "CONFIGURATION" };

	for (int d = 0; d < SERVICE_DIRS; d++) {
		const struct vec *names = &s->dirs[d].names;

		if (names->n == 0)
			continue;
		buf_fmt(out, "\tsetenv %s_DIRECTORY ", variables[d]);
		for (size_t i = 0; i < names->n; i++) {
			buf_fmt(out, "%s%s/", i ? ":" : "", dir_bases[d]);
			shell_quote(out, names->v[i]);
		}
		buf_ch(out, '\n');
	}
}

static void
add_environment(struct buf *out, const struct service *s)
{
	buf_str(out, "\nenvironment() {\n");
	add_directory_variables(out, s);
	for (size_t i = 0; i < s->pass_environment.n; i++) {
		const char *v = s->pass_environment.v[i];

		buf_fmt(out, "\t[ -z \"${%s+set}\" ] || setenv %s \"$%s\"\n", v, v, v);
	}
	for (size_t i = 0; i < s->environment.n; i++) {
		const char *eq = strchr(s->environment.v[i], '=');
		char *code = mem_fmt("setenv %.*s", (int)(eq - s->environment.v[i]), s->environment.v[i]);

		add_line(out, code, eq + 1, "");
		free(code);
	}
	for (size_t i = 0; i < s->n_envfiles; i++)
		add_line(out, s->envfiles[i].optional ? "read_environment no" : "read_environment yes", s->envfiles[i].path, " || return");
	for (size_t i = 0; i < s->unset_environment.n; i++)
		if (words_is_name(s->unset_environment.v[i], strlen(s->unset_environment.v[i])))
			buf_fmt(out, "\tunsetenv %s\n", s->unset_environment.v[i]);
	buf_str(out, "\treturn 0\n}\n");
}

static void
add_limit(struct buf *out, const char *flags, unsigned unit, const struct rlimit *lim)
{
	rlim_t values[] = { lim->rlim_cur, lim->rlim_max };

	buf_str(out, "\tlimit ");
	shell_quote(out, flags);
	for (int i = 0; i < 2; i++)
		if (values[i] == RLIM_INFINITY)
			buf_str(out, " unlimited");
		else
			buf_fmt(out, " %llu", (unsigned long long)((values[i] / unit) + (values[i] % unit != 0)));
	buf_ch(out, '\n');
}

/* Those of the unit, and systemd's defaults, so that a start from anybody's shell is as one at boot. */
static void
add_limits(struct buf *out, const struct service *s)
{
	static const struct {
		int number;
		const char *flags;
		unsigned unit;
		bool has_default;
		struct rlimit by_default;
	} rows[] = {
		{ RLIMIT_AS, "v", 1024, false, { 0, 0 } }, { RLIMIT_CORE, "c", 512, true, { 0, RLIM_INFINITY } },
		{ RLIMIT_CPU, "t", 1, false, { 0, 0 } }, { RLIMIT_DATA, "d", 1024, false, { 0, 0 } }, { RLIMIT_FSIZE, "f", 512, false, { 0, 0 } },
		{ RLIMIT_LOCKS, "w x", 1, false, { 0, 0 } }, { RLIMIT_MEMLOCK, "l", 1024, true, { 8 << 20, 8 << 20 } },
		{ RLIMIT_NOFILE, "n", 1, true, { 1024, 524288 } }, { RLIMIT_NPROC, "u p", 1, false, { 0, 0 } },
		{ RLIMIT_RSS, "m", 1024, false, { 0, 0 } }, { RLIMIT_STACK, "s", 1024, false, { 0, 0 } },
	};

	buf_str(out, "\nlimits() {\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct service_limit *l = &s->limits[rows[i].number];

		if (l->set || rows[i].has_default)
			add_limit(out, rows[i].flags, rows[i].unit, l->set ? &l->lim : &rows[i].by_default);
	}
	buf_str(out, "\treturn 0\n}\n");
}

static void
add_directories(struct buf *out, const struct service *s)
{
	const struct vec *run = &s->dirs[SERVICE_DIR_RUNTIME].names;

	buf_str(out, "\ndirectories() {\n");
	for (size_t i = 0; i < s->tmpfiles.n; i++) {
		const struct tmpfiles_dir *t = &s->tmpfiles.v[i];
		char *owner = mem_fmt("%s:%s", t->user, t->group);

		/* as tmpfiles.d says: only where it is missing, and it stays */
		buf_str(out, "\t[ -d \"$RUN\"/");
		shell_quote(out, t->name);
		buf_str(out, " ] || make_directory \"$RUN\" ");
		shell_quote(out, t->name);
		buf_fmt(out, " %04o ", (unsigned)t->mode);
		shell_quote(out, owner);
		buf_str(out, " || return\n");
		free(owner);
	}
	for (int d = 0; d < SERVICE_DIRS; d++)
		for (size_t i = 0; i < s->dirs[d].names.n; i++) {
			char *call = mem_fmt("make_directory %s", dir_bases[d]);
			char *rest = mem_fmt(" %04o%s || return", (unsigned)s->dirs[d].mode, d == SERVICE_DIR_CONFIGURATION ? " 0:0" : "");

			add_line(out, call, s->dirs[d].names.v[i], rest);
			free(call);
			free(rest);
		}
	buf_str(out, "\treturn 0\n}\n\nremove_directories() {\n");
	for (size_t i = 0; i < run->n && s->runtime_preserve != 1; i++) {
		buf_str(out, "\trm -rf \"$RUN\"/");
		shell_quote(out, run->v[i]);
		buf_ch(out, '\n');
	}
	buf_str(out, "\treturn 0\n}\n");
}

/* --- conditions --- */

static const struct {
	const char *test, *code;
} condition_rows[] = {
	{ "PathExists", "[ -e" }, { "PathExistsGlob", "has_file" }, { "PathIsDirectory", "[ -d" }, { "PathIsSymbolicLink", "[ -L" },
	{ "PathIsMountPoint", "is_mounted" }, { "PathIsReadWrite", "[ -w" }, { "DirectoryNotEmpty", "has_entry" },
	{ "FileNotEmpty", "[ -s" }, { "FileIsExecutable", "[ -x" },
};

static const char *
condition_code(const struct service_condition *c)
{
	for (size_t i = 0; i < COUNT(condition_rows); i++)
		if (strcmp(condition_rows[i].test, c->test) == 0)
			return condition_rows[i].code;
	return NULL;
}

static void
add_test(struct buf *out, const struct service_condition *c)
{
	const char *code = condition_code(c);

	buf_fmt(out, "%s%s ", c->negate ? "! " : "", code);
	shell_quote(out, c->value);
	if (*code == '[')
		buf_str(out, " ]");
}

static void
add_otherwise(struct buf *out, const struct service_condition *c, const char *text)
{
	char *why = mem_fmt("%s%s=%s%s", c->is_assert ? "Assert" : "Condition", c->test, c->negate ? "!" : "", c->value);

	buf_str(out, c->is_assert ? " || { complain " : " || { skip ");
	shell_quote(out, text ? text : why);
	buf_fmt(out, "; return %d; }\n", c->is_assert);
	free(why);
}

/* Of those with the prefix | one must hold, of the others all. */
static void
add_conditions(struct buf *out, const struct service *s)
{
	buf_str(out, "\nconditions() {\n");
	for (int is_assert = 0; is_assert < 2; is_assert++) {
		const struct service_condition *last = NULL;

		for (size_t i = 0; i < s->n_conditions; i++) {
			const struct service_condition *c = &s->conditions[i];

			if (c->is_assert != is_assert || c->trigger || !condition_code(c))
				continue;
			buf_ch(out, '\t');
			add_test(out, c);
			add_otherwise(out, c, NULL);
		}
		for (size_t i = 0; i < s->n_conditions; i++) {
			const struct service_condition *c = &s->conditions[i];

			if (c->is_assert != is_assert || !c->trigger || !condition_code(c))
				continue;
			buf_str(out, last ? " ||\n\t\t" : "\t");
			add_test(out, c);
			last = c;
		}
		if (last)
			add_otherwise(out, last, "none of its conditions holds");
	}
	buf_str(out, "\treturn 0\n}\n");
}

static bool
has_conditions(const struct service *s)
{
	for (size_t i = 0; i < s->n_conditions; i++)
		if (condition_code(&s->conditions[i]))
			return true;
	return false;
}

/* --- commands --- */

static void
add_command(struct buf *out, const struct service *s, const struct service_command *c, enum service_list list)
{
	bool root = c->privileged || c->keep_user || (s->permissions_start_only && list != SERVICE_START);
	const char *as = root ? "root" : "user";

	shell_argv(out, c);
	if (list == SERVICE_START)
		buf_fmt(out, "\tlaunch %s \"$@\" || %s\n", as, c->ignore_failure ? ":" : "return");
	else if (list == SERVICE_CONDITION)
		buf_fmt(out, "\tcheck_condition %s \"$@\" || return\n\t[ -z \"$skipped\" ] || return 0\n", as);
	else
		buf_fmt(out, "\trun_command %s %s \"$@\" || return\n", as, c->ignore_failure ? "no" : "yes");
}

static void
add_commands(struct buf *out, const struct service *s)
{
	static const char *const names[SERVICE_LISTS] = {
		[SERVICE_CONDITION] = "condition", [SERVICE_START_PRE] = "start_pre", [SERVICE_START] = "start",
		[SERVICE_START_POST] = "start_post", [SERVICE_RELOAD] = "reload", [SERVICE_STOP] = "stop", [SERVICE_STOP_POST] = "stop_post",
	};

	for (int list = 0; list < SERVICE_LISTS; list++) {
		buf_fmt(out, "\nrun_%s() {\n", names[list]);
		for (size_t i = 0; i < s->cmd[list].n; i++)
			add_command(out, s, &s->cmd[list].v[i], (enum service_list)list);
		buf_str(out, "\treturn 0\n}\n");
	}
}

/* --- all of it --- */

static bool
splits_words(const struct service *s)
{
	for (int list = 0; list < SERVICE_LISTS; list++)
		for (size_t i = 0; i < s->cmd[list].n; i++)
			for (size_t w = 1; w < s->cmd[list].v[i].argv.n; w++)
				if (shell_splits(&s->cmd[list].v[i], s->cmd[list].v[i].argv.v[w]))
					return true;
	return false;
}

static bool
has_directories(const struct service *s)
{
	for (int d = 0; d < SERVICE_DIRS; d++)
		if (s->dirs[d].names.n > 0)
			return true;
	return s->tmpfiles.n > 0;
}

static void
add_body(struct buf *out, const struct script_target *t, const struct service *s, const struct buf *parts)
{
	parts_add(out, parts, "body", "base");
	parts_add(out, parts, "body", s->type == SERVICE_FORKING && !s->pid_file ? "guess" : "no-guess");
	if (splits_words(s))
		parts_add(out, parts, "body", "words");
	if (s->n_envfiles > 0)
		parts_add(out, parts, "body", "envfile");
	if (has_directories(s))
		parts_add(out, parts, "body", "directories");
	if (has_conditions(s))
		parts_add(out, parts, "body", "conditions");
	if (t->switches)
		parts_add(out, parts, "body", "switch");
	buf_fmt(out, "\n# --- the idiom of the target: %s ---\n\n", t->name);
	parts_add(out, parts, t->name, "functions");
}

/*
 * DynamicUser= takes a user that is called as the service, if there is one, and makes one otherwise, which no script can.  NULL: none can be
 * called so.  The caller frees it.
 */
static char *
dynamic_user(const struct service *s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789-";
	size_t n = strcspn(s->name, "@");

	if (n == 0 || n > 31 || strspn(s->name, allowed) < n || !memchr(allowed, s->name[0], 53))
		return NULL;
	return mem_strn(s->name, n);
}

static const char *
refusal(const struct service *s, const struct unit_source *unit)
{
	if (unit->text.len >= 2 && memcmp(unit->text.s, "#!", 2) == 0)
		return "it is a script already";
	/* it would be root */
	if (s->confine.dynamic_user && !s->user)
		return "DynamicUser=: no user can be called as the service: name a User= in a drop-in";
	return s->root_image ? "RootImage=: a script cannot start it in another root" :
	    s->root_directory ? "RootDirectory=: a script cannot start it in another root" : NULL;
}

static void
add_unit(struct buf *out, const struct service *s)
{
	buf_str(out, "\n# --- what the unit says ---\n");
	add_environment(out, s);
	add_limits(out, s);
	add_directories(out, s);
	add_conditions(out, s);
	add_commands(out, s);
	buf_str(out, "\nmain \"$@\"\n");
}

int
script_generate(struct buf *out, const struct script_target *t, const struct service *s, const struct unit_sources *src,
    const struct lost *lost, const char *name, struct diag *d)
{
	char *called, *user = s->confine.dynamic_user && !s->user ? dynamic_user(s) : NULL;
	struct service with = *s;	/* borrows all that it points at */
	struct buf parts = BUF_INIT;
	const char *bad;

	if (user)
		with.user = user;
	bad = refusal(&with, &src->v[0]);
	if (bad) {
		diag_add(d, DIAG_ERROR, src->v[0].path, 0, 0, "%s", bad);
		free(user);
		return -1;
	}
	called = header_name(name ? name : s->name);
	add_head(out, t, &with, lost, called);
	add_settings(out, &with, called);
	parts_open(&parts);
	parts_add(out, &parts, t->name, "prologue");
	add_body(out, t, &with, &parts);
	buf_free(&parts);
	add_unit(out, &with);
	free(called);
	free(user);
	return 0;
}
