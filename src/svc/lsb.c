#include "svc/lsb.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

static char *
add_session(struct match *m, const char *path)
{
	struct pidfile file;
	struct proc_stat st;
	pid_t *sessions;
	size_t cap = m->n_sessions;

	/* who is left out is no danger to anyone, so that whoever owns the file may say */
	pidfile_read(path, PIDFILE_ROOT, &file);
	if (!file.pid || proc_stat(file.pid, &st) != 0)
		return file.pid ? NULL : mem_fmt("unable to take a pid from %s", path);
	sessions = mem_grow((void *)(uintptr_t)m->sessions, &cap, m->n_sessions + 1, sizeof *sessions);
	sessions[m->n_sessions++] = st.sid;
	m->sessions = sessions;
	return NULL;
}

char *
lsb_launch(const struct lsb *s, struct launch *l)
{
	const bool name = s->name_only || !strchr(s->path, '/');
	char *why = NULL;

	if (name)
		l->match.name = str_base(s->path);
	else
		l->match.exec = file_under(s->root, s->path);
	l->match.literal = s->by_text;
	l->match.named_exec = s->by_name;
	l->match.zombies = s->zombies;
	l->trust = LAUNCH_TRUST_OWNER;
	l->fall_back = !s->pidfile;
	l->pidfile = file_under(s->root, s->pidfile ? s->pidfile : mem_fmt("/var/run/%s.pid", str_base(s->path)));
	if (!s->by_text && match_prepare(&l->match) != 0)
		return mem_fmt("unable to look at %s: %s", l->match.exec, strerror(errno));
	for (size_t i = 0; !why && i < s->ignore.n; i++)
		why = add_session(&l->match, s->ignore.v[i]);
	return why;
}

bool
lsb_installed(const struct launch *l)
{
	return !l->match.exec || l->match.literal || l->match.exec_there;
}

int
lsb_status(enum launch_state state)
{
	switch (state) {
	case LAUNCH_RUNNING:
		return LSB_RUNNING;
	case LAUNCH_DEAD_PIDFILE:
		return LSB_DEAD_PIDFILE;
	case LAUNCH_DEAD:
		return LSB_DEAD;
	default:
		return LSB_UNKNOWN;
	}
}

int
lsb_error(int err)
{
	if (err == EPERM || err == EACCES)
		return LSB_DENIED;
	return err == ENOENT || err == ENOTDIR ? LSB_NOT_INSTALLED : LSB_FAILED;
}

char *
lsb_pids(const struct match_pids *pids)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < pids->n; i++)
		buf_fmt(&b, "%s%ld", i ? " " : "", (long)pids->v[i]);
	buf_ch(&b, '\n');
	return buf_take(&b);
}
