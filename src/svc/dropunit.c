#include "svc/dropunit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "svc/dropin.h"
#include "svc/unit.h"

static char *
first_error(const struct diag *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].level == DIAG_ERROR)
			return diag_text(&d->v[i]);
	return mem_str("the unit cannot be used");
}

/*
 * On a command line nobody reads remarks: a value that is not understood, or a protection that we do not have, is an error there.  It is not ignored then,
 * and has no line.
 */
static char *
first_remark(const struct diag *d)
{
	static const char *const tails[] = { ", ignored", ": the service runs without this protection" };
	char *text = d->n ? mem_str(d->v[0].text) : NULL;

	for (size_t i = 0; text && i < sizeof tails / sizeof *tails; i++)
		if (str_ends(text, tails[i]))
			text[strlen(text) - strlen(tails[i])] = '\0';
	return text;
}

/* What is about a daemon and who looks after it; '*': and all that begins so. */
static bool
is_for_daemons(const char *key, size_t n)
{
	static const char *const keys[] = {
		"BusName", "ExecCondition", "ExecReload", "ExecSt*", "FailureAction", "FinalKillSignal", "GuessMainPID", "IgnoreSIGPIPE", "Kill*", "LogLevelMax",
		"NonBlocking", "NotifyAccess", "OOMPolicy", "PIDFile", "PermissionsStartOnly", "RemainAfterExit", "RemoveIPC", "Restart*", "RuntimeDirectoryPreserve",
		"RuntimeMaxSec", "SendSIG*", "Standard*", "StartLimit*", "SuccessExitStatus", "Syslog*", "TTY*", "Timeout*", "Type", "Watchdog*",
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		size_t k = strcspn(keys[i], "*");

		if ((keys[i][k] ? n >= k : n == k) && memcmp(key, keys[i], k) == 0)
			return true;
	}
	return false;
}

/* a line that takes another one back is no such thing */
static char *
find_useless(const struct dropunit_lines *own)
{
	const char *p = own->text, *end = p + own->n;

	while (p < end) {
		size_t n = strcspn(p, "="), line = strcspn(p, "\n");

		if (n + 1 < line && is_for_daemons(p, n))
			return mem_fmt("%.*s= says nothing about a command", (int)n, p);
		p += line + (p + line < end);
	}
	return NULL;
}

/* what overrides a file of systemd's lies in its folders, what overrides a script in ours */
static void
load_unit(const char *unit, struct unit_sources *src, struct diag *remarks)
{
	char *real = NULL, *path = strchr(unit, '/') || access(unit, F_OK) == 0 ? mem_str(unit) : dropin_find(NULL, unit, &real);
	char *folder = mem_strn(path ? path : "", path ? (size_t)(str_base(path) - path) : 0);
	struct vec dropins = VEC_INIT;

	for (size_t n = strlen(folder); n > 1 && folder[n - 1] == '/'; n--)
		folder[n - 1] = '\0';
	if (path && str_ends(path, ".service"))
		dropin_systemd(&dropins, NULL, real ? real : str_base(unit), *folder ? folder : ".");
	else if (path)
		dropin_native(&dropins, NULL, str_base(path));
	if (unit_load(src, path ? path : unit, remarks) == 0)
		unit_load_dropins(src, &dropins, remarks);
	vec_free(&dropins);
	free(folder);
	free(path);
	free(real);
}

static void
add_lines(struct unit_sources *src, const struct dropunit_lines *own, bool alone)
{
	/* a label that is asked for by hand is wanted */
	static const char start[] = "ExecStart=/command\nX-MissingFeature=apparmor:refuse selinux:refuse\n", safe[] = "CapabilityBoundingSet=\nNoNewPrivileges=yes\n";
	struct buf text = BUF_INIT;

	buf_fmt(&text, "[Service]\n%s%s", alone ? start : "", alone && own->safe ? safe : "");
	if (own->n)
		buf_add(&text, own->text, own->n);
	src->v = mem_grow(src->v, &src->cap, src->n + 1, sizeof *src->v);
	src->v[src->n++] = (struct unit_source){ mem_str("command line"), text };
}

/* who runs a command by a unit relies on what it says */
static char *
lost_protection(const struct service *s)
{
	for (size_t i = 0; i < s->n_ignored; i++)
		if (s->ignored[i].protects)
			return mem_fmt("%s:%d: %s= is not honoured here", s->ignored[i].file, s->ignored[i].line, s->ignored[i].key);
	return NULL;
}

char *
dropunit_read(struct service *out, const char *unit, const struct dropunit_lines *own, struct vec *remarks)
{
	struct unit_sources src = { 0 };
	struct diag d = DIAG_INIT;
	char *bad = own->n ? find_useless(own) : NULL;

	if (unit)
		load_unit(unit, &src, &d);
	add_lines(&src, own, !unit);
	src.nameless = !unit;
	if (unit_parse(out, &src, unit ? str_base(unit) : "privdrop", NULL, &d) != 0 || d.errors)
		bad = bad ? bad : first_error(&d);
	else if (!bad)
		bad = unit ? lost_protection(out) : first_remark(&d);
	if (out->slice)
		vec_take(remarks, mem_fmt("Slice=%s is for a service that is kept: the command gets a control group of its own", out->slice));
	for (size_t i = 0; i < d.n; i++)
		if (d.v[i].level == DIAG_WARN)
			vec_take(remarks, diag_text(&d.v[i]));
	unit_sources_free(&src);
	diag_free(&d);
	return bad;
}
