#include "svc/mainpid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/proc.h"
#include "svc/pidfile.h"

/* watch the nearest directory above the file that is there; the length of its name, or -1 with errno */
static ssize_t
watch_once(int fd, const char *file)
{
	char *dir = mem_str(file), *slash;
	ssize_t n = -1;

	while (n < 0 && (slash = strrchr(dir, '/'))) {
		slash[slash == dir] = '\0';
		if (inotify_add_watch(fd, dir, IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_ONLYDIR) >= 0)
			n = (ssize_t)strlen(dir);
		if (slash == dir)
			break;
	}
	free(dir);
	return n;
}

/* the daemon may have to make the directories first; one that came between the look and the watch is found by another look */
static int
watch_nearest(int fd, const char *file)
{
	ssize_t n = watch_once(fd, file), before;

	do {
		before = n;
		n = watch_once(fd, file);
	} while (n > before);
	return n < 0 ? -1 : 0;
}

int
mainpid_watch(struct runner *r)
{
	if (!r->svc->pid_file)
		return 0;
	if (r->watch_fd < 0)
		r->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	return r->watch_fd < 0 ? -1 : watch_nearest(r->watch_fd, r->svc->pid_file);
}

void
mainpid_unwatch(struct runner *r)
{
	if (r->watch_fd >= 0)
		close(r->watch_fd);
	r->watch_fd = -1;
}

static bool
acceptable(struct runner *r, enum pidfile_state state, pid_t pid)
{
	struct proc_stat st;

	if (pid == getpid() || proc_stat(pid, &st) != 0 || proc_is_dead(st.state))
		return false;
	/* a process of ours may be named by anyone; a stranger only by a file that root alone can write, and if it is no older than us */
	return group_has(&r->group, pid) || (state == PIDFILE_OK && st.start >= r->began);
}

bool
mainpid_from_file(struct runner *r)
{
	struct pidfile p;
	enum pidfile_state state;

	if (r->watch_hit) {
		r->watch_hit = false;
		mainpid_watch(r);
	}
	state = pidfile_read(r->svc->pid_file, PIDFILE_ROOT, &p);
	if ((state == PIDFILE_OK || state == PIDFILE_INSECURE) && acceptable(r, state, p.pid) && runner_set_main(r, p.pid) == 0)
		return true;
	/* nobody left who could write it, or write another */
	return runner_empty(r);
}

bool
mainpid_guess(struct runner *r)
{
	pid_t pids[64], only = 0;
	ssize_t n = proc_children(getpid(), pids, 64);

	for (ssize_t i = 0; i < n && i < 64; i++) {
		if (proc_alive(pids[i], 0) != 1)
			continue;
		if (only)
			return false;
		only = pids[i];
	}
	return only && runner_set_main(r, only) == 0;
}
