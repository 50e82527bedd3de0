#ifndef SVC_TRIGGER_H
#define SVC_TRIGGER_H
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/diag.h"
#include "svc/service.h"
/*
 * Units that start a service: systemd.socket(5) and systemd.timer(5).  They are read and kept with the service: sockets for its keeper to listen
 * at (svc/sockets.h), timers for who keeps the time.
 */
enum trigger_kind { TRIGGER_SOCKET, TRIGGER_TIMER };

/* Who listens at a socket. */
enum trigger_listen {
	TRIGGER_UNSAID,
	TRIGGER_NO,		/* the service itself, if anyone */
	TRIGGER_START,		/* its keeper, which starts the service at once */
	TRIGGER_DEMAND		/* its keeper, which starts the service for who connects */
};

/* A line of its [Socket] or [Timer], and a Condition...= or Assert...= of its [Unit]. */
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
	bool enabled;		/* some unit of the system is tied to it */
	struct vec wanted_by;	/* units whose start is to be its start */
	enum trigger_listen listen;	/* as a script has it */
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

/*
 * Append the sockets that a native script keeps: its [Socket] sections, as trigger_write() has written them or an administrator has.  name: of the
 * service, for a section that does not tell its own by X-Unit=.
 */
struct unit_sources;
void trigger_kept(struct triggers *, const struct unit_sources *, const char *name);

/* Who is to listen at it: never TRIGGER_UNSAID.  A socket counts when the service needs it, or names it, or it is enabled. */
enum trigger_listen trigger_listens(const struct trigger *, const struct service *, const char *unit);
/*
 * Have it settled for a script of the service: who listens at each socket, and where the script is to listen, what wants the socket at boot wants the
 * service, unless something does already.
 */
void trigger_settle(struct triggers *, struct service *, const char *unit);
/* Why the service cannot do without what this passes it or tells it; NULL if it can. */
const char *trigger_need(const struct trigger *, const struct service *);
/* Append it as a section of a native script: its lines, under a comment that names it. */
void trigger_write(struct buf *out, const struct trigger *);
/* The line of crontab(5) that runs the script of the service at the times of an OnCalendar=; NULL if none does.  The caller frees it. */
char *trigger_cron(const char *calendar, const char *service);

#endif
