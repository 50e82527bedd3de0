#include "gen/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "svc/sockunit.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* takes the text over */
static void
add(struct lost *lost, const struct trigger_line *l, enum lost_grade grade, char *text)
{
	lost->v = mem_grow(lost->v, &lost->cap, lost->n + 1, sizeof *lost->v);
	lost->v[lost->n++] = (struct lost_line){ mem_str(l->file), mem_str(l->key), mem_str(l->value), l->line, grade, text, false };
	lost->count[grade]++;
}

/* the line of crontab(5) that stands for one of OnCalendar=, if there is one; else NULL */
static char *
cron_of(const struct trigger *t, const struct trigger_line *l)
{
	return t->kind == TRIGGER_TIMER && strcmp(l->key, "OnCalendar") == 0 ? trigger_cron(l->value, t->service) : NULL;
}

static void
judge_timer(struct lost *lost, const struct trigger *t)
{
	bool told = false;

	for (size_t i = 0; i < t->n; i++) {
		char *cron = cron_of(t, &t->v[i]);

		if (cron)
			add(lost, &t->v[i], LOST_NOTE, mem_fmt("kept; nothing keeps its times, but this in /etc/crontab would: %s", cron));
		told |= cron != NULL;
		free(cron);
	}
	if (!told)
		add(lost, &t->v[0], LOST_NOTE, mem_str("kept; nothing keeps its times"));
}

/* --- sockets --- */

static void
say_bad(void *data, const struct trigger_line *l, const char *why)
{
	add(data, l, LOST_ALL, mem_str(why));
}

/* its own lines */
static void
judge_lines(struct lost *lost, const struct trigger *t, const char *name)
{
	struct specifier spec = { name, t->path, NULL };
	struct sockunit u;

	sockunit_read(&u, t, &spec, NULL, say_bad, lost);
	sockunit_free(&u);
}

/* A line of the service's own gets another verdict. */
static void
judge_anew(struct lost *lost, struct lost_line *l, enum lost_grade grade, const char *text)
{
	if (l->grade >= LOST_PART)
		return;
	lost->count[l->grade]--;
	lost->count[grade]++;
	l->grade = grade;
	free(l->text);
	l->text = mem_str(text);
}

/* What is done for the service as a whole, where systemd would do it for each connection. */
static void
judge_connections(struct lost *lost)
{
	static const struct {
		const char *key, *fine, *text;
	} rows[] = {
		{ "ExecCondition", "", "it is run once for all connections" }, { "ExecStartPre", "", "it is run once for all connections" },
		{ "ExecStartPost", "", "it is run once for all connections" }, { "ExecStop", "", "it is run once for all connections" },
		{ "ExecStopPost", "", "it is run once for all connections" }, { "Restart", "no", "who serves a connection is not started again" },
		{ "RuntimeMaxSec", "infinity", "who serves a connection may run for any time" },
		{ "WatchdogSec", "0", "nothing looks after who serves a connection" },
		{ "PIDFile", "", "who serves a connection is its first process" },
	};

	for (size_t i = 0; i < lost->n; i++) {
		struct lost_line *l = &lost->v[i];

		for (size_t r = 0; r < COUNT(rows); r++)
			if (strcmp(l->key, rows[r].key) == 0 && strcmp(l->value, rows[r].fine) != 0)
				judge_anew(lost, l, LOST_PART, rows[r].text);
		if (str_find(l->value, "%i") || str_find(l->value, "%I"))
			judge_anew(lost, l, LOST_PART, "who serves a connection has no name of its own");
	}
}

static void
judge_socket(struct lost *lost, const struct trigger *t, const struct service *s, const char *unit)
{
	switch (trigger_listens(t, s, unit)) {
	case TRIGGER_START:
		if (t->accept)
			judge_connections(lost);
		judge_lines(lost, t, s->name);
		add(lost, &t->v[0], LOST_NOTHING, mem_str(t->accept ? "the script listens, and starts a process for each connection" :
		    "it is opened before the service starts, and passed to it"));
		break;
	case TRIGGER_DEMAND:
		judge_lines(lost, t, s->name);
		add(lost, &t->v[0], LOST_NOTHING, mem_str("the script listens, and starts the service for who connects"));
		break;
	default:
		add(lost, &t->v[0], LOST_NOTE, mem_str(t->accept ? "kept; the script of the template listens" :
		    "kept; it is not enabled, so the service opens its sockets itself"));
	}
}

/* without svrun */
static void
judge_need(struct lost *lost, const struct trigger *t, const struct service *s)
{
	const char *need = trigger_need(t, s);

	if (need)
		add(lost, &t->v[0], LOST_ALL, mem_fmt("the service cannot do without its socket, and nothing listens: %s", need));
	else
		add(lost, &t->v[0], LOST_NOTE, mem_str("kept; nothing listens, so the service opens its sockets itself"));
}

/* what is to be a socket needs one */
static void
judge_streams(struct lost *lost)
{
	for (size_t i = 0; i < lost->n; i++)
		if (str_starts(lost->v[i].key, "Standard") && strcmp(lost->v[i].value, "socket") == 0)
			judge_anew(lost, &lost->v[i], LOST_ALL, "there is no socket unit beside it that would pass it one");
}

void
kept_judge_service(struct lost *lost, const struct triggers *all, const struct service *s, const char *unit, bool native)
{
	bool listens = false;

	for (size_t i = 0; i < all->n; i++) {
		const struct trigger *t = &all->v[i];

		listens |= trigger_listens(t, s, unit) != TRIGGER_NO;
		if (t->n == 0)
			continue;
		if (t->kind == TRIGGER_TIMER)
			judge_timer(lost, t);
		else if (native)
			judge_socket(lost, t, s, unit);
		else
			judge_need(lost, t, s);
	}
	if (native && !listens)
		judge_streams(lost);
}

void
kept_judge_trigger(struct lost *lost, const struct trigger *t, bool native)
{
	bool socket = t->kind == TRIGGER_SOCKET && native;

	if (socket)
		judge_lines(lost, t, "INSTANCE");
	for (size_t i = 0, bad = lost->n; i < t->n; i++) {
		char *cron = cron_of(t, &t->v[i]);
		bool judged = false;

		for (size_t b = 0; b < bad; b++)
			judged |= lost->v[b].line == t->v[i].line && strcmp(lost->v[b].file, t->v[i].file) == 0;
		if (judged)
			;
		else if (!t->v[i].known)
			add(lost, &t->v[i], LOST_ALL, mem_fmt("systemd has no such directive in a unit of this kind"));
		else if (socket)
			add(lost, &t->v[i], LOST_NOTHING, mem_fmt("kept with %s, whose script listens", t->service));
		else if (cron)
			add(lost, &t->v[i], LOST_PART, mem_fmt("kept with %s; this in /etc/crontab does it: %s", t->service, cron));
		else
			add(lost, &t->v[i], LOST_PART, mem_fmt("kept with %s; %s", t->service,
			    t->kind == TRIGGER_SOCKET ? "nothing listens" : "nothing keeps its times"));
		free(cron);
	}
}
