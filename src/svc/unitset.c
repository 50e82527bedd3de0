#include "svc/unitset.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "os/sig.h"
#include "svc/condition.h"
#include "svc/words.h"

#define FIELD(x, k, type) ((type *)(void *)((char *)(x)->s + (k)->offset))
#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Words of a value; those before a bad quote count, as in systemd. */
static struct vec
split(struct unitvalue_ctx *x, const char *key, const char *value, unsigned flags)
{
	struct vec words = VEC_INIT;

	if (words_split(&words, value, flags) != 0)
		unitvalue_warn(x, key, "unbalanced quote or bad escape, the rest of the line is ignored");
	return words;
}

void
unitset_exec(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct service_commands *list = &x->s->cmd[k->arg];

	if (!*value)
		service_commands_clear(list);
	else
		words_exec(list, value, &x->spec, x->d, x->file, x->line);
}

static bool
is_unit_name(const char *s)
{
	static const char *const suffixes[] = {
		".service", ".target", ".socket", ".mount", ".device", ".timer", ".path", ".slice", ".scope", ".automount", ".swap",
	};
	size_t n = strlen(s);

	if (n > 255 || s[0] == '@' || s[0] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@", s[i]))
			return false;
	for (size_t i = 0; i < COUNT(suffixes); i++)
		if (str_ends(s, suffixes[i]))
			return true;
	return false;
}

static void
add_units(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value, unsigned flags)
{
	struct vec words = split(x, k->key, value, flags | WORDS_RETAIN_ESCAPE);

	for (size_t i = 0; i < words.n; i++) {
		char *name = unitvalue_expand(x, k->key, words.v[i], false);

		if (name && is_unit_name(name)) {
			vec_take(&x->s->deps[k->arg], name);
			continue;
		}
		if (name)
			unitvalue_bad(x, k->key, name);
		free(name);
	}
	vec_free(&words);
}

void
unitset_deps(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	add_units(x, k, value, 0);
}

void
unitset_install(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	if (!*value) {
		vec_clear(&x->s->deps[k->arg]);
		unitvalue_honour(x, k->key);
	}
	add_units(x, k, value, WORDS_UNQUOTE);
}

void
unitset_mounts(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec words = split(x, k->key, value, WORDS_UNQUOTE | WORDS_RETAIN_ESCAPE);

	for (size_t i = 0; i < words.n; i++) {
		char *path = unitvalue_abs_path(x, k->key, words.v[i], false);

		if (path)
			vec_take(&x->s->deps[SERVICE_MOUNTS_FOR], path);
	}
	vec_free(&words);
}

static bool
is_url(const char *s)
{
	static const char *const schemes[] = { "http://", "https://", "file:/", "info:", "man:" };

	for (size_t i = 0; i < COUNT(schemes); i++)
		if (str_starts(s, schemes[i]))
			return s[strlen(schemes[i])];
	return false;
}

void
unitset_documentation(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec words = split(x, k->key, value, WORDS_UNQUOTE);

	if (!*value)
		vec_clear(&x->s->documentation);
	for (size_t i = 0; i < words.n; i++) {
		char *url = unitvalue_expand(x, k->key, words.v[i], false);

		if (url && is_url(url)) {
			vec_take(&x->s->documentation, url);
			continue;
		}
		if (url)
			unitvalue_bad(x, k->key, url);
		free(url);
	}
	vec_free(&words);
}

void
unitset_type(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	for (int i = SERVICE_SIMPLE; i <= SERVICE_IDLE; i++)
		if (strcmp(service_type_name((enum service_type)i), value) == 0) {
			x->s->type = (enum service_type)i;
			x->s->type_set = true;
			return;
		}
	unitvalue_bad(x, k->key, value);
}

void
unitset_timeout_start(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	unitvalue_span(x, k, value);
	x->s->timeout_start_set = true;
}

void
unitset_timeout_abort(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	if (*value)
		unitvalue_span(x, k, value);
	x->s->timeout_abort_set = *value;
}

void
unitset_timeout(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	unitset_timeout_start(x, k, value);
	x->s->timeout_stop_us = x->s->timeout_start_us;
}

void
unitset_notify_access(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	unitvalue_word(x, k, value);
	x->s->notify_access_set = true;
}

void
unitset_kill_mode(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	unitvalue_word(x, k, *value ? value : k->words[SERVICE_KILL_GROUP]);
}

/* The D-Bus specification's names: parts between dots, at least two, no digit first. */
static bool
is_bus_name(const char *s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-0123456789";
	bool unique = *s == ':', dots = false;

	if (strlen(s) > 255)
		return false;
	for (s += unique;; s++) {
		size_t n = strspn(s, allowed);

		if (n == 0 || (!unique && *s >= '0' && *s <= '9'))
			return false;
		s += n;
		if (*s != '.')
			return !*s && dots;
		dots = true;
	}
}

void
unitset_bus_name(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	char *name = unitvalue_expand(x, k->key, value, false);

	if (name && is_bus_name(name)) {
		free(x->s->bus_name);
		x->s->bus_name = name;
		return;
	}
	if (name)
		unitvalue_bad(x, k->key, name);
	free(name);
}

/* The names of exit codes, systemd.exec(5) "Process exit codes". */
static int
exit_code(const char *name)
{
	static const struct {
		const char *name;
		int code;
	} names[] = {
		{ "SUCCESS", 0 }, { "FAILURE", 1 }, { "INVALIDARGUMENT", 2 }, { "NOTIMPLEMENTED", 3 }, { "NOPERMISSION", 4 },
		{ "NOTINSTALLED", 5 }, { "NOTCONFIGURED", 6 }, { "NOTRUNNING", 7 }, { "USAGE", 64 }, { "DATAERR", 65 }, { "NOINPUT", 66 },
		{ "NOUSER", 67 }, { "NOHOST", 68 }, { "UNAVAILABLE", 69 }, { "SOFTWARE", 70 }, { "OSERR", 71 }, { "OSFILE", 72 },
		{ "CANTCREAT", 73 }, { "IOERR", 74 }, { "TEMPFAIL", 75 }, { "PROTOCOL", 76 }, { "NOPERM", 77 }, { "CONFIG", 78 },
		{ "CHDIR", 200 }, { "NICE", 201 }, { "FDS", 202 }, { "EXEC", 203 }, { "MEMORY", 204 }, { "LIMITS", 205 }, { "OOM_ADJUST", 206 },
		{ "SIGNAL_MASK", 207 }, { "STDIN", 208 }, { "STDOUT", 209 }, { "CHROOT", 210 }, { "IOPRIO", 211 }, { "TIMERSLACK", 212 },
		{ "SECUREBITS", 213 }, { "SETSCHEDULER", 214 }, { "CPUAFFINITY", 215 }, { "GROUP", 216 }, { "USER", 217 }, { "CAPABILITIES", 218 },
		{ "CGROUP", 219 }, { "SETSID", 220 }, { "CONFIRM", 221 }, { "STDERR", 222 }, { "PAM", 224 }, { "NETWORK", 225 },
		{ "NAMESPACE", 226 }, { "NO_NEW_PRIVILEGES", 227 }, { "SECCOMP", 228 }, { "SELINUX_CONTEXT", 229 }, { "PERSONALITY", 230 },
		{ "APPARMOR", 231 }, { "ADDRESS_FAMILIES", 232 }, { "RUNTIME_DIRECTORY", 233 }, { "CHOWN", 235 }, { "SMACK_PROCESS_LABEL", 236 },
		{ "KEYRING", 237 }, { "STATE_DIRECTORY", 238 }, { "CACHE_DIRECTORY", 239 }, { "LOGS_DIRECTORY", 240 },
		{ "CONFIGURATION_DIRECTORY", 241 }, { "NUMA_POLICY", 242 }, { "CREDENTIALS", 243 }, { "BPF", 244 }, { "EXCEPTION", 255 },
	};
	uint64_t n;

	if (num_u64(name, 0, 255, &n) == 0)
		return (int)n;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].code;
	return -1;
}

void
unitset_status(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct service_status_set *set = FIELD(x, k, struct service_status_set);
	struct vec words = split(x, k->key, value, 0);

	if (!*value)
		*set = (struct service_status_set){ 0 };
	for (size_t i = 0; i < words.n; i++) {
		int code = exit_code(words.v[i]), sig = code < 0 ? sig_number(words.v[i]) : 0;

		if (code >= 0)
			set->codes[code / 64] |= UINT64_C(1) << code % 64;
		else if (sig > 0 && sig < 64)
			set->signals |= UINT64_C(1) << sig;
		else
			unitvalue_bad(x, k->key, words.v[i]);
	}
	vec_free(&words);
}

/* --- environment --- */

void
unitset_environment(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec words = split(x, k->key, value, WORDS_UNQUOTE | WORDS_CUNESCAPE);

	if (!*value)
		vec_clear(&x->s->environment);
	for (size_t i = 0; i < words.n; i++) {
		char *assignment = unitvalue_expand(x, k->key, words.v[i], false);

		if (assignment && words_is_assignment(assignment)) {
			vec_take(&x->s->environment, assignment);
			continue;
		}
		if (assignment)
			unitvalue_warn(x, k->key, "word %zu is no NAME=VALUE, ignored", i + 1);
		free(assignment);
	}
	vec_free(&words);
}

/* Names of variables; with values too when `both`. */
static void
env_names(struct unitvalue_ctx *x, const char *key, struct vec *out, const char *value, bool both)
{
	struct vec words = split(x, key, value, WORDS_UNQUOTE | (both ? WORDS_CUNESCAPE : 0));

	if (!*value)
		vec_clear(out);
	for (size_t i = 0; i < words.n; i++) {
		char *name = unitvalue_expand(x, key, words.v[i], false);

		if (name && (words_is_name(name, strlen(name)) || (both && words_is_assignment(name)))) {
			vec_take(out, name);
			continue;
		}
		if (name)
			unitvalue_bad(x, key, name);
		free(name);
	}
	vec_free(&words);
}

void
unitset_pass_environment(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	env_names(x, k->key, &x->s->pass_environment, value, false);
}

void
unitset_unset_environment(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	env_names(x, k->key, &x->s->unset_environment, value, true);
}

void
unitset_environment_file(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct service *s = x->s;
	bool optional = *value == '-';
	char *path;

	if (!*value) {
		while (s->n_envfiles > 0)
			free(s->envfiles[--s->n_envfiles].path);
		return;
	}
	path = unitvalue_abs_path(x, k->key, value + optional, false);
	if (!path)
		return;
	s->envfiles = mem_grow(s->envfiles, &s->cap_envfiles, s->n_envfiles + 1, sizeof *s->envfiles);
	s->envfiles[s->n_envfiles++] = (struct service_envfile){ path, optional };
}

/* --- who and where --- */

/* What systemd's relaxed rules let pass as a name, or a number. */
static bool
is_account(const char *s)
{
	size_t n = strlen(s);
	uint64_t id;

	if (num_u64(s, 0, UINT32_MAX - 1, &id) == 0)
		return id != 65535 && (s[0] != '0' || n == 1);
	if (n == 0 || !utf8_valid(s, n) || strpbrk(s, ":/") || strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 127)
			return false;
	return s[0] != ' ' && s[n - 1] != ' ' && s[strspn(s, "0123456789")] && !(s[0] == '-' && !s[1 + strspn(s + 1, "0123456789")]);
}

void
unitset_account(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	char **field = FIELD(x, k, char *), *name;

	if (!*value) {
		free(*field);
		*field = NULL;
		return;
	}
	name = unitvalue_expand(x, k->key, value, true);
	if (name && is_account(name)) {
		free(*field);
		*field = name;
		return;
	}
	if (name)
		unitvalue_error(x, k->key, "not a valid name or number");
	free(name);
}

void
unitset_groups(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec words = split(x, k->key, value, 0);

	if (!*value)
		vec_clear(&x->s->supplementary_groups);
	for (size_t i = 0; i < words.n; i++) {
		char *name = unitvalue_expand(x, k->key, words.v[i], true);

		if (name && is_account(name)) {
			vec_take(&x->s->supplementary_groups, name);
			continue;
		}
		if (name)
			unitvalue_error(x, k->key, "not a valid name or number");
		free(name);
	}
	vec_free(&words);
}

void
unitset_working_directory(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct service *s = x->s;
	bool optional = *value == '-';
	char *path = NULL;

	if (*value) {
		path = strcmp(value + optional, "~") == 0 ? mem_str("~") : unitvalue_abs_path(x, k->key, value + optional, !optional);
		if (!path)
			return;
	}
	free(s->working_directory);
	s->working_directory = path;
	s->working_directory_optional = optional;
}

void
unitset_pid_file(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	char *path = unitvalue_expand(x, k->key, value, false), *full;

	if (!path)
		return;
	full = *path && *path != '/' ? mem_fmt("/run/%s", path) : mem_str(path);
	free(path);
	path = *full ? unitvalue_clean_path(x, k->key, full, true, false) : NULL;
	if (!path && *value)
		return;
	if (!path)
		free(full);
	free(x->s->pid_file);
	x->s->pid_file = path;
}

/* One "NAME" or "NAME:LINK" for the list; NULL, with a remark, if it is none. */
static char *
dir_name(struct unitvalue_ctx *x, const struct unitvalue_key *k, char *word)
{
	char *link = strchr(word, ':'), *path;

	if (link)
		*link++ = '\0';
	if (link && k->arg == SERVICE_DIR_CONFIGURATION) {
		unitvalue_warn(x, k->key, "a second name is not allowed here, ignored");
		return NULL;
	}
	path = unitvalue_rel_path(x, k->key, word);
	if (path && (strcmp(path, "private") == 0 || str_starts(path, "private/"))) {
		unitvalue_warn(x, k->key, "the name \"private\" is not for services, ignored");
		free(path);
		return NULL;
	}
	if (path && link) {
		unitvalue_lack(x, k->key, link, true, "the symbolic link \"%.80s\" to \"%.80s\" is not made", link, path);
	}
	return path;
}

void
unitset_dirs(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec *names = &x->s->dirs[k->arg].names;
	struct vec words = split(x, k->key, value, WORDS_UNQUOTE);

	if (!*value)
		vec_clear(names);
	for (size_t i = 0; i < words.n; i++) {
		char *path = dir_name(x, k, words.v[i]);

		if (path)
			vec_take(names, path);
	}
	vec_free(&words);
}

void
unitset_preserve(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	int v = str_bool(value);

	if (v < 0 && strcmp(value, "restart") != 0)
		unitvalue_bad(x, k->key, value);
	else
		x->s->runtime_preserve = v < 0 ? 2 : v;
}

static void
settable_int(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value, bool *set)
{
	int64_t v;

	if (!*value)
		*set = false;
	else if (unitvalue_number(value, k->arg, k->max, &v) != 0)
		unitvalue_bad(x, k->key, value);
	else {
		*FIELD(x, k, int) = (int)v;
		*set = true;
	}
}

void
unitset_nice(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	settable_int(x, k, value, &x->s->nice_set);
}

void
unitset_oom(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	settable_int(x, k, value, &x->s->oom_score_adjust_set);
}

/* --- conditions --- */

static void
add_condition(struct unitvalue_ctx *x, const struct service_condition *c)
{
	struct service *s = x->s;

	s->conditions = mem_grow(s->conditions, &s->cap_conditions, s->n_conditions + 1, sizeof *s->conditions);
	s->conditions[s->n_conditions++] = *c;
}

int
unitset_condition(struct unitvalue_ctx *x, const char *name, const char *value)
{
	bool is_assert = str_starts(name, "Assert");
	const char *test = name + (is_assert ? 6 : 9);
	struct service_condition c = { .is_assert = is_assert, .line = x->line };

	if (!condition_known(test))
		return 0;
	if (!*value) {
		x->condition_floor[is_assert] = x->s->n_conditions;
		return 1;
	}
	c.trigger = *value == '|';
	value += c.trigger;
	c.negate = *value == '!';
	value += c.negate;
	c.value = condition_takes_path(test) ? unitvalue_abs_path(x, name, value, false) : unitvalue_expand(x, name, value, false);
	if (!c.value)
		return 1;
	c.test = mem_str(test);
	c.file = mem_str(x->file);
	add_condition(x, &c);
	return 1;
}
