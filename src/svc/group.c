#include "svc/group.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/proc.h"
#include "os/procref.h"

void
group_init(struct group *g, struct cgroup cgroup, pid_t ancestor)
{
	g->cgroup = cgroup;
	g->ancestor = ancestor;
	g->pids = mem_alloc(GROUP_MAX * sizeof *g->pids);
}

void
group_free(struct group *g)
{
	cgroup_close(&g->cgroup);
	free(g->pids);
	g->pids = NULL;
}

int
group_delegate(const struct group *g, const struct service *s, const struct cred *who)
{
	errno = ENOENT;
	if (g->cgroup.fd < 0)
		return -1;
	cgroup_enable(&g->cgroup, &s->delegate_controllers);
	return who->set_uid && who->uid != 0 ? cgroup_give(&g->cgroup, who->uid, who->set_gid ? who->gid : getegid()) : 0;
}

enum { DEPTH_MAX = 256 };	/* below that comes who is killed later, when those above are gone */

/* is `ancestor` above pid?  A bounded number of steps: the tree may change under our feet */
static bool
descends(pid_t pid, pid_t ancestor)
{
	struct proc_stat st;

	for (int i = 0; i < DEPTH_MAX && pid > 1; i++) {
		if (proc_stat(pid, &st) != 0)
			return false;
		if (st.ppid == ancestor)
			return true;
		pid = st.ppid;
	}
	return false;
}

static bool
runs(pid_t pid)
{
	return proc_alive(pid, 0) == 1;
}

static ssize_t
list_cgroup(struct group *g)
{
	ssize_t n = cgroup_list(&g->cgroup, g->pids, GROUP_MAX);
	size_t kept = 0;

	if (n > GROUP_MAX)
		n = GROUP_MAX;
	for (ssize_t i = 0; i < n; i++)
		if (g->pids[i] != getpid() && runs(g->pids[i]))
			g->pids[kept++] = g->pids[i];
	return n < 0 ? -1 : (ssize_t)kept;
}

/* breadth first: the part of pids that was not yet asked for its children grows at the end */
static ssize_t
list_descendants(struct group *g)
{
	size_t n = 0, asked = 0, kept = 0;
	ssize_t more = proc_children(g->ancestor, g->pids, GROUP_MAX);

	if (more < 0)
		return -1;
	n = (size_t)more > GROUP_MAX ? GROUP_MAX : (size_t)more;
	while (asked < n) {
		more = proc_children(g->pids[asked++], g->pids + n, GROUP_MAX - n);
		if (more > 0)
			n += (size_t)more > GROUP_MAX - n ? GROUP_MAX - n : (size_t)more;
	}
	for (size_t i = 0; i < n; i++)
		if (runs(g->pids[i]))
			g->pids[kept++] = g->pids[i];
	return (ssize_t)kept;
}

ssize_t
group_list(struct group *g)
{
	if (g->cgroup.fd >= 0) {
		ssize_t n = list_cgroup(g);

		if (n > 0 || (n == 0 && !g->ancestor))
			return n;
	}
	/* what never entered the control group, or left it by root's hand, is still a descendant */
	return g->ancestor ? list_descendants(g) : 0;
}

bool
group_has(const struct group *g, pid_t pid)
{
	if (g->ancestor && descends(pid, g->ancestor))
		return true;
	return g->cgroup.fd >= 0 && cgroup_holds(&g->cgroup, pid);
}

size_t
group_signal(struct group *g, int sig, pid_t spare)
{
	ssize_t n = group_list(g);
	size_t sent = 0;

	for (ssize_t i = 0; i < n; i++) {
		struct procref r;

		if (g->pids[i] == spare || procref_open(&r, g->pids[i], 0) != 0)
			continue;
		/* the pid may have been recycled between the list and the hold: only what is still ours gets it */
		if (group_has(g, r.pid) && procref_signal(&r, sig) == 0)
			sent++;
		procref_close(&r);
	}
	return sent;
}
