#include "svc/launch_stop.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "os/clock.h"

enum { SECOND = 1000 * 1000, CLEANUP_US = 2 * SECOND };

/* the processes that a stop has taken hold of */
struct victims {
	struct procref *v;
	size_t n, cap;
	struct match_pids done;		/* got the last signal */
	struct proc_mark mark;		/* what began before it was looked at */
	bool fixed;			/* given by number, or by a pidfile, be it none: nobody joins */
};

static void
victims_free(struct victims *k)
{
	for (size_t i = 0; i < k->n; i++)
		procref_close(&k->v[i]);
	free(k->v);
	match_pids_free(&k->done);
	proc_mark_close(&k->mark);
}

/* forget those that are gone; how many live */
static size_t
still_there(struct victims *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++)
		if (procref_gone(&k->v[i]))
			procref_close(&k->v[i]);
		else
			k->v[n++] = k->v[i];
	return k->n = n;
}

/* the pid was right a moment ago: hold the process, then look again whether it is the one */
static void
take_hold(const struct launch *l, struct victims *k, pid_t pid)
{
	struct procref ref;

	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].pid == pid && !procref_gone(&k->v[i]))
			return;
	if (procref_open(&ref, pid, 0) != 0)
		return;
	if (match_pid(&l->match, pid) != MATCH_YES || procref_gone(&ref)) {
		procref_close(&ref);
		return;
	}
	k->v = mem_grow(k->v, &k->cap, k->n + 1, sizeof *k->v);
	k->v[k->n++] = ref;
}

/* everyone in the process groups, or sessions, that they lead */
static void
take_led(struct victims *k, enum launch_reach reach)
{
	struct launch all = { .pid = 0 };
	struct match_pids everyone = MATCH_PIDS_INIT;
	struct proc_stat st;
	size_t leaders = k->n;

	match_scan(&all.match, &everyone, SIZE_MAX);
	for (size_t i = 0; i < everyone.n; i++)
		for (size_t j = 0; j < leaders; j++)
			if (everyone.v[i] != k->v[j].pid && proc_stat(everyone.v[i], &st) == 0 &&
			    (reach == LAUNCH_REACH_GROUP ? st.pgrp : st.sid) == k->v[j].pid)
				take_hold(&all, k, everyone.v[i]);
	match_pids_free(&everyone);
}

struct run {
	struct launch *l;
	struct victims k;
	struct launch_stopped *out;
	struct launch_told told;
	void (*tell)(void *, const struct launch_told *);
	void *arg;
	bool any;
};

static void
tell(struct run *r, enum launch_event event)
{
	r->told.event = event;
	if (r->tell)
		r->tell(r->arg, &r->told);
}

/* Send it to one that is held.  Did it get it? */
static bool
signal_one(struct run *r, const struct procref *ref)
{
	r->told.pid = ref->pid;
	if (r->l->test) {
		tell(r, LAUNCH_WOULD_SIGNAL);
		return true;
	}
	if (procref_signal(ref, r->told.signal) == 0)
		return true;
	r->told.err = errno;
	if (r->told.err != ESRCH) {
		r->out->failed++;
		tell(r, LAUNCH_NOT_SIGNALLED);
	}
	return false;
}

/* Send it to all that are held.  How many got it. */
static size_t
signal_all(struct run *r)
{
	struct match_pids *done = &r->k.done;

	done->n = 0;
	r->out->failed = 0;
	for (size_t i = 0; i < r->k.n; i++)
		if (signal_one(r, &r->k.v[i])) {
			done->v = mem_grow(done->v, &done->cap, done->n + 1, sizeof *done->v);
			done->v[done->n++] = r->k.v[i].pid;
		}
	r->told.pids = done->v;
	r->told.n = done->n;
	if (done->n && !r->l->test)
		tell(r, LAUNCH_SIGNALLED);
	return done->n;
}

static void
join_new(struct launch *l, struct victims *k)
{
	struct match_pids found = MATCH_PIDS_INIT;

	if (k->fixed)
		return;
	match_since(&l->match, &k->mark, &found);
	for (size_t i = 0; i < found.n; i++)
		take_hold(l, k, found.v[i]);
	match_pids_free(&found);
}

/*
 * Until all are gone and nobody has joined, or the deadline.  Each wait ends before the pid counter can have come round, so that what
 * joins is found among the few new pids and the last death is seen at once.
 */
static bool
wait_gone(struct run *r, uint64_t deadline)
{
	struct victims *k = &r->k;
	uint64_t slice = k->fixed ? CLOCK_FOREVER : proc_mark_span() / 2;
	uint64_t next = r->l->progress ? clock_after(SECOND) : CLOCK_FOREVER;

	for (;;) {
		while (still_there(k) > 0) {
			uint64_t until = clock_after(slice);

			until = until < next ? until : next;
			if (procref_wait(&k->v[0], until < deadline ? until : deadline) == 0)
				continue;
			if (clock_now() >= deadline)
				return still_there(k) == 0;
			join_new(r->l, k);
			if (clock_now() >= next) {
				tell(r, LAUNCH_WAITS);
				next = clock_after(SECOND);
			}
		}
		join_new(r->l, k);
		if (still_there(k) == 0)
			return true;
	}
}

static void
clean_up(struct run *r)
{
	const struct launch *l = r->l;

	if (!l->cleanup || !l->pidfile || l->test)
		return;
	/* no --retry: whoever asks for the file to go expects the process to go, so give it a moment */
	if (!l->schedule && !wait_gone(r, clock_after(CLEANUP_US)))
		return;
	pidfile_remove(l->pidfile, r->out->found.file.pid);
}

/* true: that was the end of it */
static bool
do_signal(struct run *r, int signal)
{
	if (still_there(&r->k) == 0)
		join_new(r->l, &r->k);
	if (r->l->reach != LAUNCH_REACH_SELF)
		take_led(&r->k, r->l->reach);
	r->told.signal = signal;
	if (signal_all(r) == 0)
		return true;
	r->told.round++;
	r->any = true;
	return false;
}

static enum launch_end
do_schedule(struct run *r)
{
	const struct schedule *s = r->l->schedule;

	for (size_t i = 0; i < s->n || s->loop != SCHEDULE_ONCE; i++) {
		if (i >= s->n)
			i = s->loop;
		if (s->v[i].signal >= 0 ? do_signal(r, s->v[i].signal) : wait_gone(r, clock_after(s->v[i].wait)))
			return r->any ? LAUNCH_STOPPED : LAUNCH_NONE;
	}
	r->out->left = still_there(&r->k);
	return r->out->left ? LAUNCH_SURVIVED : LAUNCH_STOPPED;
}

enum launch_end
launch_stop(struct launch *l, struct launch_stopped *out, void (*hear)(void *, const struct launch_told *), void *arg)
{
	struct run r = { .l = l, .k = { .mark = PROC_MARK_INIT }, .out = out, .tell = hear, .arg = arg };

	*out = (struct launch_stopped){ .end = LAUNCH_NONE };
	if (l->fall_back || !l->pidfile)
		proc_mark_take(&r.k.mark);
	launch_find(l, &out->found, SIZE_MAX);
	/* without the pid that a pidfile would have given, the rest of the match may fit everyone */
	r.k.fixed = l->match.pid != 0 || (l->pidfile && !l->fall_back);
	if (out->found.state == LAUNCH_REFUSED || out->found.state == LAUNCH_FAILED) {
		victims_free(&r.k);
		return out->end = LAUNCH_STOP_UNKNOWN;
	}
	for (size_t i = 0; i < out->found.pids.n; i++)
		take_hold(l, &r.k, out->found.pids.v[i]);
	if (l->schedule && !l->test)
		out->end = do_schedule(&r);
	else
		out->end = do_signal(&r, l->signal) ? LAUNCH_NONE : LAUNCH_STOPPED;
	if (out->end != LAUNCH_SURVIVED)
		clean_up(&r);
	victims_free(&r.k);
	return out->end;
}
