#include "svc/listen.h"

#include <stdlib.h>
#include <syslog.h>

#include "os/clock.h"
#include "svc/accept.h"
#include "svc/perform.h"

/* the commands of the socket units, in the place of the service's */
static int
perform_units(struct runner *r, struct outcome *o, enum service_list list, bool stoppable)
{
	const struct service *svc = r->svc;
	const struct context *ctx = r->ctx;
	int rc = 0;

	for (size_t i = 0; i < r->sockets->n && rc == 0; i++)
		if (r->sockets->v[i].ctx) {
			runner_serve(r, r->sockets->v[i].own, r->sockets->v[i].ctx);
			rc = perform_list(r, o, list, stoppable);
		}
	runner_serve(r, svc, ctx);
	return rc;
}

static int
open_all(struct runner *r, struct outcome *o)
{
	char *bad = sockets_open(r->sockets);

	if (bad)
		outcome_fail(o, "resources", 1, "%s", bad);
	free(bad);
	for (size_t i = 0; i < r->sockets->remarks.n; i++)
		output_say(&r->out, LOG_DAEMON | LOG_WARNING, "svrun", r->sockets->remarks.v[i]);
	return outcome_failed(o) ? -1 : 0;
}

int
listen_open(struct runner *r, struct outcome *o)
{
	if (r->sockets->accept)
		accept_prepare(r);
	if (perform_units(r, o, SERVICE_START_PRE, true) != 0 || open_all(r, o) != 0)
		return -1;
	if (perform_units(r, o, SERVICE_START_POST, true) == 0)
		return 0;
	sockets_close(r->sockets, false);
	return -1;
}

void
listen_close(struct runner *r, struct outcome *o)
{
	int fds[SOCKETS_MAX];

	if (sockets_list(r->sockets, fds) == 0)
		return;
	perform_units(r, o, SERVICE_STOP, false);
	sockets_close(r->sockets, false);
	perform_units(r, o, SERVICE_STOP_POST, false);
}

static bool
touched_or_asked(struct runner *r)
{
	return r->touched || r->reload_asked;
}

/* false: it is to be stopped */
static bool
hear(struct runner *r)
{
	enum runner_end how;

	r->touched = false;
	r->listening = true;
	how = runner_wait(r, touched_or_asked, CLOCK_FOREVER, true);
	r->listening = false;
	return how == RUNNER_MET && !r->stop_asked;
}

bool
listen_await(struct runner *r)
{
	while (hear(r)) {
		if (r->touched)
			return true;
		r->reload_asked = false;
		runner_reply(r, CONTROL_RELOAD, 7, "it waits for the first who connects");
	}
	return false;
}

void
listen_serve(struct runner *r, struct outcome *o)
{
	while (!outcome_failed(o) && hear(r)) {
		if (r->touched)
			accept_take(r, o);
		if (r->reload_asked)
			return;
	}
}
