#include "svc/launch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/session.h"
#include "svc/child_spawn.h"
#include "svc/launch_lock.h"

enum { LOCK_US = 60 * 1000 * 1000 };

void
launch_found_free(struct launch_found *f)
{
	match_pids_free(&f->pids);
}

bool
launch_is_sole(const struct launch *l)
{
	return !l->match.exec && !l->match.name && !l->match.by_user && !l->match.ppid;
}

/*
 * A pidfile that others may have written.  With another rule to hold, the process is proven by that, as long as not everybody may write the
 * file; alone, it is refused, or narrowed to processes of the one who owns the file.  That the directory is the service's own
 * is usual, and no harm as long as the file in it is root's.
 */
static bool
may_use(struct launch *l, const struct pidfile *f)
{
	if (f->risk & PIDFILE_RISK_WORLD)
		return l->trust == LAUNCH_TRUST_OWNER && !launch_is_sole(l);
	if (!launch_is_sole(l) || !(f->risk & (PIDFILE_RISK_OWNER | PIDFILE_RISK_LINK)))
		return true;
	if (l->trust == LAUNCH_TRUST_ROOT || (f->risk & PIDFILE_RISK_LINK))
		return false;
	l->match.by_user = true;
	l->match.uid = f->owner;
	return true;
}

/* LAUNCH_RUNNING: the file gave a pid to look at, which is in the match now */
static enum launch_state
read_file(struct launch *l, struct launch_found *found)
{
	found->file_state = pidfile_read(l->pidfile, PIDFILE_ROOT, &found->file);
	switch (found->file_state) {
	case PIDFILE_MISSING:
		return LAUNCH_DEAD;
	case PIDFILE_UNREADABLE:
		found->err = errno;
		return LAUNCH_FAILED;
	case PIDFILE_EMPTY:
	case PIDFILE_GARBAGE:
		/* who may write it does not matter as long as it says nothing; that everybody may, does */
		return found->file.risk & PIDFILE_RISK_WORLD ? LAUNCH_REFUSED : LAUNCH_UNKNOWN;
	case PIDFILE_INSECURE:
		if (!may_use(l, &found->file))
			return LAUNCH_REFUSED;
		break;
	case PIDFILE_OK:
		break;
	}
	l->match.pid = found->file.pid;
	l->match.start = found->file.start;
	return LAUNCH_RUNNING;
}

static enum launch_state
scan(struct launch *l, struct launch_found *found, size_t max)
{
	if (match_scan(&l->match, &found->pids, max) != 0) {
		found->err = errno;
		return LAUNCH_FAILED;
	}
	if (found->pids.n)
		return LAUNCH_RUNNING;
	if (l->match.unknown)
		return LAUNCH_UNKNOWN;
	return found->file_state == PIDFILE_MISSING ? LAUNCH_DEAD : LAUNCH_DEAD_PIDFILE;
}

enum launch_state
launch_find(struct launch *l, struct launch_found *found, size_t max)
{
	const struct match asked = l->match;

	*found = (struct launch_found){ .file_state = PIDFILE_MISSING, .pids = { .v = found->few, .cap = LAUNCH_FEW, .borrowed = true } };
	l->match.pid = l->pid;
	l->match.start = 0;
	found->state = LAUNCH_RUNNING;
	if (!l->pid && l->pidfile)
		found->state = read_file(l, found);
	if (found->state == LAUNCH_RUNNING)
		found->state = scan(l, found, max);
	if (l->fall_back && found->state != LAUNCH_RUNNING && found->state != LAUNCH_FAILED) {
		l->match.pid = 0;
		l->match.start = 0;
		found->state = scan(l, found, max);
	}
	l->match.by_user = asked.by_user;
	l->match.uid = asked.uid;
	return found->state;
}

/* in the child, before anything else of it is changed */
static int
leave_pidfile(void *arg)
{
	const struct launch *l = arg;
	return pidfile_write(l->pidfile, getpid(), proc_own_start());
}

static enum launch_result
run(struct launch *l, struct launch_started *out)
{
	pid_t pid;

	if (l->make_pidfile) {
		l->child.prepare = leave_pidfile;
		l->child.prepare_arg = l;
	}
	if (l->starting)
		l->starting(l->starting_arg);
	if (l->background) {
		pid = child_spawn(&l->child, &out->error);
		if (pid > 0) {
			/* no one else reaps it: as long as we do not, its pid is its own */
			if (!l->watch || procref_open(&out->ref, pid, 0) != 0)
				out->ref.pid = pid;
			return LAUNCH_STARTED;
		}
	} else {
		child_exec(&l->child, &out->error);
		pid = getpid();
	}
	if (out->error.step == CHILD_PREPARE)
		return LAUNCH_NO_PIDFILE;
	if (l->make_pidfile && out->error.step > CHILD_PREPARE)
		pidfile_remove(l->pidfile, 0);
	return LAUNCH_NO_CHILD;
}

enum launch_result
launch_start(struct launch *l, struct launch_started *out)
{
	int64_t key;

	*out = (struct launch_started){ .ref = PROCREF_INIT, .lock = -1 };
	l->child.new_session = l->background && l->session == LAUNCH_SESSION_LEADER;
	if (l->background && l->session == LAUNCH_SESSION_MEMBER && session_enter(&out->status))
		return out->result = LAUNCH_ELSEWHERE;
	if (l->force)
		return out->result = run(l, out);
	key = launch_lock_key(&l->match, l->pidfile);
	/* only who has to wait needs to know the time */
	out->lock = launch_lock_take(key, 0);
	if (out->lock < 0 && errno == ETIMEDOUT)
		out->lock = launch_lock_take(key, clock_after(LOCK_US));
	if (out->lock < 0 && errno == ETIMEDOUT)
		return out->result = LAUNCH_LOCKED;
	switch (launch_find(l, &out->found, 1)) {
	case LAUNCH_RUNNING:
		return out->result = LAUNCH_ALREADY;
	case LAUNCH_REFUSED:
	case LAUNCH_FAILED:
		return out->result = LAUNCH_NOT_FOUND_OUT;
	default:
		return out->result = run(l, out);
	}
}
