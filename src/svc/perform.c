#include "svc/perform.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "os/clock.h"
#include "os/sig.h"
#include "svc/spawn.h"

static int
exec_code(int err)
{
	return err == ENOENT || err == ENOTDIR ? 5 : err == EACCES || err == EPERM ? 4 : 1;
}

void
perform_fail_spawn(struct runner *r, struct outcome *o, const struct service_command *cmd, const struct child_error *e)
{
	const char *at = e->step == CHILD_MOUNTS || e->step == CHILD_LANDLOCK ? sandbox_culprit(&r->ctx->sandbox) : NULL;

	if (e->step == CHILD_EXEC)
		outcome_fail(o, "exec", exec_code(e->err), "unable to execute %s: %s", cmd->path, strerror(e->err));
	else if (e->step == CHILD_STDIO && r->bad_path)
		outcome_fail(o, "resources", 1, "unable to open %s: %s", r->bad_path, strerror(e->err));
	else
		outcome_fail(o, "resources", e->err == EPERM || e->err == EACCES ? 4 : 1, "unable to start %s: cannot %s: %s%s%s", cmd->path,
		    child_step_text(e->step), at ? at : "", at ? ": " : "", strerror(e->err));
}

void
perform_fail_oom(struct runner *r, struct outcome *o)
{
	bool main = r->main_ended && WIFSIGNALED(r->main_status) && WTERMSIG(r->main_status) == SIGKILL;

	outcome_fail(o, "oom-kill", 1, "memory was short, and the kernel killed %s", main ? "its main process" : "a process of it");
}

void
perform_fail_stop(struct runner *r, struct outcome *o)
{
	if (!r->stop_asked && oom_ends(&r->oom))
		perform_fail_oom(r, o);
	else
		outcome_fail(o, "canceled", 1, "the start was interrupted");
}

void
perform_fail_status(struct runner *r, struct outcome *o, const char *who, int status)
{
	char words[200];

	if (oom_ends(&r->oom))
		perform_fail_oom(r, o);
	output_flush(&r->out, r->main);
	output_last_line(&r->out, words, sizeof words);
	if (WIFSIGNALED(status))
		outcome_fail(o, outcome_word(status), 1, "%s was killed by signal %d (%s)%s%s", who, WTERMSIG(status),
		    sig_name(WTERMSIG(status)), *words ? ": " : "", words);
	else
		outcome_fail(o, outcome_word(status), 1, "%s exited with status %d%s%s", who, WEXITSTATUS(status), *words ? ": " : "", words);
}

static void
kill_command(struct runner *r)
{
	/* our own child, not reaped: the pid cannot be another's */
	if (r->command > 0)
		kill(r->command, SIGKILL);
	/* one that hangs in the kernel is not waited for: the stop that follows finds it, and reports it */
	if (runner_wait(r, runner_command_done, clock_after(r->svc->timeout_stop_us), false) != RUNNER_MET)
		r->command = 0;
}

int
perform_one(struct runner *r, struct outcome *o, const struct service_command *cmd, enum service_list list, bool stoppable, int *status)
{
	const struct service *s = r->svc;
	bool stops = list == SERVICE_STOP || list == SERVICE_STOP_POST;
	uint64_t limit = stops ? s->timeout_stop_us : s->timeout_start_us;
	struct child_error e;
	enum runner_end how;

	*status = 0;
	output_forget(&r->out);
	r->command = spawn_command(r, cmd, list, stops ? o->result : NULL, &e);
	if (r->command < 0) {
		r->command = 0;
		*status = outcome_exited(child_step_status(e.step));
		if (!cmd->ignore_failure)
			perform_fail_spawn(r, o, cmd, &e);
		return cmd->ignore_failure ? 0 : -1;
	}
	how = runner_wait(r, runner_command_done, clock_after(limit), stoppable);
	if (how != RUNNER_MET) {
		kill_command(r);
		if (how == RUNNER_STOP)
			perform_fail_stop(r, o);
		outcome_fail(o, "timeout", 1, "%s took too long", cmd->path);
		return -1;
	}
	*status = r->command_status;
	return cmd->ignore_failure || service_clean_exit(s, *status) ? 0 : 1;
}

int
perform_list(struct runner *r, struct outcome *o, enum service_list list, bool stoppable)
{
	const struct service_commands *c = &r->svc->cmd[list];
	int status, how;

	for (size_t i = 0; i < c->n; i++) {
		how = perform_one(r, o, &c->v[i], list, stoppable, &status);
		if (how > 0)
			perform_fail_status(r, o, c->v[i].path, status);
		if (how != 0)
			return -1;
	}
	return 0;
}
