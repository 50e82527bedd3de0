#include "svc/restart.h"

#include <string.h>

static bool
is(const struct outcome *o, const char *result)
{
	return strcmp(o->result, result) == 0;
}

bool
restart_wanted(const struct service *s, const struct outcome *o)
{
	if (is(o, "canceled") || is(o, "start-limit-hit"))
		return false;
	if (o->status >= 0 && service_status_has(&s->restart_prevent, o->status))
		return false;
	if (o->status >= 0 && service_status_has(&s->restart_force, o->status))
		return true;
	switch (s->restart) {
	case SERVICE_RESTART_NO:
		return false;
	case SERVICE_RESTART_SUCCESS:
		return is(o, "success");
	case SERVICE_RESTART_FAILURE:
		return !is(o, "success");
	case SERVICE_RESTART_ABNORMAL:
		/* a program that cannot be executed is an exit code of its process to systemd */
		return !is(o, "success") && !is(o, "exit-code") && !is(o, "exec");
	case SERVICE_RESTART_WATCHDOG:
		return is(o, "watchdog");
	case SERVICE_RESTART_ABORT:
		return is(o, "signal") || is(o, "core-dump");
	case SERVICE_RESTART_ALWAYS:
		return true;
	}
	return false;
}

bool
restart_within(struct restart_count *c, uint64_t span, unsigned burst, uint64_t now)
{
	if (span == 0 || burst == 0)
		return true;
	if (c->n == 0 || (now >= c->since && now - c->since > span)) {
		*c = (struct restart_count){ now, 1 };
		return true;
	}
	return c->n++ < burst;
}

bool
restart_allowed(struct restart_count *c, const struct service *s, uint64_t now)
{
	return restart_within(c, s->start_limit_us, s->start_limit_burst, now);
}
