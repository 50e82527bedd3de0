#include "svc/runner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "os/clock.h"
#include "os/detach.h"
#include "os/proc.h"
#include "os/procref.h"
#include "os/sig.h"
#include "svc/busname.h"
#include "svc/notify.h"

static int
open_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	sig_block_all(NULL);
	return signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
open_sockets(struct runner *r, const char *dir)
{
	char *control = mem_fmt("%s/control", dir);
	int rc = 0;

	r->control_fd = control_listen(control);
	if (r->control_fd < 0)
		rc = -1;
	free(control);
	if (rc == 0 && r->ctx->notify_path) {
		r->notify_fd = notify_bind(r->ctx->notify_path);
		rc = r->notify_fd < 0 ? -1 : 0;
	}
	return rc;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* beside the environment of the context: the slots, what the sockets have ready, and the end */
void
runner_serve(struct runner *r, const struct service *svc, const struct context *ctx)
{
	r->svc = svc;
	r->ctx = ctx;
	r->envp = mem_grow(r->envp, &r->envp_cap, ctx->env.n + sizeof r->slots / sizeof *r->slots + 3, sizeof *r->envp);
}

int
runner_init(struct runner *r, const struct service *svc, const struct context *ctx, const char *dir, struct cgroup cgroup,
    bool attached)
{
	memset(r, 0, sizeof *r);
	runner_serve(r, svc, ctx);
	r->attached = attached;
	r->began = proc_own_start();
	r->bound = (struct bound)BOUND_INIT;
	r->oom = (struct oom)OOM_INIT;
	r->signal_fd = r->notify_fd = r->control_fd = r->watch_fd = r->starter_fd = r->main_fd = -1;
	runner_again(r);
	group_init(&r->group, cgroup, getpid());
	/* qemu-user has no subreapers: orphans that are in no control group of ours are lost to us there */
	if ((detach_adopt() != 0 && errno != EINVAL) ||
	    output_init(&r->out, svc->syslog_identifier, svc->syslog_facility | svc->syslog_level) != 0)
		return -1;
	r->signal_fd = open_signals();
	if (r->signal_fd < 0)
		return -1;
	return open_sockets(r, dir);
}

void
runner_free(struct runner *r)
{
	close_fd(&r->signal_fd);
	close_fd(&r->notify_fd);
	close_fd(&r->control_fd);
	close_fd(&r->watch_fd);
	close_fd(&r->starter_fd);
	close_fd(&r->main_fd);
	bound_close(&r->bound);
	oom_close(&r->oom);
	output_close(&r->out);
	group_free(&r->group);
	free(r->envp);
	r->envp = NULL;
	free(r->conns);
	r->conns = NULL;
}

int
runner_set_main(struct runner *r, pid_t pid)
{
	struct proc_stat st;
	struct procref ref = PROCREF_INIT;

	if (proc_stat(pid, &st) != 0)
		return -1;
	/* not our child, or not yet: its death shows at the pidfd */
	if (st.ppid != getpid() && procref_open(&ref, pid, st.start) != 0)
		return -1;
	close_fd(&r->main_fd);
	r->main = pid;
	r->main_start = st.start;
	r->main_ended = false;
	r->main_fd = ref.fd;
	return 0;
}

void
runner_again(struct runner *r)
{
	close_fd(&r->main_fd);
	close_fd(&r->watch_fd);
	r->command = r->main = 0;
	r->main_start = r->extend = 0;
	r->main_status = r->errnum = 0;
	r->main_ended = r->ready = r->watch_hit = r->watchdog_trigger = r->started = false;
	r->watchdog_us = r->svc->watchdog_us;
	r->watchdog_at = CLOCK_FOREVER;
	*r->text = '\0';
	r->text_changed = false;
}

void
runner_watch(struct runner *r)
{
	r->watchdog_at = r->watchdog_us ? clock_after(r->watchdog_us) : CLOCK_FOREVER;
}

static void
main_is_gone(struct runner *r, int status)
{
	r->main_ended = true;
	r->main_status = status;
	close_fd(&r->main_fd);
}

static bool
may_notify(struct runner *r, const struct notify_message *m)
{
	/* who is in no pid namespace of ours has no number */
	if (m->sender <= 0)
		return false;
	switch (r->svc->notify_access) {
	case SERVICE_NOTIFY_NONE:
		return false;
	case SERVICE_NOTIFY_MAIN:
		return m->sender == r->main;
	case SERVICE_NOTIFY_EXEC:
		return m->sender == r->main || m->sender == r->command;
	case SERVICE_NOTIFY_ALL:
		return m->sender == r->main || group_has(&r->group, m->sender);
	}
	return false;
}

static void
take_watchdog(struct runner *r, const struct notify_message *m)
{
	if (m->watchdog_us)
		r->watchdog_us = m->watchdog_us;
	if (m->watchdog_trigger)
		r->watchdog_trigger = true;
	if ((m->watchdog || m->watchdog_us) && r->watchdog_at != CLOCK_FOREVER)
		r->watchdog_at = clock_after(r->watchdog_us);
}

static void
take_notifications(struct runner *r)
{
	struct notify_message m;

	/* anyone may write there: a flood must not keep us from our other work; the kernel queues far less than this */
	for (int i = 0; i < 1024 && notify_receive(r->notify_fd, &m) == 1; i++) {
		if (!may_notify(r, &m))
			continue;
		if (m.main_pid && group_has(&r->group, m.main_pid))
			runner_set_main(r, m.main_pid);
		if (m.ready)
			r->ready = true;
		take_watchdog(r, &m);
		if (m.errnum)
			r->errnum = m.errnum;
		if (m.extend_us)
			r->extend = clock_after(m.extend_us);
		if (m.has_status) {
			fmt_to(r->text, sizeof r->text, "%s", m.status);
			r->text_changed = true;
		}
	}
}

static void
take_oom(struct runner *r)
{
	uint64_t n = oom_look(&r->oom);
	char line[RUNNER_TEXT];

	if (n == 0)
		return;
	r->text_changed = true;
	fmt_to(line, sizeof line, "%s: memory was short, and the kernel killed %llu of its processes", r->svc->name, (unsigned long long)n);
	output_say(&r->out, LOG_DAEMON | LOG_WARNING, "svrun", line);
}

static void
reap(struct runner *r)
{
	siginfo_t info = { 0 };
	int status;
	pid_t pid;

	/* what a process said before it died is heard before its death is; and its pid is its own until it is reaped */
	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && (pid = info.si_pid) > 0) {
		if (r->notify_fd >= 0 && pid == r->main)
			take_notifications(r);
		if (waitpid(pid, &status, WNOHANG) != pid)
			break;
		info.si_pid = 0;
		/* that the kernel has killed it, or a child of it, stands in the group by now, and is told later */
		if (status != 0)
			take_oom(r);
		if (pid == r->command) {
			r->command = 0;
			r->command_status = status;
		}
		if (pid == r->main && !r->main_ended)
			main_is_gone(r, status);
		for (size_t i = 0; i < r->n_conns; i++)
			if (r->conns[i].pid == pid)
				r->conns[i].pid = 0;
	}
}

static void
take_signals(struct runner *r)
{
	struct signalfd_siginfo info;

	while (read(r->signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT || (info.ssi_signo == SIGHUP && r->attached))
			r->stop_asked = true;
	reap(r);
}

static void
drop_client(struct runner *r, size_t i)
{
	r->clients[i] = r->clients[--r->n_clients];
}

static void
take_request(struct runner *r, size_t i)
{
	int request = control_request_of(r->clients[i].fd);

	if (request < 0)
		return;
	r->clients[i].request = request;
	if (request == CONTROL_STOP || request == CONTROL_RESTART) {
		r->stop_asked = true;
		r->restarting = request == CONTROL_RESTART;
	}
	if (request == CONTROL_RELOAD)
		r->reload_asked = true;
	if (request == CONTROL_NONE)
		close(r->clients[i].fd);
	else if (request == CONTROL_WAIT && r->started)
		control_reply(r->clients[i].fd, 0, "");
	else if (request == CONTROL_LOG)
		control_reply(r->clients[i].fd, 0, output_tail(&r->out));
	else
		return;
	drop_client(r, i);
}

static void
take_clients(struct runner *r)
{
	int fd;

	while ((fd = control_accept(r->control_fd)) >= 0) {
		if (r->n_clients == RUNNER_CLIENTS) {
			control_reply(fd, 1, "too many requests at once");
			continue;
		}
		r->clients[r->n_clients].fd = fd;
		r->clients[r->n_clients++].request = -1;
		take_request(r, r->n_clients - 1);
	}
}

static void
take_watch(struct runner *r)
{
	char events[4096] __attribute__((aligned(8)));

	if (read(r->watch_fd, events, sizeof events) > 0)
		r->watch_hit = true;
}

static void
take_bound(struct runner *r)
{
	const char *unit = bound_lost(&r->bound);
	char line[RUNNER_TEXT];

	if (!unit || r->stop_asked)
		return;
	r->stop_asked = true;
	fmt_to(line, sizeof line, "%s: %s is gone, so it is stopped", r->svc->name, unit);
	output_say(&r->out, LOG_DAEMON | LOG_NOTICE, "svrun", line);
}

enum { SLOT_SIGNAL, SLOT_OUTPUT, SLOT_NOTIFY, SLOT_CONTROL, SLOT_WATCH, SLOT_STARTER, SLOT_MAIN, SLOT_BUS, SLOT_BOUND, SLOT_OOM, SLOTS };

static void
dispatch(struct runner *r, const struct pollfd *p, size_t n_clients)
{
	if (p[SLOT_OUTPUT].revents)
		output_read(&r->out, r->main);
	/* before deaths: a last message of a process that is gone by now still counts */
	if (p[SLOT_NOTIFY].revents)
		take_notifications(r);
	if (p[SLOT_OOM].revents)
		take_oom(r);
	if (p[SLOT_SIGNAL].revents)
		take_signals(r);
	if (p[SLOT_MAIN].revents && r->main_fd >= 0 && !r->main_ended) {
		/* it may have become our child meanwhile, and then its status is to be had */
		reap(r);
		if (!r->main_ended)
			main_is_gone(r, 0);
	}
	if (p[SLOT_WATCH].revents)
		take_watch(r);
	if (p[SLOT_BUS].revents)
		busname_read(r->bus);
	if (p[SLOT_BOUND].revents)
		take_bound(r);
	if (p[SLOT_STARTER].revents) {
		/* who started us gave up, by ^C say: what is half started goes too */
		close_fd(&r->starter_fd);
		r->stop_asked = true;
	}
	for (size_t i = n_clients; i-- > 0;)
		if (p[SLOTS + i].revents && r->clients[i].request < 0)
			take_request(r, i);
	if (p[SLOT_CONTROL].revents)
		take_clients(r);
}

/* who hears that something is there has to take it, or will hear of it for ever: so we hear once */
static size_t
hear_sockets(const struct runner *r, struct pollfd *p)
{
	int fds[SOCKETS_MAX];
	size_t n = r->listening ? sockets_list(r->sockets, fds) : 0;

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ fds[i], POLLIN, 0 };
	return n;
}

static void
take_touch(struct runner *r, const struct pollfd *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i].revents) {
			r->listening = false;
			r->touched = true;
		}
}

void
runner_step(struct runner *r, uint64_t deadline)
{
	struct pollfd p[SLOTS + RUNNER_CLIENTS + SOCKETS_MAX];
	const int fds[SLOTS] = { r->signal_fd, r->out.read_fd, r->notify_fd, r->control_fd, r->watch_fd, r->starter_fd, r->main_fd,
		r->bus ? r->bus->fd : -1, r->bound.fd, r->oom.watch.fd };
	size_t n_clients = r->n_clients, n_sockets;
	int n;

	for (size_t i = 0; i < SLOTS; i++)
		p[i] = (struct pollfd){ fds[i], POLLIN, 0 };
	for (size_t i = 0; i < n_clients; i++)
		p[SLOTS + i] = (struct pollfd){ r->clients[i].request < 0 ? r->clients[i].fd : -1, POLLIN, 0 };
	p[SLOT_OOM].events = r->oom.watch.events;
	n_sockets = hear_sockets(r, p + SLOTS + n_clients);
	n = poll(p, SLOTS + n_clients + n_sockets, clock_poll_ms(deadline < r->oom.look_at ? deadline : r->oom.look_at));
	if (clock_now() >= r->oom.look_at)
		take_oom(r);
	if (n <= 0)
		return;
	take_touch(r, p + SLOTS + n_clients, n_sockets);
	dispatch(r, p, n_clients);
}

enum runner_end
runner_wait(struct runner *r, bool (*test)(struct runner *), uint64_t deadline, bool stoppable)
{
	for (;;) {
		uint64_t until = r->extend > deadline ? r->extend : deadline;

		if (test(r))
			return RUNNER_MET;
		if (stoppable && (r->stop_asked || oom_ends(&r->oom)))
			return RUNNER_STOP;
		if (until != CLOCK_FOREVER && clock_now() >= until)
			return RUNNER_TIMEOUT;
		runner_step(r, until);
	}
}

bool
runner_command_done(struct runner *r)
{
	return r->command == 0;
}

bool
runner_main_done(struct runner *r)
{
	return r->main == 0 || r->main_ended;
}

/* no children at all is the last word: a subreaper's descendants all come to it in the end */
bool
runner_empty(struct runner *r)
{
	siginfo_t info;

	reap(r);
	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD)
		return r->group.cgroup.fd < 0 || group_list(&r->group) == 0;
	return false;
}

bool
runner_is_awaited(struct runner *r)
{
	for (size_t i = 0; i < r->n_clients; i++)
		if (r->clients[i].request == CONTROL_WAIT)
			return true;
	return false;
}

void
runner_reply(struct runner *r, enum control_request request, int code, const char *text)
{
	for (size_t i = r->n_clients; i-- > 0;)
		if (r->clients[i].request == (int)request) {
			control_reply(r->clients[i].fd, code, text);
			drop_client(r, i);
		}
}

void
runner_reply_sockets(struct runner *r, int code, const char *text)
{
	int fds[SOCKETS_MAX];
	size_t n = r->sockets ? sockets_list(r->sockets, fds) : 0;

	for (size_t i = r->n_clients; i-- > 0;)
		if (r->clients[i].request == CONTROL_RESTART) {
			control_reply_with(r->clients[i].fd, code, text, fds, n);
			drop_client(r, i);
		}
}

void
runner_started(struct runner *r, int code, const char *text)
{
	if (r->starter_fd >= 0)
		control_reply(r->starter_fd, code, text);
	r->starter_fd = -1;
	r->started = true;
	runner_reply(r, CONTROL_WAIT, code, text);
}
