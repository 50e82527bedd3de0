#ifndef SVC_TRIGGER_H
#define SVC_TRIGGER_H
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/diag.h"
#include "svc/service.h"
/*
 * Units that start a service: systemd.socket(5) and systemd.timer(5).  They are read and kept with the service, for who listens or keeps the
 * time to have them; nothing here does either.
 */
enum trigger_kind { TRIGGER_SOCKET, TRIGGER_TIMER };

/* A line of its [Socket] or [Timer]. */
struct trigger_line {
	char *key, *value, *file;
	int line;
	bool known;		/* systemd 252 has that directive there */
};

struct trigger {
	enum trigger_kind kind;
	char *path, *unit;	/* unit: "NAME.socket" */
	char *service;		/* what it starts, "NAME.service"; "NAME@.service" for one of each connection */
	bool accept;		/* Accept=yes: a service for each connection */
	struct trigger_line *v;
	size_t n, cap;
};
struct triggers {
	struct trigger *v;
	size_t n, cap;
};

/* Is it called like one, *.socket or *.timer? */
bool trigger_is_unit(const char *name);
/* Append the unit at path with its drop-ins; root as for svc/dropin.h.  0; -1 with an error among the remarks. */
int trigger_read(struct triggers *, const char *path, const char *root, struct diag *);
/*
 * Append those that start a service: of its own name, and those that it names, in `folder` (where its unit lies) or where systemd has units.  unit:
 * "NAME.service".  What cannot be read is a warning.
 */
void trigger_find(struct triggers *, const struct service *, const char *unit, const char *folder, const char *root, struct diag *);
void trigger_free(struct triggers *);

/* Why the service cannot do without what this passes it or tells it; NULL if it can. */
const char *trigger_need(const struct trigger *, const struct service *, const char *unit);
/* Append it as a section of a native script: its lines, under a comment that names it. */
void trigger_write(struct buf *out, const struct trigger *);
/* The line of crontab(5) that runs the script of the service at the times of an OnCalendar=; NULL if none does.  The caller frees it. */
char *trigger_cron(const char *calendar, const char *service);

#endif
