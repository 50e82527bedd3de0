#include "svc/begin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "os/clock.h"
#include "svc/busname.h"
#include "svc/mainpid.h"
#include "svc/perform.h"
#include "svc/spawn.h"

/* ExecCondition=: 0 go on; 1 to 254 the service is not wanted here and that is fine; else it fails */
static int
check_conditions(struct runner *r, struct outcome *o, bool *skipped)
{
	const struct service_commands *c = &r->svc->cmd[SERVICE_CONDITION];
	int status, how;

	for (size_t i = 0; i < c->n; i++) {
		how = perform_one(r, o, &c->v[i], SERVICE_CONDITION, true, &status);
		if (how > 0 && WIFEXITED(status) && WEXITSTATUS(status) < 255) {
			*skipped = true;
			fmt_to(o->text, sizeof o->text, "%s says that it is not to be started", c->v[i].path);
			return -1;
		}
		if (how > 0)
			perform_fail_status(r, o, c->v[i].path, status);
		if (how != 0)
			return -1;
	}
	return 0;
}

static bool
is_ready_or_dead(struct runner *r)
{
	return r->ready || r->main_ended;
}

static int
spawn_main(struct runner *r, struct outcome *o, const struct service_command *cmd)
{
	struct child_error e;
	pid_t pid = spawn_command(r, cmd, SERVICE_START, NULL, &e);

	if (pid < 0) {
		if (!cmd->ignore_failure) {
			perform_fail_spawn(r, o, cmd, &e);
			o->status = outcome_exited(child_step_status(e.step));
		}
		return cmd->ignore_failure ? 0 : -1;
	}
	/* the child may be dead already, but it is ours and not reaped yet: its pid is safe */
	r->main = pid;
	if (runner_set_main(r, pid) != 0)
		r->main = pid;
	return 0;
}

static int
start_notify(struct runner *r, struct outcome *o, uint64_t deadline)
{
	enum runner_end how = runner_wait(r, is_ready_or_dead, deadline, true);

	if (how == RUNNER_STOP)
		perform_fail_stop(r, o);
	else if (how == RUNNER_TIMEOUT)
		outcome_fail(o, "timeout", 1, "%s did not say that it is ready in time", r->svc->cmd[SERVICE_START].v[0].path);
	else if (r->main_ended && r->main_status != 0)
		perform_fail_status(r, o, r->svc->cmd[SERVICE_START].v[0].path, r->main_status);
	else if (!r->ready)
		outcome_fail(o, "protocol", 1, "%s ended without saying that it is ready", r->svc->cmd[SERVICE_START].v[0].path);
	return outcome_failed(o) ? -1 : 0;
}

static bool
is_named_or_dead(struct runner *r)
{
	return r->bus->owned || r->bus->broken || r->main_ended;
}

static int
await_name(struct runner *r, struct outcome *o, uint64_t deadline)
{
	const char *program = r->svc->cmd[SERVICE_START].v[0].path;
	enum runner_end how = runner_wait(r, is_named_or_dead, deadline, true);

	if (how == RUNNER_STOP)
		perform_fail_stop(r, o);
	else if (how == RUNNER_TIMEOUT)
		outcome_fail(o, "timeout", 1, "%s did not take the name %s on the message bus in time", program, r->svc->bus_name);
	else if (r->bus->owned)
		return 0;
	else if (r->main_ended && r->main_status != 0)
		perform_fail_status(r, o, program, r->main_status);
	else if (r->main_ended)
		outcome_fail(o, "protocol", 1, "%s ended without taking the name %s on the message bus", program, r->svc->bus_name);
	else
		outcome_fail(o, "resources", 1, "the message bus does not tell who has the name %s", r->svc->bus_name);
	return -1;
}

static int
start_bus(struct runner *r, struct outcome *o, uint64_t deadline)
{
	const struct service_command *cmd = &r->svc->cmd[SERVICE_START].v[0];
	struct busname bus;
	int rc;

	if (busname_open(&bus, BUSNAME_SYSTEM, r->svc->bus_name) != 0) {
		outcome_fail(o, "resources", 1, "unable to reach the message bus at %s: %s", BUSNAME_SYSTEM, strerror(errno));
		return -1;
	}
	r->bus = &bus;
	rc = spawn_main(r, o, cmd) == 0 ? await_name(r, o, deadline) : -1;
	r->bus = NULL;
	busname_close(&bus);
	return rc;
}

static int
find_main(struct runner *r, struct outcome *o, uint64_t deadline)
{
	enum runner_end how = RUNNER_MET;

	if (!r->svc->pid_file) {
		if (r->svc->guess_main_pid)
			mainpid_guess(r);
		if (runner_empty(r))
			outcome_fail(o, "protocol", 1, "%s left no process behind", r->svc->cmd[SERVICE_START].v[0].path);
		return outcome_failed(o) ? -1 : 0;
	}
	/* most have written it by now: no watch is made for them */
	if (!mainpid_from_file(r)) {
		if (mainpid_watch(r) != 0) {
			outcome_fail(o, "resources", 1, "unable to watch %s: %s", r->svc->pid_file, strerror(errno));
			return -1;
		}
		how = runner_wait(r, mainpid_from_file, deadline, true);
	}
	if (how == RUNNER_STOP)
		perform_fail_stop(r, o);
	else if (how == RUNNER_TIMEOUT)
		outcome_fail(o, "timeout", 1, "no process of its own stands in %s in time", r->svc->pid_file);
	else if (r->main == 0)
		outcome_fail(o, "protocol", 1, "all its processes ended before one stood in %s", r->svc->pid_file);
	return outcome_failed(o) ? -1 : 0;
}

static int
start_forking(struct runner *r, struct outcome *o, uint64_t deadline)
{
	const struct service_command *cmd = &r->svc->cmd[SERVICE_START].v[0];
	int status, how = perform_one(r, o, cmd, SERVICE_START, true, &status);

	if (how > 0)
		perform_fail_status(r, o, cmd->path, status);
	return how == 0 ? find_main(r, o, deadline) : -1;
}

static int
start_oneshot(struct runner *r, struct outcome *o)
{
	const struct service_commands *c = &r->svc->cmd[SERVICE_START];

	for (size_t i = 0; i < c->n; i++) {
		enum runner_end how;

		r->main = 0;
		if (spawn_main(r, o, &c->v[i]) != 0)
			return -1;
		how = runner_wait(r, runner_main_done, clock_after(r->svc->timeout_start_us), true);
		if (how == RUNNER_STOP)
			perform_fail_stop(r, o);
		else if (how == RUNNER_TIMEOUT)
			outcome_fail(o, "timeout", 1, "%s took too long", c->v[i].path);
		else if (r->main && !c->v[i].ignore_failure && !service_clean_exit(r->svc, r->main_status))
			perform_fail_status(r, o, c->v[i].path, r->main_status);
		if (outcome_failed(o))
			return -1;
	}
	return 0;
}

/* a process for each connection: what becomes of one does not concern the others */
static bool
serves_each(const struct runner *r)
{
	return r->sockets && r->sockets->accept;
}

static int
start_main(struct runner *r, struct outcome *o)
{
	const struct service_commands *c = &r->svc->cmd[SERVICE_START];
	uint64_t deadline = clock_after(r->svc->timeout_start_us);

	/* who connects starts one */
	if (serves_each(r))
		return 0;
	switch (r->svc->type) {
	case SERVICE_ONESHOT:
		return start_oneshot(r, o);
	case SERVICE_FORKING:
		return start_forking(r, o, deadline);
	case SERVICE_NOTIFY:
		return spawn_main(r, o, &c->v[0]) == 0 ? start_notify(r, o, deadline) : -1;
	case SERVICE_DBUS:
		return start_bus(r, o, deadline);
	default:
		return spawn_main(r, o, &c->v[0]);
	}
}

/* 0, or -1 with errno; where there are no groups, the service is told by what it finds */
static int
delegate(struct runner *r, struct context *ctx)
{
	if (!r->svc->delegate || group_delegate(&r->group, r->svc, &ctx->cred) == 0)
		return 0;
	if (errno != ENOENT)
		return -1;
	vec_add(&ctx->sandbox.remarks, "Delegate= has no effect: it has no control group");
	return 0;
}

/* what the service shares among its commands: directories, private places */
static int
prepare(struct runner *r, struct context *ctx, struct outcome *o)
{
	const struct vec *remarks = &ctx->sandbox.remarks;
	size_t told = remarks->n;
	char *bad = context_open(ctx);

	if (!bad && delegate(r, ctx) != 0)
		bad = mem_fmt("its control group cannot be given to it: %s", strerror(errno));
	/* who starts us has told the others */
	for (size_t i = told; i < remarks->n && !r->attached; i++)
		output_say(&r->out, LOG_DAEMON | LOG_WARNING, "svrun", remarks->v[i]);
	if (bad)
		outcome_fail(o, "resources", 1, "%s", bad);
	else
		oom_open(&r->oom, serves_each(r) ? SERVICE_OOM_CONTINUE : r->svc->oom_policy, &ctx->cglimit, &r->group.cgroup);
	free(bad);
	return outcome_failed(o) ? -1 : 0;
}

int
begin_service(struct runner *r, struct context *ctx, struct outcome *o, bool *skipped)
{
	*skipped = false;
	if (prepare(r, ctx, o) != 0 || check_conditions(r, o, skipped) != 0 || perform_list(r, o, SERVICE_START_PRE, true) != 0 ||
	    start_main(r, o) != 0)
		return -1;
	return perform_list(r, o, SERVICE_START_POST, true);
}
