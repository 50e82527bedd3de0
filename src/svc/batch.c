#include "svc/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/timespan.h"
#include "base/vec.h"
#include "os/clock.h"
#include "os/procref.h"
#include "os/sig.h"
#include "svc/child_spawn.h"
#include "svc/group.h"

#define GRACE 5000000u	/* microseconds between SIGTERM and SIGKILL, and from that to giving up */

enum phase { RUNS, ASKED, FORCED };

/* A job that runs. */
struct slot {
	size_t job, entry;
	pid_t pid;		/* 0: it has ended, some that it ran have not */
	int status;
	enum phase phase;
	uint64_t deadline;
	struct procref *held;	/* those that were asked to end; owned */
	size_t n_held;
};

struct loop {
	struct batch *b;
	int signals;
	int *waiting;		/* per job: how many it waits for */
	int *first, *out;	/* per job: where its edges are in out[] */
	int *rank;		/* per job: how many wait for one another behind it, at most */
	size_t *ready, n_ready;	/* a heap: the highest rank first, then the lowest index */
	struct slot *slots;
	size_t n_slots;
	size_t left;		/* jobs that have not ended */
	bool alone;		/* one that runs alone does */
	size_t scan;		/* jobs before it are not waiting any more */
};

static void
index_edges(struct loop *l)
{
	const struct batch *b = l->b;

	l->waiting = mem_alloc(b->n * sizeof(int));
	l->first = mem_alloc((b->n + 2) * sizeof(int));
	l->out = mem_alloc(b->n_edges * sizeof(int));
	for (size_t e = 0; e < b->n_edges; e++) {
		l->waiting[b->edges[e].to]++;
		l->first[b->edges[e].from + 2]++;
	}
	for (size_t i = 0; i < b->n; i++)
		l->first[i + 2] += l->first[i + 1];
	for (size_t e = 0; e < b->n_edges; e++)
		l->out[l->first[b->edges[e].from + 1]++] = b->edges[e].to;
}

/* Who goes first: the one on whom the longest row of others waits. */
static bool
is_before(const struct loop *l, size_t a, size_t b)
{
	return l->rank[a] != l->rank[b] ? l->rank[a] > l->rank[b] : a < b;
}

static void
swap(size_t *a, size_t *b)
{
	size_t x = *a;

	*a = *b;
	*b = x;
}

static void
push(struct loop *l, size_t job)
{
	size_t i = l->n_ready++;

	l->ready[i] = job;
	for (; i > 0 && is_before(l, l->ready[i], l->ready[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&l->ready[i], &l->ready[(i - 1) / 2]);
}

static size_t
pop(struct loop *l)
{
	size_t first = l->ready[0], i = 0, child;

	l->ready[0] = l->ready[--l->n_ready];
	while ((child = 2 * i + 1) < l->n_ready) {
		if (child + 1 < l->n_ready && is_before(l, l->ready[child + 1], l->ready[child]))
			child++;
		if (!is_before(l, l->ready[child], l->ready[i]))
			break;
		swap(&l->ready[child], &l->ready[i]);
		i = child;
	}
	return first;
}

/* The ranks, from the last jobs to the first; those in a circle keep theirs, 0. */
static void
rank(struct loop *l)
{
	size_t *queue = mem_alloc(l->b->n * sizeof *queue), n = 0;
	int *waiting = mem_alloc(l->b->n * sizeof *waiting);

	for (size_t i = 0; i < l->b->n; i++)
		if ((waiting[i] = l->waiting[i]) == 0)
			queue[n++] = i;
	for (size_t head = 0; head < n; head++)
		for (int k = l->first[queue[head]]; k < l->first[queue[head] + 1]; k++)
			if (--waiting[l->out[k]] == 0)
				queue[n++] = (size_t)l->out[k];
	while (n-- > 0)
		for (int k = l->first[queue[n]]; k < l->first[queue[n] + 1]; k++) {
			int behind = l->rank[l->out[k]] + (l->b->jobs[l->out[k]].argv != NULL);

			if (l->rank[queue[n]] < behind)
				l->rank[queue[n]] = behind;
		}
	free(queue);
	free(waiting);
}

static void
loop_begin(struct loop *l, struct batch *b)
{
	*l = (struct loop){ .b = b, .left = b->n };
	index_edges(l);
	l->ready = mem_alloc((b->n + 1) * sizeof *l->ready);
	l->rank = mem_alloc(b->n * sizeof *l->rank);
	rank(l);
	l->slots = mem_alloc(b->n * sizeof *l->slots);
	for (size_t i = 0; i < b->n; i++) {
		b->jobs[i].end = BATCH_WAITING;
		b->jobs[i].began = b->jobs[i].ended = 0;
		b->jobs[i].why = -1;
		if (l->waiting[i] == 0)
			push(l, i);
	}
}

static void
loop_end(struct loop *l)
{
	if (l->signals >= 0)
		close(l->signals);
	free(l->waiting);
	free(l->first);
	free(l->out);
	free(l->ready);
	free(l->rank);
	free(l->slots);
}

/* The job is done with: those that waited for it may go on.  What did not run hands on whom it waited for itself. */
static void
finish(struct loop *l, size_t job, enum batch_end end)
{
	struct batch_job *j = &l->b->jobs[job];

	j->end = end;
	if (j->began)
		j->ended = clock_now();
	l->left--;
	for (int k = l->first[job]; k < l->first[job + 1]; k++) {
		struct batch_job *next = &l->b->jobs[l->out[k]];

		next->why = j->began ? (int)job : j->why >= 0 ? j->why : next->why;
		if (--l->waiting[l->out[k]] == 0 && next->end == BATCH_WAITING)
			push(l, (size_t)l->out[k]);
	}
}

/* What reads as /dev/null does: early in a boot there may be none. */
static int
empty_input(void)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC) != 0)
		return CHILD_FD_NULL;
	close(p[1]);
	return p[0];
}

static pid_t
spawn(const struct batch *b, const struct batch_job *j, int out, struct child_error *error)
{
	struct child_spec s = CHILD_SPEC_INIT;
	struct vec shell = VEC_INIT;
	pid_t pid;

	s.path = j->argv[0];
	s.argv = j->argv;
	s.envp = b->envp;
	s.chdir = b->dir;
	s.stdio[1] = s.stdio[2] = out;
	if (j->alone)
		s.stdio[0] = s.stdio[1] = s.stdio[2] = CHILD_FD_KEEP;
	pid = child_spawn(&s, error);
	if (pid < 0 && error->step == CHILD_STDIO && s.stdio[0] == CHILD_FD_NULL && (s.stdio[0] = empty_input()) >= 0) {
		pid = child_spawn(&s, error);
		close(s.stdio[0]);
		s.stdio[0] = CHILD_FD_NULL;
	}
	if (pid > 0 || error->step != CHILD_EXEC || error->err != ENOEXEC)
		return pid;
	/* a script without a first line that says who runs it is the shell's, as for execvp(3) */
	vec_add(&shell, "/bin/sh");
	vec_addv(&shell, j->argv);
	s.path = "/bin/sh";
	s.argv = shell.v;
	pid = child_spawn(&s, error);
	vec_free(&shell);
	return pid;
}

/* It could not start, but may when others have ended: so many at once are too many here. */
static bool
put_off(struct loop *l, size_t job, int err)
{
	if (l->n_slots == 0 || (err != EMFILE && err != ENFILE && err != EAGAIN && err != ENOMEM))
		return false;
	l->b->jobs[job].began = 0;
	l->b->most = l->n_slots;
	push(l, job);
	return true;
}

static void
start(struct loop *l, size_t job)
{
	struct batch_job *j = &l->b->jobs[job];
	struct child_error error = { CHILD_OK, 0 };
	struct slot s = { .job = job };
	int out = -1;

	if (!j->argv || (l->b->begin && !l->b->begin(l->b->arg, job))) {
		finish(l, job, BATCH_SKIPPED);
		return;
	}
	if (!j->alone && (out = spool_open(l->b->spool, j->name, &s.entry)) < 0)
		error.err = errno;
	j->began = clock_now();
	s.pid = error.err ? -1 : spawn(l->b, j, out, &error);
	if (out >= 0)
		close(out);
	if (s.pid < 0) {
		j->err = error.err;
		if (out >= 0)
			spool_end(l->b->spool, s.entry);
		if (!put_off(l, job, error.err))
			finish(l, job, BATCH_NOT_RUN);
		return;
	}
	j->end = BATCH_RUNNING;
	l->alone = j->alone;
	s.deadline = clock_after(j->limit);
	l->slots[l->n_slots++] = s;
}

/* May the job start now?  One that runs alone waits for the others, and for what they printed to be seen. */
static bool
may_start(const struct loop *l, size_t job)
{
	if (l->alone || l->n_slots >= l->b->most)
		return false;
	return !l->b->jobs[job].alone || (l->n_slots == 0 && !spool_pending(l->b->spool));
}

/* Where all wait for one another, somebody has to go first. */
static void
break_circle(struct loop *l)
{
	if (l->n_ready > 0 || l->n_slots > 0 || l->left == 0)
		return;
	while (l->b->jobs[l->scan].end != BATCH_WAITING)
		l->scan++;
	push(l, l->scan);
}

static void
start_ready(struct loop *l)
{
	break_circle(l);
	/* in turn: none may overtake one that waits to run alone, or it would wait for ever */
	while (l->n_ready > 0 && !l->b->stopped && may_start(l, l->ready[0])) {
		size_t job = pop(l);

		if (l->b->jobs[job].end == BATCH_WAITING)
			start(l, job);
		break_circle(l);
	}
}

/* --- jobs that take too long --- */

static void
hold(struct slot *s, pid_t pid)
{
	struct procref r;

	if (procref_open(&r, pid, 0) != 0)
		return;
	procref_signal(&r, SIGTERM);
	s->held[s->n_held++] = r;
}

/* Without /proc nobody can be held; but the number of a child that is not reaped is nobody else's. */
static void
signal_child(const struct slot *s, int sig)
{
	if (s->pid > 0)
		kill(s->pid, sig);
}

/* Ask the job and its descendants to end.  What has become a daemon is init's child, and no descendant any more. */
static void
ask(struct slot *s)
{
	struct group g;
	ssize_t n;

	group_init(&g, (struct cgroup)CGROUP_INIT, s->pid);
	n = group_list(&g);
	s->held = mem_alloc(((size_t)(n > 0 ? n : 0) + 1) * sizeof *s->held);
	for (ssize_t i = 0; i < n; i++)
		if (group_has(&g, g.pids[i]))
			hold(s, g.pids[i]);
	hold(s, s->pid);
	if (s->n_held == 0)
		signal_child(s, SIGTERM);
	group_free(&g);
	s->phase = ASKED;
	s->deadline = clock_after(GRACE);
}

static void
force(struct slot *s)
{
	for (size_t i = 0; i < s->n_held; i++)
		procref_signal(&s->held[i], SIGKILL);
	signal_child(s, SIGKILL);
	s->phase = FORCED;
	s->deadline = clock_after(GRACE);
}

static bool
all_gone(const struct slot *s)
{
	for (size_t i = 0; i < s->n_held; i++)
		if (!procref_gone(&s->held[i]))
			return false;
	return s->pid == 0;
}

static void
reap(struct slot *s)
{
	if (s->pid > 0 && waitpid(s->pid, &s->status, WNOHANG) == s->pid)
		s->pid = 0;
}

/* What became of the job, BATCH_RUNNING if it is not over. */
static enum batch_end
look(struct loop *l, struct slot *s)
{
	bool late;

	reap(s);
	if (s->phase == RUNS && s->pid == 0)
		return BATCH_ENDED;
	if (s->phase != RUNS && all_gone(s))
		return BATCH_KILLED;
	/* who waits for room to print does not run */
	if (s->phase == RUNS && !l->b->jobs[s->job].alone && spool_waits(l->b->spool, s->entry))
		s->deadline = clock_after(l->b->jobs[s->job].limit);
	late = clock_poll_ms(s->deadline) == 0;
	if (late && s->phase == FORCED)
		return s->pid == 0 ? BATCH_KILLED : BATCH_ABANDONED;
	if (late && s->phase == RUNS)
		ask(s);
	else if (late)
		force(s);
	return BATCH_RUNNING;
}

static void
look_at_all(struct loop *l)
{
	for (size_t i = 0; i < l->n_slots;) {
		struct slot s = l->slots[i];
		struct batch_job *j = &l->b->jobs[s.job];
		enum batch_end end = look(l, &s);

		l->slots[i] = s;
		if (end == BATCH_RUNNING) {
			i++;
			continue;
		}
		l->slots[i] = l->slots[--l->n_slots];
		j->status = s.status;
		if (j->alone)
			l->alone = false;
		else
			spool_end(l->b->spool, s.entry);
		for (size_t k = 0; k < s.n_held; k++)
			procref_close(&s.held[k]);
		free(s.held);
		finish(l, s.job, end);
	}
}

/* --- waiting --- */

static void
read_signals(struct loop *l)
{
	struct signalfd_siginfo si;

	while (read(l->signals, &si, sizeof si) == (ssize_t)sizeof si)
		if (si.ssi_signo == SIGTERM)
			l->b->stopped = SIGTERM;
}

static void
wait_for_something(struct loop *l)
{
	uint64_t deadline = CLOCK_FOREVER;
	size_t room = 2 + l->b->spool->n, n = 1, held;
	struct pollfd *p;

	for (size_t i = 0; i < l->n_slots; i++) {
		room += l->slots[i].n_held;
		if (l->slots[i].deadline < deadline)
			deadline = l->slots[i].deadline;
	}
	p = mem_alloc(room * sizeof *p);
	p[0] = (struct pollfd){ l->signals, POLLIN, 0 };
	for (size_t i = 0; i < l->n_slots; i++)
		for (size_t k = 0; k < l->slots[i].n_held; k++)
			if (!procref_gone(&l->slots[i].held[k]))
				p[n++] = (struct pollfd){ l->slots[i].held[k].fd, POLLIN, 0 };
	held = n;
	n += spool_poll(l->b->spool, p + n);
	if (poll(p, n, clock_poll_ms(deadline)) > 0) {
		if (p[0].revents)
			read_signals(l);
		spool_step(l->b->spool, p + held, n - held);
	}
	free(p);
}

int
batch_run(struct batch *b)
{
	struct loop l;
	sigset_t all;

	loop_begin(&l, b);
	sig_block_all(NULL);
	sigfillset(&all);
	l.signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (l.signals < 0) {
		loop_end(&l);
		return -1;
	}
	for (;;) {
		start_ready(&l);
		if (l.n_slots == 0 && (l.left == 0 || b->stopped) && !spool_pending(b->spool))
			break;
		wait_for_something(&l);
		look_at_all(&l);
	}
	loop_end(&l);
	return 0;
}

void
batch_text(struct buf *out, const struct batch_job *j)
{
	char *limit;

	switch (j->end) {
	case BATCH_WAITING:
	case BATCH_RUNNING:
	case BATCH_SKIPPED:
		buf_str(out, "not run");
		break;
	case BATCH_NOT_RUN:
		buf_str(out, strerror(j->err));
		break;
	case BATCH_ENDED:
		if (WIFEXITED(j->status))
			buf_fmt(out, "status %d", WEXITSTATUS(j->status));
		else
			buf_fmt(out, "signal %d", WTERMSIG(j->status));
		break;
	case BATCH_KILLED:
	case BATCH_ABANDONED:
		limit = timespan_text(j->limit);
		buf_fmt(out, "no end within %s%s", limit, j->end == BATCH_ABANDONED ? ", cannot be killed" : "");
		free(limit);
		break;
	}
}
