#include "svc/client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/proc.h"
#include "os/procref.h"
#include "svc/group.h"
#include "svc/stop.h"

static int
read_state(int fd, struct client_state *s)
{
	int held = record_held(fd);

	if (held < 0)
		return -1;
	s->kept = held;
	if (record_read(fd, &s->rec) == 0) {
		s->recorded = true;
	} else if (errno == EINVAL) {
		/* a keeper that has not written yet is one that is about to start */
		memset(&s->rec, 0, sizeof s->rec);
		s->recorded = held;
	} else {
		return -1;
	}
	return 0;
}

static int
look_once(const char *dir, struct client_state *s)
{
	int fd = record_open(dir), r;

	memset(s, 0, sizeof *s);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	r = read_state(fd, s);
	fd_drop(fd);
	if (r == 0 && s->recorded && !s->kept && s->rec.main) {
		char boot[37];

		proc_boot_id(boot);
		s->orphan = strcmp(boot, s->rec.boot) == 0 && proc_alive(s->rec.main, s->rec.main_start) == 1;
	}
	return r;
}

/* its main process is gone, and the keeper has not been scheduled yet to say so, or ends what is left of it */
static bool
is_between(const struct client_state *s)
{
	const struct record *rec = &s->rec;

	if (!s->kept || !s->recorded)
		return false;
	if (rec->state == RECORD_STOPPING)
		return rec->ended;
	if (rec->state == RECORD_FAILED)
		return true;
	return rec->state == RECORD_RUNNING && rec->main && proc_alive(rec->main, rec->main_start) == 0;
}

int
client_look(const char *dir, struct client_state *s)
{
	uint64_t deadline = clock_after(1000000);
	int r;

	while ((r = look_once(dir, s)) == 0 && is_between(s) && clock_now() < deadline)
		client_await(dir, deadline);
	return r;
}

void
client_await(const char *dir, uint64_t deadline)
{
	struct pollfd p = { inotify_init1(IN_CLOEXEC), POLLIN, 0 };
	uint64_t soon = clock_after(50000);

	if (p.fd < 0)
		return;
	/* what we wait for may have come before the watch: so look again soon, watched or not */
	inotify_add_watch(p.fd, dir, IN_CREATE | IN_MODIFY | IN_DELETE | IN_DELETE_SELF);
	poll(&p, 1, clock_poll_ms(soon < deadline ? soon : deadline));
	close(p.fd);
}

bool
client_is_up(const struct client_state *s)
{
	return s->kept || s->orphan;
}

bool
client_runs(const struct client_state *s)
{
	return client_is_up(s) && !(s->kept && s->rec.state == RECORD_RESTARTING);
}

bool
client_is_started(const struct client_state *s)
{
	enum record_state state = s->rec.state;

	return s->orphan || (s->kept && (state == RECORD_RUNNING || state == RECORD_EXITED || state == RECORD_LISTENING));
}

int
client_end_keeper(const struct record *rec)
{
	struct procref r;
	int rc;

	if (procref_open(&r, rec->keeper, rec->keeper_start) != 0)
		return errno == ESRCH ? 0 : -1;
	rc = procref_signal(&r, SIGTERM);
	if (rc == 0 || errno == ESRCH)
		rc = procref_wait(&r, CLOCK_FOREVER);
	procref_close(&r);
	return rc;
}

int
client_end_orphans(const struct service *svc, const char *dir, const struct record *rec)
{
	struct cgroup cgroup = CGROUP_INIT;
	struct group group;
	struct stop s;
	enum stop_state state;
	int fd = record_create(dir);

	if (fd < 0)
		return -1;
	if (*rec->cgroup && cgroup_open(&cgroup, rec->cgroup) != 0)
		cgroup = (struct cgroup)CGROUP_INIT;
	group_init(&group, cgroup, 0);
	state = stop_wait(&s, svc, &group, rec->main, rec->main_start);
	cgroup_remove(&group.cgroup);
	group_free(&group);
	if (state == STOP_DONE)
		record_remove(dir);
	close(fd);
	errno = EBUSY;
	return state == STOP_DONE ? 0 : -1;
}
