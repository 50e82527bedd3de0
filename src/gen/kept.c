#include "gen/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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
judge_one(struct lost *lost, const struct trigger *t, const struct service *s, const char *unit)
{
	const char *need = trigger_need(t, s, unit);
	bool told = false;

	if (need)
		add(lost, &t->v[0], LOST_ALL, mem_fmt("the service cannot do without its socket, and nothing listens: %s", need));
	else if (t->kind == TRIGGER_SOCKET)
		add(lost, &t->v[0], LOST_NOTE, mem_str("kept; nothing listens, so the service opens its sockets itself"));
	for (size_t i = 0; t->kind == TRIGGER_TIMER && i < t->n; i++) {
		char *cron = cron_of(t, &t->v[i]);

		if (cron)
			add(lost, &t->v[i], LOST_NOTE, mem_fmt("kept; nothing keeps its times, but this in /etc/crontab would: %s", cron));
		told |= cron != NULL;
		free(cron);
	}
	if (t->kind == TRIGGER_TIMER && !told)
		add(lost, &t->v[0], LOST_NOTE, mem_str("kept; nothing keeps its times"));
}

void
kept_judge_service(struct lost *lost, const struct triggers *all, const struct service *s, const char *unit)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].n > 0)
			judge_one(lost, &all->v[i], s, unit);
}

void
kept_judge_trigger(struct lost *lost, const struct trigger *t)
{
	for (size_t i = 0; i < t->n; i++) {
		char *cron = cron_of(t, &t->v[i]);

		if (!t->v[i].known)
			add(lost, &t->v[i], LOST_ALL, mem_fmt("systemd has no such directive in a unit of this kind"));
		else if (cron)
			add(lost, &t->v[i], LOST_PART, mem_fmt("kept with %s; this in /etc/crontab does it: %s", t->service, cron));
		else
			add(lost, &t->v[i], LOST_PART, mem_fmt("kept with %s; %s", t->service,
			    t->kind == TRIGGER_SOCKET ? "nothing listens" : "nothing keeps its times"));
		free(cron);
	}
}
