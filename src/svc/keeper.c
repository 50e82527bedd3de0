#include "svc/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/timespan.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/proc.h"
#include "svc/begin.h"
#include "svc/emergency.h"
#include "svc/listen.h"
#include "svc/mainpid.h"
#include "svc/perform.h"
#include "svc/pidfile.h"
#include "svc/record.h"
#include "svc/relation.h"
#include "svc/restart.h"
#include "svc/runner.h"
#include "svc/slice.h"
#include "svc/stop.h"

enum { REAP_WAIT = 1000000 };	/* microseconds from a death to its SIGCHLD, at the very most */

struct keeper {
	const struct service *svc;
	struct context *ctx;
	const struct keeper_place *place;
	struct runner run;
	struct record rec;
	struct outcome end;
	struct restart_count starts;
	bool skipped;		/* ExecCondition= said no */
	bool up;		/* the last start succeeded */
	uint64_t runtime_end;	/* os/clock.h: when RuntimeMaxSec= is over */
	bool survived;		/* some process could not be ended */
	bool announced;		/* somebody was told that it listens */
};

static bool
failed(const struct keeper *k)
{
	return outcome_failed(&k->end);
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
	r->starts = k->starts.n;
	r->starts_at = k->starts.since;
	r->oom_kills = k->run.oom.total;
	fmt_to(r->result, sizeof r->result, "%s", k->end.result);
	fmt_to(r->text, sizeof r->text, "%.*s", (int)sizeof r->text - 1, failed(k) ? k->end.text : k->run.text);
	r->text[strcspn(r->text, "\n")] = '\0';
	record_write(k->place->record_fd, r);
	k->run.text_changed = false;
}

static void
reload(struct keeper *k)
{
	struct outcome before = k->end;

	k->run.reload_asked = false;
	k->end = (struct outcome)OUTCOME_INIT;
	perform_list(&k->run, &k->end, SERVICE_RELOAD, false);
	runner_reply(&k->run, CONTROL_RELOAD, k->end.code, k->end.text);
	k->end = before;
}

/* has it hung, run for too long, or run out of memory?  Then it has failed */
static bool
is_overdue(struct keeper *k)
{
	uint64_t now = clock_now();
	char *span;

	if (oom_ends(&k->run.oom))
		perform_fail_oom(&k->run, &k->end);
	if (k->run.watchdog_trigger)
		outcome_fail(&k->end, "watchdog", 1, "it asked its watchdog to end it");
	if (now >= k->run.watchdog_at) {
		span = timespan_text(k->run.watchdog_us);
		outcome_fail(&k->end, "watchdog", 1, "its watchdog has not heard of it for %s", span);
		free(span);
	}
	if (now >= k->runtime_end)
		outcome_fail(&k->end, "timeout", 1, "it has run for as long as RuntimeMaxSec= lets it");
	return failed(k);
}

static bool
something_to_do(struct runner *r)
{
	return r->stop_asked || r->reload_asked || r->text_changed || r->watchdog_trigger || oom_ends(&r->oom) ||
	    (r->main ? r->main_ended : runner_empty(r));
}

/* from the start to the end of the main process, or the wish to stop */
static void
keep(struct keeper *k)
{
	struct runner *r = &k->run;

	runner_watch(r);
	k->runtime_end = clock_after(k->svc->runtime_max_us);
	for (;;) {
		/* a limit for the start, extended by the service, does not concern what comes now */
		r->extend = 0;
		runner_wait(r, something_to_do, r->watchdog_at < k->runtime_end ? r->watchdog_at : k->runtime_end, false);
		if (r->text_changed)
			publish(k, RECORD_RUNNING);
		if (r->stop_asked || is_overdue(k))
			return;
		if (r->reload_asked)
			reload(k);
		else if (r->main ? r->main_ended : runner_empty(r))
			break;
	}
	if (r->main_ended && !service_clean_exit(k->svc, r->main_status))
		perform_fail_status(r, &k->end, "the main process", r->main_status);
}

static bool
is_per_connection(const struct keeper *k)
{
	return k->run.sockets && k->run.sockets->accept;
}

/* a process for each who connects, until it is to be stopped */
static void
serve(struct keeper *k)
{
	do {
		if (k->run.reload_asked)
			reload(k);
		listen_serve(&k->run, &k->end);
	} while (!k->run.stop_asked && !failed(k));
}

static bool
asked_for_something(struct runner *r)
{
	return r->stop_asked || r->reload_asked || oom_ends(&r->oom);
}

/* done, and counts as running: what is left to do is to be reloaded and stopped */
static void
remain(struct keeper *k)
{
	publish(k, RECORD_EXITED);
	for (;;) {
		runner_wait(&k->run, asked_for_something, CLOCK_FOREVER, false);
		if (k->run.stop_asked || is_overdue(k))
			return;
		reload(k);
	}
}

static void
stop_processes(struct keeper *k)
{
	struct runner *r = &k->run;
	struct service how = *k->svc;	/* borrows all that it points at */
	struct stop s;
	enum stop_state state;
	uint64_t killed = r->oom.killed;

	if (oom_ends(&r->oom) && r->oom.policy == SERVICE_OOM_KILL)
		how.kill_signal = how.final_signal;
	else if (strcmp(k->end.result, "watchdog") == 0) {
		how.kill_signal = how.watchdog_signal;
		how.timeout_stop_us = how.timeout_abort_us;
	} else if (r->restarting && how.restart_signal)
		how.kill_signal = how.restart_signal;
	state = stop_begin(&s, &how, &r->group, r->main_ended ? 0 : r->main, r->main_start);
	while (state == STOP_WAITING) {
		/* deaths are what moves it on; each wakes us, and the test lets every wake-up through */
		if (r->extend > s.deadline)
			s.deadline = r->extend;
		runner_step(r, s.deadline);
		if (r->main_ended)
			s.main = 0;
		/* who ends needs memory too, and there is none */
		if (r->oom.killed > killed && oom_ends(&r->oom) && how.send_sigkill && !s.killing)
			s.deadline = clock_now();
		state = stop_step(&s);
	}
	/* dead is one thing, reaped another: nobody is to see its pid any more when the stop has ended */
	if (state == STOP_DONE && k->svc->kill_mode != SERVICE_KILL_NONE)
		runner_wait(r, runner_main_done, clock_after(REAP_WAIT), false);
	if (state == STOP_SURVIVED) {
		k->survived = true;
		outcome_fail(&k->end, "timeout", 1, "some of its processes did not end");
	}
}

static void
stop(struct keeper *k)
{
	publish(k, RECORD_STOPPING);
	/* a main process that failed by itself leaves nothing to be stopped in an orderly way, as systemd sees it; OOMPolicy=stop is a stop */
	if (k->up && (!failed(k) || (oom_ends(&k->run.oom) && k->run.oom.policy == SERVICE_OOM_STOP)))
		perform_list(&k->run, &k->end, SERVICE_STOP, false);
	stop_processes(k);
	if (!k->skipped)
		perform_list(&k->run, &k->end, SERVICE_STOP_POST, false);
	if (!runner_empty(&k->run))
		stop_processes(k);
	if (k->svc->pid_file && k->svc->kill_mode != SERVICE_KILL_NONE && runner_main_done(&k->run))
		pidfile_remove(k->svc->pid_file, k->run.main);
	oom_close(&k->run.oom);
	context_close(k->ctx);
	output_flush(&k->run.out, k->run.main);
}

/* more: what is done about it, or "" */
static void
log_end(struct keeper *k, const char *more)
{
	char line[CONTROL_TEXT + 200];

	if (k->run.attached || (!failed(k) && !*more))
		return;
	fmt_to(line, sizeof line, "%s: %s%s", k->svc->name, failed(k) ? k->end.text : "it ended", more);
	output_say(&k->run.out, LOG_DAEMON | (failed(k) ? LOG_ERR : LOG_INFO), "svrun", line);
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
	bool limit = strcmp(k->end.result, "start-limit-hit") == 0, purged = record_purged(k->place->dir);

	cgroup_remove(&k->run.group.cgroup);
	if (!purged && (k->survived ||
	    (failed(k) && (k->up || k->announced || k->rec.restarts || limit) && !k->run.stop_asked && !k->run.attached))) {
		leave_log(k);
		publish(k, RECORD_FAILED);
		if (k->ctx->notify_path)
			unlink(k->ctx->notify_path);
	} else {
		record_remove(k->place->dir);
	}
	/* the lock goes before the answers: who is told that it is over may start it anew at once */
	close(k->place->record_fd);
	if (purged)
		record_forget(k->place->dir);
}

static void
identify(struct keeper *k)
{
	struct record old;
	bool readable = record_read(k->place->record_fd, &old) == 0;

	if (readable && old.ended) {
		k->rec.last_ended = true;
		k->rec.last_status = old.status;
		k->rec.last_at = old.since;
	}
	proc_boot_id(k->rec.boot);
	/* a service that failed and is started by hand again and again has ended too often all the same */
	if (readable && strcmp(old.boot, k->rec.boot) == 0)
		k->starts = (struct restart_count){ old.starts_at, old.starts };
	k->rec.keeper = getpid();
	k->rec.keeper_start = proc_own_start();
	/* half a path would be another group's */
	if (k->run.group.cgroup.path && strlen(k->run.group.cgroup.path) < sizeof k->rec.cgroup)
		fmt_to(k->rec.cgroup, sizeof k->rec.cgroup, "%s", k->run.group.cgroup.path);
}

static struct cgroup
make_cgroup(const struct service *svc, const char *root)
{
	struct cgroup g = CGROUP_INIT;
	char *base, *group;

	/* below another root a service of that name is another service */
	if (root || !(base = cgroup_base("/run/initwright/.cgroup")))
		return g;
	group = slice_group(svc);
	if (cgroup_make(&g, base, group) != 0)
		g = (struct cgroup)CGROUP_INIT;
	free(group);
	free(base);
	return g;
}

static void
one_life(struct keeper *k)
{
	bool serves = is_per_connection(k), oneshot = k->svc->type == SERVICE_ONESHOT && !serves;
	bool remains = k->svc->remain_after_exit && !serves;

	publish(k, RECORD_STARTING);
	k->up = begin_service(&k->run, k->ctx, &k->end, &k->skipped) == 0;
	/* a oneshot that does not remain has ended by the time its starter hears of it */
	if (k->up && (!oneshot || remains)) {
		publish(k, serves ? RECORD_LISTENING : oneshot ? RECORD_EXITED : RECORD_RUNNING);
		runner_started(&k->run, 0, "");
	}
	mainpid_unwatch(&k->run);
	if (k->up && serves)
		serve(k);
	else if (k->up && !oneshot)
		keep(k);
	if (k->up && remains && !failed(k) && !k->run.stop_asked)
		remain(k);
	stop(k);
	if (k->run.main && k->run.main_ended)
		k->end.status = k->run.main_status;
}

static bool
is_hurried(struct runner *r)
{
	return r->reload_asked || runner_is_awaited(r);
}

/* until RestartSec= has passed or somebody wants it started; false: it is to be stopped */
static bool
pause_for_restart(struct keeper *k)
{
	uint64_t deadline = clock_after(k->svc->restart_us);
	enum runner_end how;

	while ((how = runner_wait(&k->run, is_hurried, deadline, true)) == RUNNER_MET && k->run.reload_asked) {
		k->run.reload_asked = false;
		runner_reply(&k->run, CONTROL_RELOAD, 7, "it is about to be started again");
	}
	return how != RUNNER_STOP;
}

static void
remember_end(struct keeper *k)
{
	k->rec.last_ended = k->end.status >= 0;
	k->rec.last_status = k->end.status;
	k->rec.last_at = clock_wall();
}

/* who waits for the start is told how it went, and the record and the log too */
static void
announce_restart(struct keeper *k)
{
	char *span = timespan_text(k->svc->restart_us), more[100];
	size_t n = strlen(k->end.text);

	fmt_to(more, sizeof more, "; it is started again in %s", span);
	free(span);
	log_end(k, more);
	remember_end(k);
	publish(k, RECORD_RESTARTING);
	fmt_to(k->end.text + n, sizeof k->end.text - n, "%s", more);
	runner_started(&k->run, k->end.code, k->end.text);
	k->end.text[n] = '\0';
}

/* limits that went with the last life may have been set on the same group, and have taken it with them */
static void
renew_cgroup(struct keeper *k)
{
	struct cgroup *old = &k->run.group.cgroup, fresh = CGROUP_INIT;

	/* a service that divides its group is given an undivided one again */
	if (k->svc->delegate && old->fd >= 0) {
		cgroup_remove(old);
		*old = make_cgroup(k->svc, k->place->root);
		return;
	}
	if (old->fd >= 0)
		fresh = make_cgroup(k->svc, k->place->root);
	if (fresh.fd < 0)
		return;
	cgroup_close(old);
	*old = fresh;
}

/* it ended: is it to live again?  Returns when it is time */
static bool
lives_again(struct keeper *k)
{
	struct outcome last = k->end;

	announce_restart(k);
	runner_again(&k->run);
	k->end = (struct outcome)OUTCOME_INIT;
	if (!pause_for_restart(k))
		return false;
	if (!restart_allowed(&k->starts, k->svc, clock_now())) {
		k->end = last;
		k->end.result = "start-limit-hit";
		k->end.code = 1;
		fmt_to(k->end.text, sizeof k->end.text, "it ended too often, %u times in a short time; at last: %.900s", k->svc->start_limit_burst,
		    outcome_failed(&last) ? last.text : "well");
		return false;
	}
	renew_cgroup(k);
	k->rec.restarts++;
	return true;
}

/* the sockets are there: the next who connects finds it, whatever became of it now */
static bool
listens_on(const struct keeper *k)
{
	const struct sockets *s = k->run.sockets;

	return s && s->n_fds && !s->accept && (k->up || k->announced) && !k->run.attached && !k->run.stop_asked && !k->skipped && !k->survived;
}

/* more than the limits let be would be started for ever by one who waits and is not served */
static bool
may_be_called(struct keeper *k)
{
	struct sockets_unit *x = &k->run.sockets->v[0];

	if (restart_allowed(&k->starts, k->svc, clock_now()) && restart_within(&x->triggers, x->u.trigger_us, x->u.trigger_burst, clock_now()))
		return true;
	outcome_fail(&k->end, "start-limit-hit", 1, "those who connect had it started too often, %u times in a short time", k->starts.n);
	return false;
}

/* Wait until somebody connects.  false: it is not to be started (again). */
static bool
is_called(struct keeper *k)
{
	bool again = k->announced || k->up;

	sockets_flush(k->run.sockets);
	if (again) {
		log_end(k, "; it is started again for who connects");
		if (!k->place->root)
			relation_after_end(k->svc, &k->end);
		remember_end(k);
		runner_again(&k->run);
		renew_cgroup(k);
	}
	publish(k, RECORD_LISTENING);
	k->end = (struct outcome)OUTCOME_INIT;
	k->up = false;
	k->announced = true;
	runner_started(&k->run, 0, "listens, and is started for who connects");
	return listen_await(&k->run) && may_be_called(k);
}

static void
life(struct keeper *k)
{
	bool again, idle = k->run.sockets && k->run.sockets->demand && !k->run.attached, keeps;

	if (!idle && !restart_allowed(&k->starts, k->svc, clock_now())) {
		outcome_fail(&k->end, "start-limit-hit", 1, "it was started too often, %u times in a short time; a stop makes that forgotten",
		    k->svc->start_limit_burst);
		return;
	}
	do {
		if (idle && !is_called(k)) {
			if (!k->run.restarting)
				context_remove_dirs(k->ctx);
			return;
		}
		one_life(k);
		again = !k->run.attached && !k->run.stop_asked && !k->skipped && !k->survived && restart_wanted(k->svc, &k->end);
		idle = !again && listens_on(k);
		/* files of sockets may be in there, and those who come after us have them */
		keeps = (again || k->run.restarting) && (k->svc->runtime_preserve == 2 || (k->run.sockets && k->run.sockets->has_files));
		if (!keeps && !(idle && k->run.sockets->has_files))
			context_remove_dirs(k->ctx);
	} while (again ? lives_again(k) : idle);
}

/* its sockets are open before its first start, and until it is over */
static void
live_listening(struct keeper *k)
{
	if (k->place->sockets && k->place->sockets->n_fds) {
		k->run.sockets = k->place->sockets;
		if (listen_open(&k->run, &k->end) != 0)
			return;
	}
	life(k);
	if (k->run.sockets && !k->run.restarting)
		listen_close(&k->run, &k->end);
}

/* below another root a service stands alone */
static int
watch_devices(struct keeper *k)
{
	if (k->place->root || bound_open(&k->run.bound, k->svc) == 0)
		return 0;
	outcome_fail(&k->end, "dependency", 1, "unable to look out for the devices that it is bound to: %s", strerror(errno));
	return -1;
}

/* FailureAction= and kin */
static void
end_system(struct keeper *k)
{
	bool limit = strcmp(k->end.result, "start-limit-hit") == 0 && k->svc->start_limit_action;
	enum service_action a = limit ? k->svc->start_limit_action : failed(k) ? k->svc->failure_action : k->svc->success_action;
	const char *key = limit ? "StartLimit" : failed(k) ? "Failure" : "Success";
	char line[300], *bad;

	if (a == SERVICE_NO_ACTION)
		return;
	bad = emergency_refused(a);
	fmt_to(line, sizeof line, "%s: %sAction=%s%s%s", k->svc->name, key, emergency_words[a], bad ? " is not done: " : "", bad ? bad : "");
	output_say(&k->run.out, LOG_DAEMON | (bad ? LOG_ERR : LOG_CRIT), "svrun", line);
	if (!bad && emergency_act(a) != 0) {
		fmt_to(line, sizeof line, "%s: unable to do %sAction=%s: %s", k->svc->name, key, emergency_words[a], strerror(errno));
		output_say(&k->run.out, LOG_DAEMON | LOG_ERR, "svrun", line);
	}
	free(bad);
}

static int
live(struct keeper *k, int starter_fd, char *text)
{
	struct cgroup cgroup;

	umask(022);
	cgroup = make_cgroup(k->svc, k->place->root);
	k->end = (struct outcome)OUTCOME_INIT;
	k->runtime_end = CLOCK_FOREVER;
	if (k->svc->type == SERVICE_NOTIFY || k->svc->notify_access != SERVICE_NOTIFY_NONE)
		k->ctx->notify_path = mem_fmt("%s/notify", k->place->dir);
	if (runner_init(&k->run, k->svc, k->ctx, k->place->dir, cgroup, starter_fd < 0) != 0) {
		outcome_fail(&k->end, "resources", 1, "unable to set up its keeper: %s", strerror(errno));
		k->run.starter_fd = starter_fd;
	} else {
		k->run.starter_fd = starter_fd;
		identify(k);
		if (watch_devices(k) == 0)
			live_listening(k);
		log_end(k, "");
	}
	leave(k);
	fmt_to(text, CONTROL_TEXT, "%s", k->end.text);
	runner_started(&k->run, k->end.code, k->end.text);
	runner_reply(&k->run, CONTROL_STOP, k->survived, k->end.text);
	runner_reply_sockets(&k->run, k->survived, k->end.text);
	if (k->run.sockets)
		sockets_close(k->run.sockets, true);
	runner_reply(&k->run, CONTROL_RELOAD, 7, "it ended meanwhile");
	if (!k->place->root && !k->run.attached && !k->skipped && strcmp(k->end.result, "canceled") != 0) {
		relation_after_end(k->svc, &k->end);
		end_system(k);
	}
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
