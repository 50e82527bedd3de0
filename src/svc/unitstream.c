#include "svc/unitstream.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/num.h"
#include "base/str.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool
is_input(const char *value)
{
	static const char *const words[] = { "tty", "tty-force", "tty-fail", "socket", "data", "fd" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i], value) == 0)
			return true;
	return str_starts(value, "fd:") || str_starts(value, "file:");
}

void
unitstream_input(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	if (strcmp(value, "null") != 0 && !is_input(value)) {
		unitvalue_bad(x, k->key, value);
		return;
	}
	unitvalue_honour(x, k->key);
	x->s->in_socket = strcmp(value, "socket") == 0;
	if (!x->s->in_socket && strcmp(value, "null") != 0)
		unitvalue_lack(x, k->key, value, false, "the service reads from /dev/null, other inputs are not supported");
}

static int
output_word(const char *value)
{
	static const struct {
		const char *word;
		enum service_output out;
	} words[] = {
		{ "journal", SERVICE_OUT_LOG }, { "syslog", SERVICE_OUT_LOG }, { "kmsg", SERVICE_OUT_LOG }, { "journal+console", SERVICE_OUT_LOG },
		{ "syslog+console", SERVICE_OUT_LOG }, { "kmsg+console", SERVICE_OUT_LOG }, { "null", SERVICE_OUT_NULL },
		{ "inherit", SERVICE_OUT_INHERIT }, { "tty", SERVICE_OUT_TTY }, { "socket", SERVICE_OUT_SOCKET },
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].word, value) == 0)
			return (int)words[i].out;
	return -1;
}

/* file:, append: and truncate: leave the path in *path. */
static int
output_file(struct unitvalue_ctx *x, const char *key, const char *value, char **path)
{
	static const struct {
		const char *prefix;
		enum service_output out;
	} kinds[] = { { "file:", SERVICE_OUT_FILE }, { "append:", SERVICE_OUT_APPEND }, { "truncate:", SERVICE_OUT_TRUNCATE } };

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_starts(value, kinds[i].prefix)) {
			*path = unitvalue_abs_path(x, key, value + strlen(kinds[i].prefix), false);
			return *path ? (int)kinds[i].out : -2;
		}
	return -1;
}

void
unitstream_output(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	enum service_output *out = k->arg ? &x->s->err : &x->s->out;
	char **field = k->arg ? &x->s->err_path : &x->s->out_path, *path = NULL;
	int v = output_word(value);

	if (v < 0)
		v = output_file(x, k->key, value, &path);
	if (v >= 0) {
		unitvalue_honour(x, k->key);
		free(*field);
		*field = path;
		*out = (enum service_output)v;
		x->s->out_set |= !k->arg;
		if (str_ends(value, "+console"))
			unitvalue_lack(x, k->key, value, true, "it goes to the log, and not to the console");
	} else if (v == -1 && (strcmp(value, "fd") == 0 || str_starts(value, "fd:"))) {
		unitvalue_honour(x, k->key);
		unitvalue_lack(x, k->key, value, false, "there is no such descriptor, the output goes to syslog");
	} else if (v == -1)
		unitvalue_bad(x, k->key, value);
}

void
unitstream_facility(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const char *const names[] = {
		"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
		"", "", "", "", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
	};
	uint64_t n;

	if (num_u64(value, 0, LOG_FACMASK >> 3, &n) == 0) {
		x->s->syslog_facility = (int)n << 3;
		return;
	}
	for (size_t i = 0; i < COUNT(names); i++)
		if (*value && strcmp(names[i], value) == 0) {
			x->s->syslog_facility = (int)i << 3;
			return;
		}
	unitvalue_bad(x, k->key, value);
}

void
unitstream_level(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const char *const names[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug" };
	uint64_t n;

	if (num_u64(value, 0, LOG_DEBUG, &n) == 0) {
		x->s->syslog_level = (int)n;
		return;
	}
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i], value) == 0) {
			x->s->syslog_level = (int)i;
			return;
		}
	unitvalue_bad(x, k->key, value);
}
