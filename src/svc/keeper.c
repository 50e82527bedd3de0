#include "svc/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/sig.h"
#include "svc/mainpid.h"
#include "svc/pidfile.h"
#include "svc/record.h"
#include "svc/runner.h"
#include "svc/stop.h"

enum { REAP_WAIT = 1000000 };	/* microseconds from a death to its SIGCHLD, at the very most */

/* How it went, in the words of SERVICE_RESULT (systemd.exec(5)). */
struct outcome {
	const char *result;	/* "success" */
	int code;		/* LSB exit status for who asked */
	char text[CONTROL_TEXT];
};

struct keeper {
	const struct service *svc;
	struct context *ctx;
	const struct keeper_place *place;
	struct runner run;
	struct record rec;
	struct outcome end;
	bool skipped;		/* ExecCondition= said no */
	bool up;		/* the start succeeded */
	bool survived;		/* some process could not be ended */
};

static bool
failed(const struct keeper *k)
{
	return strcmp(k->end.result, "success") != 0;
}

static void fail(struct keeper *, const char *result, int code, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* the first failure is the reason, what comes of it is not */
static void
fail(struct keeper *k, const char *result, int code, const char *fmt, ...)
{
	va_list ap;

	if (failed(k))
		return;
	k->end.result = result;
	k->end.code = code;
	va_start(ap, fmt);
	vsnprintf(k->end.text, sizeof k->end.text, fmt, ap);
	va_end(ap);
}

/* /run may be full or gone: the service lives on, and the lock still says so */
static void
publish(struct keeper *k, enum record_state state)
{
	struct record *r = &k->rec;

	if (state != r->state || r->since == 0)
		r->since = clock_wall();
	r->state = state;
	r->main = k->run.main_ended ? 0 : k->run.main;
	r->main_start = k->run.main_start;
	r->ended = k->run.main_ended;
	r->status = k->run.main_status;
	fmt_to(r->result, sizeof r->result, "%s", k->end.result);
	fmt_to(r->text, sizeof r->text, "%.*s", (int)sizeof r->text - 1, failed(k) ? k->end.text : k->run.text);
	r->text[strcspn(r->text, "\n")] = '\0';
	record_write(k->place->record_fd, r);
	k->run.text_changed = false;
}

static int
exec_code(int err)
{
	return err == ENOENT || err == ENOTDIR ? 5 : err == EACCES || err == EPERM ? 4 : 1;
}

static void
fail_spawn(struct keeper *k, const struct service_command *cmd, const struct child_error *e)
{
	if (e->step == CHILD_EXEC)
		fail(k, "exec", exec_code(e->err), "unable to execute %s: %s", cmd->path, strerror(e->err));
	else if (e->step == CHILD_STDIO && k->run.bad_path)
		fail(k, "resources", 1, "unable to open %s: %s", k->run.bad_path, strerror(e->err));
	else
		fail(k, "resources", e->err == EPERM || e->err == EACCES ? 4 : 1, "unable to start %s: cannot %s: %s", cmd->path,
		    child_step_text(e->step), strerror(e->err));
}

static const char *
result_of(int status)
{
	return WIFSIGNALED(status) ? WCOREDUMP(status) ? "core-dump" : "signal" : "exit-code";
}

/* "exited with status 1: LAST WORDS" */
static void
fail_status(struct keeper *k, const char *who, int status)
{
	char words[200];

	output_flush(&k->run.out, k->run.main);
	output_last_line(&k->run.out, words, sizeof words);
	if (WIFSIGNALED(status))
		fail(k, result_of(status), 1, "%s was killed by signal %d (%s)%s%s", who, WTERMSIG(status),
		    sig_name(WTERMSIG(status)), *words ? ": " : "", words);
	else
		fail(k, result_of(status), 1, "%s exited with status %d%s%s", who, WEXITSTATUS(status), *words ? ": " : "", words);
}

static void
kill_command(struct keeper *k)
{
	/* our own child, not reaped: the pid cannot be another's */
	if (k->run.command > 0)
		kill(k->run.command, SIGKILL);
	/* one that hangs in the kernel is not waited for: the stop that follows finds it, and reports it */
	if (runner_wait(&k->run, runner_command_done, clock_after(k->svc->timeout_stop_us), false) != RUNNER_MET)
		k->run.command = 0;
}

/* one helper command to its end; 0 it went well, or its failure does not count */
static int
run_one(struct keeper *k, const struct service_command *cmd, enum service_list list, bool stoppable, int *status)
{
	const struct service *s = k->svc;
	uint64_t limit = list == SERVICE_STOP || list == SERVICE_STOP_POST ? s->timeout_stop_us : s->timeout_start_us;
	struct child_error e;
	enum runner_end how;

	*status = 0;
	output_forget(&k->run.out);
	k->run.command = runner_spawn(&k->run, cmd, list, list == SERVICE_STOP_POST ? k->end.result : NULL, &e);
	if (k->run.command < 0) {
		k->run.command = 0;
		*status = child_step_status(e.step) << 8;
		if (!cmd->ignore_failure)
			fail_spawn(k, cmd, &e);
		return cmd->ignore_failure ? 0 : -1;
	}
	how = runner_wait(&k->run, runner_command_done, clock_after(limit), stoppable);
	if (how != RUNNER_MET) {
		kill_command(k);
		fail(k, how == RUNNER_STOP ? "canceled" : "timeout", 1, how == RUNNER_STOP ? "the start was interrupted" :
		    "%s took too long", cmd->path);
		return -1;
	}
	*status = k->run.command_status;
	return cmd->ignore_failure || service_clean_exit(k->svc, *status) ? 0 : 1;
}

static int
run_list(struct keeper *k, enum service_list list, bool stoppable)
{
	const struct service_commands *c = &k->svc->cmd[list];
	int status, r;

	for (size_t i = 0; i < c->n; i++) {
		r = run_one(k, &c->v[i], list, stoppable, &status);
		if (r > 0)
			fail_status(k, c->v[i].path, status);
		if (r != 0)
			return -1;
	}
	return 0;
}

/* ExecCondition=: 0 go on; 1 to 254 the service is not wanted here and that is fine; else it fails */
static int
check_conditions(struct keeper *k)
{
	const struct service_commands *c = &k->svc->cmd[SERVICE_CONDITION];
	int status, r;

	for (size_t i = 0; i < c->n; i++) {
		r = run_one(k, &c->v[i], SERVICE_CONDITION, true, &status);
		if (r > 0 && WIFEXITED(status) && WEXITSTATUS(status) < 255) {
			k->skipped = true;
			fmt_to(k->end.text, sizeof k->end.text, "%s says that it is not to be started", c->v[i].path);
			return -1;
		}
		if (r > 0)
			fail_status(k, c->v[i].path, status);
		if (r != 0)
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
spawn_main(struct keeper *k, const struct service_command *cmd)
{
	struct child_error e;
	pid_t pid = runner_spawn(&k->run, cmd, SERVICE_START, NULL, &e);

	if (pid < 0) {
		if (!cmd->ignore_failure)
			fail_spawn(k, cmd, &e);
		return cmd->ignore_failure ? 0 : -1;
	}
	/* the child may be dead already, but it is ours and not reaped yet: its pid is safe */
	k->run.main = pid;
	if (runner_set_main(&k->run, pid) != 0)
		k->run.main = pid;
	return 0;
}

static int
start_notify(struct keeper *k, uint64_t deadline)
{
	enum runner_end how = runner_wait(&k->run, is_ready_or_dead, deadline, true);

	if (how == RUNNER_STOP)
		fail(k, "canceled", 1, "the start was interrupted");
	else if (how == RUNNER_TIMEOUT)
		fail(k, "timeout", 1, "%s did not say that it is ready in time", k->svc->cmd[SERVICE_START].v[0].path);
	else if (k->run.main_ended && k->run.main_status != 0)
		fail_status(k, k->svc->cmd[SERVICE_START].v[0].path, k->run.main_status);
	else if (!k->run.ready)
		fail(k, "protocol", 1, "%s ended without saying that it is ready", k->svc->cmd[SERVICE_START].v[0].path);
	return failed(k) ? -1 : 0;
}

static int
find_main(struct keeper *k, uint64_t deadline)
{
	enum runner_end how;

	if (!k->svc->pid_file) {
		if (k->svc->guess_main_pid)
			mainpid_guess(&k->run);
		if (runner_empty(&k->run))
			fail(k, "protocol", 1, "%s left no process behind", k->svc->cmd[SERVICE_START].v[0].path);
		return failed(k) ? -1 : 0;
	}
	how = runner_wait(&k->run, mainpid_from_file, deadline, true);
	if (how == RUNNER_STOP)
		fail(k, "canceled", 1, "the start was interrupted");
	else if (how == RUNNER_TIMEOUT)
		fail(k, "timeout", 1, "no process of its own stands in %s in time", k->svc->pid_file);
	else if (k->run.main == 0)
		fail(k, "protocol", 1, "all its processes ended before one stood in %s", k->svc->pid_file);
	return failed(k) ? -1 : 0;
}

static int
start_forking(struct keeper *k, uint64_t deadline)
{
	const struct service_command *cmd = &k->svc->cmd[SERVICE_START].v[0];
	int status, r;

	if (mainpid_watch(&k->run) != 0) {
		fail(k, "resources", 1, "unable to watch %s: %s", k->svc->pid_file, strerror(errno));
		return -1;
	}
	r = run_one(k, cmd, SERVICE_START, true, &status);
	if (r > 0)
		fail_status(k, cmd->path, status);
	return r == 0 ? find_main(k, deadline) : -1;
}

static int
start_oneshot(struct keeper *k)
{
	const struct service_commands *c = &k->svc->cmd[SERVICE_START];

	for (size_t i = 0; i < c->n; i++) {
		enum runner_end how;

		k->run.main = 0;
		if (spawn_main(k, &c->v[i]) != 0)
			return -1;
		how = runner_wait(&k->run, runner_main_done, clock_after(k->svc->timeout_start_us), true);
		if (how == RUNNER_STOP)
			fail(k, "canceled", 1, "the start was interrupted");
		else if (how == RUNNER_TIMEOUT)
			fail(k, "timeout", 1, "%s took too long", c->v[i].path);
		else if (k->run.main && !c->v[i].ignore_failure && !service_clean_exit(k->svc, k->run.main_status))
			fail_status(k, c->v[i].path, k->run.main_status);
		if (failed(k))
			return -1;
	}
	return 0;
}

static int
start_main(struct keeper *k)
{
	const struct service_commands *c = &k->svc->cmd[SERVICE_START];
	uint64_t deadline = clock_after(k->svc->timeout_start_us);

	switch (k->svc->type) {
	case SERVICE_ONESHOT:
		return start_oneshot(k);
	case SERVICE_FORKING:
		return start_forking(k, deadline);
	case SERVICE_NOTIFY:
		return spawn_main(k, &c->v[0]) == 0 ? start_notify(k, deadline) : -1;
	default:
		return spawn_main(k, &c->v[0]);
	}
}

static int
start(struct keeper *k)
{
	const struct vec *remarks = &k->ctx->sandbox.remarks;
	size_t told = remarks->n;
	char *bad = context_open(k->ctx);

	/* who starts us has told the others */
	for (size_t i = told; i < remarks->n && !k->run.attached; i++)
		output_say(&k->run.out, LOG_DAEMON | LOG_WARNING, "svrun", remarks->v[i]);
	if (bad) {
		fail(k, "resources", 1, "%s", bad);
		free(bad);
		return -1;
	}
	if (check_conditions(k) != 0 || run_list(k, SERVICE_START_PRE, true) != 0 || start_main(k) != 0)
		return -1;
	return run_list(k, SERVICE_START_POST, true);
}

static void
reload(struct keeper *k)
{
	struct outcome before = k->end;

	k->run.reload_asked = false;
	k->end = (struct outcome){ .result = "success" };
	run_list(k, SERVICE_RELOAD, false);
	runner_reply(&k->run, CONTROL_RELOAD, k->end.code, k->end.text);
	k->end = before;
}

static bool
something_to_do(struct runner *r)
{
	return r->stop_asked || r->reload_asked || r->text_changed ||
	    (r->main ? r->main_ended : runner_empty(r));
}

/* from the start to the end of the main process, or the wish to stop */
static void
keep(struct keeper *k)
{
	struct runner *r = &k->run;

	for (;;) {
		/* a limit for the start, extended by the service, does not concern what comes now */
		r->extend = 0;
		runner_wait(r, something_to_do, CLOCK_FOREVER, false);
		if (r->text_changed)
			publish(k, RECORD_RUNNING);
		if (r->stop_asked)
			return;
		if (r->reload_asked)
			reload(k);
		else if (r->main ? r->main_ended : runner_empty(r))
			break;
	}
	if (r->main_ended && !service_clean_exit(k->svc, r->main_status))
		fail_status(k, "the main process", r->main_status);
}

static bool
asked_for_something(struct runner *r)
{
	return r->stop_asked || r->reload_asked;
}

/* done, and counts as running: what is left to do is to be reloaded and stopped */
static void
remain(struct keeper *k)
{
	publish(k, RECORD_EXITED);
	for (;;) {
		runner_wait(&k->run, asked_for_something, CLOCK_FOREVER, false);
		if (k->run.stop_asked)
			return;
		reload(k);
	}
}

static void
stop_processes(struct keeper *k)
{
	struct runner *r = &k->run;
	struct stop s;
	enum stop_state state;

	state = stop_begin(&s, k->svc, &r->group, r->main_ended ? 0 : r->main, r->main_start);
	while (state == STOP_WAITING) {
		/* deaths are what moves it on; each wakes us, and the test lets every wake-up through */
		if (r->extend > s.deadline)
			s.deadline = r->extend;
		runner_step(r, s.deadline);
		if (r->main_ended)
			s.main = 0;
		state = stop_step(&s);
	}
	/* dead is one thing, reaped another: nobody is to see its pid any more when the stop has ended */
	if (state == STOP_DONE && k->svc->kill_mode != SERVICE_KILL_NONE)
		runner_wait(r, runner_main_done, clock_after(REAP_WAIT), false);
	if (state == STOP_SURVIVED) {
		k->survived = true;
		fail(k, "timeout", 1, "some of its processes did not end");
	}
}

static void
stop(struct keeper *k)
{
	publish(k, RECORD_STOPPING);
	/* a main process that failed by itself leaves nothing to be stopped in an orderly way, as systemd sees it */
	if (k->up && !failed(k))
		run_list(k, SERVICE_STOP, false);
	stop_processes(k);
	if (!k->skipped)
		run_list(k, SERVICE_STOP_POST, false);
	if (!runner_empty(&k->run))
		stop_processes(k);
	if (k->svc->pid_file && k->svc->kill_mode != SERVICE_KILL_NONE && runner_main_done(&k->run))
		pidfile_remove(k->svc->pid_file, k->run.main);
	context_close(k->ctx);
	if (!(k->run.restarting && k->svc->runtime_preserve == 2))
		context_remove_dirs(k->ctx);
	output_flush(&k->run.out, k->run.main);
}

static void
log_end(struct keeper *k)
{
	char line[CONTROL_TEXT + 64];

	if (!failed(k) || k->run.attached)
		return;
	fmt_to(line, sizeof line, "%s: %s", k->svc->name, k->end.text);
	output_say(&k->run.out, LOG_DAEMON | LOG_ERR, "svrun", line);
}

/* its last words, for status; on a full disk they are lost, and nothing else */
static void
leave_log(struct keeper *k)
{
	char *path = mem_fmt("%s/log", k->place->dir);
	const char *tail = output_tail(&k->run.out);

	file_replace(AT_FDCWD, path, tail, strlen(tail), 0600);
	free(path);
}

/* what is left for others to see: the record of a service that was up and failed by itself, else nothing */
static void
leave(struct keeper *k)
{
	cgroup_remove(&k->run.group.cgroup);
	if (k->survived || (failed(k) && k->up && !k->run.stop_asked && !k->run.attached)) {
		leave_log(k);
		publish(k, RECORD_FAILED);
		if (k->ctx->notify_path)
			unlink(k->ctx->notify_path);
	} else {
		record_remove(k->place->dir);
	}
	/* the lock goes before the answers: who is told that it is over may start it anew at once */
	close(k->place->record_fd);
}

static void
identify(struct keeper *k)
{
	struct proc_stat st;
	struct record old;

	if (record_read(k->place->record_fd, &old) == 0 && old.ended) {
		k->rec.last_ended = true;
		k->rec.last_status = old.status;
		k->rec.last_at = old.since;
	}
	proc_boot_id(k->rec.boot);
	k->rec.keeper = getpid();
	k->rec.keeper_start = proc_stat(getpid(), &st) == 0 ? st.start : 0;
	if (k->run.group.cgroup.path)
		fmt_to(k->rec.cgroup, sizeof k->rec.cgroup, "%s", k->run.group.cgroup.path);
}

static struct cgroup
make_cgroup(const struct service *svc, const char *root)
{
	struct cgroup g = CGROUP_INIT;
	char *base;

	/* below another root a service of that name is another service */
	if (root || !(base = cgroup_base("/run/initwright/.cgroup")))
		return g;
	if (cgroup_make(&g, base, svc->name) != 0)
		g = (struct cgroup)CGROUP_INIT;
	free(base);
	return g;
}

static void
life(struct keeper *k)
{
	bool oneshot = k->svc->type == SERVICE_ONESHOT, remains = k->svc->remain_after_exit;

	publish(k, RECORD_STARTING);
	k->up = start(k) == 0;
	/* a oneshot that does not remain has ended by the time its starter hears of it */
	if (k->up && (!oneshot || remains)) {
		publish(k, oneshot ? RECORD_EXITED : RECORD_RUNNING);
		runner_started(&k->run, 0, "");
	}
	if (k->up && !oneshot)
		keep(k);
	if (k->up && remains && !failed(k) && !k->run.stop_asked)
		remain(k);
	stop(k);
}

static int
live(struct keeper *k, int starter_fd, char *text)
{
	struct cgroup cgroup;

	umask(022);
	cgroup = make_cgroup(k->svc, k->place->root);
	k->end = (struct outcome){ .result = "success" };
	if (k->svc->type == SERVICE_NOTIFY || k->svc->notify_access != SERVICE_NOTIFY_NONE)
		k->ctx->notify_path = mem_fmt("%s/notify", k->place->dir);
	if (runner_init(&k->run, k->svc, k->ctx, k->place->dir, cgroup, starter_fd < 0) != 0) {
		fail(k, "resources", 1, "unable to set up its keeper: %s", strerror(errno));
		k->run.starter_fd = starter_fd;
	} else {
		k->run.starter_fd = starter_fd;
		identify(k);
		life(k);
		log_end(k);
	}
	leave(k);
	fmt_to(text, CONTROL_TEXT, "%s", k->end.text);
	runner_started(&k->run, k->end.code, k->end.text);
	runner_reply(&k->run, CONTROL_STOP, k->survived, k->end.text);
	runner_reply(&k->run, CONTROL_RESTART, k->survived, k->end.text);
	runner_reply(&k->run, CONTROL_RELOAD, 7, "it ended meanwhile");
	runner_free(&k->run);
	return k->end.code;
}

int
keeper_run(const struct service *svc, struct context *ctx, const struct keeper_place *place, int starter_fd, char *text)
{
	struct keeper k = { .svc = svc, .ctx = ctx, .place = place };
	int code = live(&k, starter_fd, text), status = k.run.main_status;

	if (starter_fd >= 0 || !k.run.main_ended)
		return code;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
