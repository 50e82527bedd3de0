#include "svc/accept.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "os/clock.h"
#include "os/fd.h"
#include "svc/spawn.h"

enum { PLACES_MAX = 4096, AT_ONCE = 64 };

void
accept_prepare(struct runner *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->sockets->n; i++)
		n += r->sockets->v[i].u.max_connections;
	r->n_conns = n < PLACES_MAX ? n : PLACES_MAX;
	r->conns = mem_alloc(r->n_conns * sizeof *r->conns);
}

static void
say(struct runner *r, const struct sockets_unit *x, const char *text, const char *who)
{
	char line[300];

	fmt_to(line, sizeof line, "%s: %s%s%s", x->u.unit, text, *who ? ": " : "", who);
	output_say(&r->out, LOG_DAEMON | LOG_WARNING, "svrun", line);
}

/* a place for one more, or NULL */
static struct runner_conn *
find_place(struct runner *r, const struct sockets_unit *x, const char *from)
{
	struct runner_conn *place = NULL;
	size_t all = 0, same = 0;

	for (size_t i = 0; i < r->n_conns; i++) {
		struct runner_conn *c = &r->conns[i];

		if (c->pid == 0) {
			place = place ? place : c;
			continue;
		}
		all += c->unit == x;
		same += c->unit == x && *from && strcmp(c->from, from) == 0;
	}
	if (!place || all >= x->u.max_connections)
		say(r, x, "too many connections, one is turned away", from);
	else if (x->u.max_per_source && same >= x->u.max_per_source)
		say(r, x, "too many connections of one source, one is turned away", from);
	else
		return place;
	return NULL;
}

static void
serve(struct runner *r, struct runner_conn *c)
{
	const struct service_command *cmd = &r->svc->cmd[SERVICE_START].v[0];
	struct child_error e;

	r->conn = c;
	c->pid = spawn_command(r, cmd, SERVICE_START, NULL, &e);
	r->conn = NULL;
	if (c->pid > 0)
		return;
	c->pid = 0;
	if (!cmd->ignore_failure)
		say(r, c->unit, child_step_text(e.step), strerror(e.err));
}

static void
take_one(struct runner *r, const struct sockets_unit *x, int fd)
{
	struct runner_conn *place;
	char from[SOCKET_TEXT] = "";
	unsigned port = 0;

	if (!socket_peer(fd, from, &port))
		*from = '\0';
	place = find_place(r, x, from);
	if (!place)
		return;
	*place = (struct runner_conn){ .fd = fd, .unit = x, .port = port };
	memcpy(place->from, from, sizeof from);
	serve(r, place);
}

/* the limit on connections is on what comes in, whatever becomes of it */
static bool
is_flood(struct sockets_unit *x, struct outcome *o)
{
	if (restart_within(&x->triggers, x->u.trigger_us, x->u.trigger_burst, clock_now()))
		return false;
	outcome_fail(o, "trigger-limit-hit", 1, "%s: more than %u connections came in a short time", x->u.unit, x->u.trigger_burst);
	return true;
}

/* an error that would come again at once */
static bool
is_lasting(int error)
{
	return error == EMFILE || error == ENFILE || error == EBADF || error == EINVAL || error == ENOTSOCK || error == EOPNOTSUPP;
}

static void
take_from(struct runner *r, struct sockets_unit *x, int listener, struct outcome *o)
{
	int low, fd;

	/* more of them wait for the next round: requests and deaths are heard in between */
	for (int i = 0; i < AT_ONCE; i++) {
		low = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (low < 0) {
			if (is_lasting(errno))
				outcome_fail(o, "resources", 1, "%s: unable to take a connection: %s", x->u.unit, strerror(errno));
			return;
		}
		fd = fd_dup_above(low, SOCKETS_FIRST + 1);
		close(low);
		if (fd < 0)
			return;
		if (!is_flood(x, o))
			take_one(r, x, fd);
		close(fd);
		if (outcome_failed(o))
			return;
	}
}

void
accept_take(struct runner *r, struct outcome *o)
{
	for (size_t i = 0; i < r->sockets->n; i++)
		for (size_t p = 0; p < r->sockets->v[i].u.n_ports && !outcome_failed(o); p++)
			take_from(r, &r->sockets->v[i], r->sockets->v[i].u.ports[p].fd, o);
}
