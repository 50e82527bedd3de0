#include "svc/stop.h"

#include <errno.h>
#include <signal.h>

#include "os/clock.h"
#include "os/proc.h"
#include "os/procref.h"

static void
signal_main(const struct stop *s, int sig)
{
	struct procref r;

	if (!s->main || procref_open(&r, s->main, s->main_start) != 0)
		return;
	procref_signal(&r, sig);
	procref_close(&r);
}

static bool
main_gone(const struct stop *s)
{
	return !s->main || proc_alive(s->main, s->main_start) == 0;
}

static bool
only_main(const struct stop *s)
{
	return s->svc->kill_mode == SERVICE_KILL_PROCESS;
}

static bool
all_gone(const struct stop *s)
{
	if (s->svc->kill_mode == SERVICE_KILL_NONE)
		return true;
	if (!main_gone(s))
		return false;
	return only_main(s) || group_list(s->group) == 0;
}

static void
send_round(const struct stop *s, int sig)
{
	bool group = s->svc->kill_mode == SERVICE_KILL_GROUP || (s->killing && !only_main(s));

	signal_main(s, sig);
	if (group)
		group_signal(s->group, sig, s->main);
}

/* mixed: the main process went by itself, and the rest is not asked */
static bool
time_to_kill(const struct stop *s)
{
	if (s->svc->kill_mode == SERVICE_KILL_MIXED && main_gone(s))
		return true;
	return clock_now() >= s->deadline;
}

enum stop_state
stop_step(struct stop *s)
{
	if (all_gone(s))
		return STOP_DONE;
	if (s->killing) {
		/* those that were being forked while we listed the others get theirs now */
		send_round(s, s->svc->final_signal);
		return clock_now() >= s->deadline ? STOP_SURVIVED : STOP_WAITING;
	}
	if (!time_to_kill(s))
		return STOP_WAITING;
	if (!s->svc->send_sigkill)
		return STOP_SURVIVED;
	s->killing = true;
	s->deadline = clock_after(s->svc->timeout_stop_us);
	send_round(s, s->svc->final_signal);
	return STOP_WAITING;
}

enum stop_state
stop_begin(struct stop *s, const struct service *svc, struct group *g, pid_t main, uint64_t main_start)
{
	*s = (struct stop){ .svc = svc, .group = g, .main = main, .main_start = main_start };
	s->deadline = clock_after(svc->timeout_stop_us);
	/* mixed without a main process: there is nobody to ask first, and nothing to wait for */
	if (all_gone(s) || time_to_kill(s))
		return stop_step(s);
	send_round(s, svc->kill_signal);
	/* a stopped process would not get the first one; KILL needs no help, and CONT would only be noise */
	if (svc->kill_signal != SIGKILL && svc->kill_signal != SIGCONT)
		send_round(s, SIGCONT);
	if (svc->send_sighup)
		send_round(s, SIGHUP);
	return STOP_WAITING;
}

/* one process whose end moves us on, or 0 when there is a step to be done first */
static pid_t
someone(struct stop *s)
{
	if (!main_gone(s))
		return s->main;
	/* it may have gone this very moment, and the others have not been told yet */
	if (!s->killing && time_to_kill(s))
		return 0;
	return !only_main(s) && group_list(s->group) > 0 ? s->group->pids[0] : 0;
}

enum stop_state
stop_wait(struct stop *s, const struct service *svc, struct group *g, pid_t main, uint64_t main_start)
{
	enum stop_state state = stop_begin(s, svc, g, main, main_start);

	while (state == STOP_WAITING) {
		struct procref r;
		pid_t pid = someone(s);

		if (pid && procref_open(&r, pid, 0) == 0) {
			procref_wait(&r, s->deadline);
			procref_close(&r);
		}
		state = stop_step(s);
	}
	return state;
}

