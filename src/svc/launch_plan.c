#include "svc/launch_plan.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/file.h"
#include "svc/launch_io.h"
#include "svc/launch_value.h"
#include "svc/notify.h"

static const struct {
	unsigned short id, at;
} strings[] = {
#define S(id, field) { id, offsetof(struct launch_plan, field) }
#define L(id, field) { LAUNCH_ID_##id, offsetof(struct launch_plan, field) }
	S('x', exec), S('a', startas), L(ARGV0, argv0), S('n', name), S('u', user), S('c', run_as), L(RUN_AS, run_as), S('g', group),
	S('p', pidfile), L(PID, pid), L(PPID, ppid), S('s', signal), S('r', chroot), S('d', chdir), S('N', nice), S('P', procsched),
	L(NICE_ABSOLUTE, nice_absolute), S('I', iosched), L(IONICE, ionice), S('k', umask), S('O', output), S('R', retry),
	L(NOTIFY_TIMEOUT, notify_timeout), L(STDIN, in), L(STDOUT, out), L(STDERR, err), L(STDOUT_LOGGER, out_logger),
	L(STDERR_LOGGER, err_logger), L(WAIT, wait), L(CAPABILITIES, capabilities), L(SECBITS, secbits), L(OOM_SCORE_ADJ, oom),
	L(NOTIFY, notify), L(SCHEDULER, scheduler), L(SCHEDULER_PRIORITY, scheduler_priority),
}, flags[] = {
	S('b', background), S('C', no_close), S('m', make_pidfile), L(REMOVE_PIDFILE, remove_pidfile), S('t', test), S('o', oknodo),
	L(NOTIFY_AWAIT, notify_await), L(STOP_GROUP, stop_group), L(NO_NEW_PRIVS, no_new_privs), L(ALL_NAMESPACES, all_namespaces),
	L(PROGRESS, progress), L(INTERPRETED, interpreted), S('q', quiet), S('v', verbose),
#undef L
#undef S
};

static const struct {
	int id;
	enum launch_action action;
} actions[] = { { 'S', LAUNCH_ACTION_START }, { 'K', LAUNCH_ACTION_STOP }, { 'T', LAUNCH_ACTION_STATUS }, { LAUNCH_ID_PIDOF, LAUNCH_ACTION_PIDOF } };

bool
launch_plan_store(struct launch_plan *s, int id, const char *arg)
{
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		if (strings[i].id == id) {
			memcpy((char *)s + strings[i].at, &arg, sizeof arg);
			return true;
		}
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i].id == id)
			return *(bool *)((char *)s + flags[i].at) = true;
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (actions[i].id == id) {
			s->many_actions |= s->action != LAUNCH_ACTION_NONE && s->action != actions[i].action;
			if (!s->many_actions)
				s->action = actions[i].action;
			return true;
		}
	return false;
}

static bool
speaks(const struct launch_plan *s, enum launch_speech speech)
{
	return s->d->speech == speech;
}

/* Slips in the usage, NULL for none. */
static bool
usage(struct launch_plan *s, const char *why)
{
	if (why)
		s->problem = (struct launch_problem){ .kind = LAUNCH_USAGE, .why = why };
	return !why;
}

static bool
plain(struct launch_plan *s, const char *why)
{
	s->problem = (struct launch_problem){ .kind = LAUNCH_PLAIN, .why = why };
	return false;
}

static bool
fails(struct launch_plan *s, enum launch_text text, const char *what, int err)
{
	s->problem = (struct launch_problem){ .kind = LAUNCH_TEXT, .text = text, .what = what, .err = err };
	return false;
}

/* A program without a slash: where PATH has it. */
static char *
search(const char *name)
{
	const char *path = getenv("PATH");

	for (path = path ? path : ""; *path; path += strspn(path, ":")) {
		size_t n = strcspn(path, ":");
		char *full = mem_fmt("%.*s/%s", (int)n, path, name);

		if (access(full, X_OK) == 0)
			return full;
		free(full);
		path += n;
	}
	return NULL;
}

/* The path of --exec as seen from our root. */
static const char *
exec_path(struct launch_plan *s)
{
	const char *dir = s->chdir ? s->chdir : s->d->chdir;
	char *found = NULL;

	if (!strchr(s->exec, '/') && s->d->search_path) {
		found = search(s->exec);
		s->launch.match.literal = !found;
		return found ? found : s->exec;
	}
	found = *s->exec == '/' ? mem_str(s->exec) : dir ? file_under(dir, s->exec) : file_real(s->exec);
	return s->chroot && found ? file_under(s->chroot, found) : found ? found : s->exec;
}

static bool
set_match(struct launch_plan *s)
{
	struct match *m = &s->launch.match;

	if ((s->pid && !usage(s, launch_value_pid(s->pid, false, &s->launch.pid))) ||
	    (s->ppid && !usage(s, launch_value_pid(s->ppid, true, &m->ppid))))
		return false;
	if (s->user && cred_uid(s->user, &m->uid) != 0)
		return fails(s, LAUNCH_TEXT_NO_USER, s->user, errno);
	m->by_user = s->user != NULL;
	if (s->exec)
		m->exec = exec_path(s);
	m->name = s->name;
	m->any_namespace = s->all_namespaces;
	m->named_exec = s->interpreted;
	if (match_prepare(m) != 0)
		return fails(s, LAUNCH_TEXT_NO_FILE, m->exec, errno);
	s->launch.pidfile = s->pidfile && s->chroot && s->d->pidfile_inside ? file_under(s->chroot, s->pidfile) : s->pidfile;
	s->launch.trust = s->d->trust_owner ? LAUNCH_TRUST_OWNER : LAUNCH_TRUST_ROOT;
	return true;
}

/* The program and what it is told to be called, by each dialect's rules. */
static void
set_program(struct launch_plan *s)
{
	if (speaks(s, LAUNCH_DPKG)) {
		s->program = s->startas ? s->startas : s->exec;
		if (!s->argv0)
			s->argv0 = s->program;
		return;
	}
	if (speaks(s, LAUNCH_BUSYBOX) && s->exec && s->startas)
		s->argv0 = s->startas;
	else if (speaks(s, LAUNCH_OPENRC) && !s->argv0)
		s->argv0 = s->name;
	if (!s->exec)
		s->exec = s->startas;
	if (!s->exec && s->args[0] && s->action == LAUNCH_ACTION_START)
		s->exec = *s->args++;
	/* OpenRC's --name is what the program is told; what it calls itself is its own affair */
	if (speaks(s, LAUNCH_OPENRC) && s->exec)
		s->name = NULL;
	s->program = s->exec;
	if (!s->argv0)
		s->argv0 = s->program;
}

static const char *
check_options(const struct launch_plan *s)
{
	if (!s->exec && !s->pid && !s->ppid && !s->pidfile && !s->user && !s->name)
		return "need at least one of --exec, --pid, --ppid, --pidfile, --user or --name";
	if (s->action == LAUNCH_ACTION_START && !s->program)
		return "--start needs --exec or --startas";
	if (s->make_pidfile && !s->pidfile)
		return "--make-pidfile requires --pidfile";
	if (s->remove_pidfile && !s->pidfile)
		return "--remove-pidfile requires --pidfile";
	if (s->pid && s->pidfile)
		return "need either --pid or --pidfile, not both";
	if (s->background && s->action != LAUNCH_ACTION_START)
		return "--background is only relevant with --start";
	if (s->no_close && !s->background)
		return "--no-close is only relevant with --background";
	if (s->output && !s->background && speaks(s, LAUNCH_DPKG))
		return "--output is only relevant with --background";
	if (s->output && *s->output != '/' && speaks(s, LAUNCH_DPKG))
		return "--output file needs to be an absolute filename";
	if ((s->notify_await || s->notify) && !s->background)
		return "--notify-await is only relevant with --background";
	if (s->notify_timeout && !s->notify_await && !s->notify)
		return "--notify-timeout is only relevant with --notify-await";
	return NULL;
}

/* OpenRC's settings that come by the environment, where no option says otherwise. */
static void
take_environment(struct launch_plan *s)
{
	const struct {
		const char *name;
		const char **option;
	} settings[] = { { "SSD_NICELEVEL", &s->nice_absolute }, { "SSD_IONICELEVEL", &s->ionice }, { "SSD_STARTWAIT", &s->wait } };

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		const char *value = getenv(settings[i].name);

		if (!*settings[i].option && value && *value)
			*settings[i].option = value;
	}
}

static const char *
check_action(struct launch_plan *s)
{
	if (s->many_actions)
		return "only one command can be specified";
	/* OpenRC: no command is a start, and a signal alone is a stop that need not find anyone */
	if (speaks(s, LAUNCH_OPENRC) && s->action == LAUNCH_ACTION_NONE) {
		s->action = s->signal ? LAUNCH_ACTION_STOP : LAUNCH_ACTION_START;
		s->oknodo |= s->signal != NULL;
	}
	if (speaks(s, LAUNCH_OPENRC) && s->action == LAUNCH_ACTION_STOP)
		s->user = s->run_as;
	if (speaks(s, LAUNCH_OPENRC) && s->action == LAUNCH_ACTION_START)
		take_environment(s);
	if (s->action == LAUNCH_ACTION_NONE)
		return "need one of --start or --stop or --status";
	set_program(s);
	return check_options(s);
}

/* The first value that is wrong ends it. */
static const char *
scheduling_value(struct launch_plan *s, bool *hard)
{
	struct child_spec *c = &s->launch.child;
	const char *why = NULL;

	if (s->procsched)
		why = launch_value_procsched(c, s->procsched, hard);
	if (!why && s->scheduler)
		why = launch_value_procsched(c, s->scheduler_priority ? mem_fmt("%s:%s", s->scheduler, s->scheduler_priority) : s->scheduler,
		    hard);
	if (!why && s->iosched)
		why = launch_value_iosched(c, s->iosched, false, hard);
	if (!why && s->ionice)
		why = launch_value_iosched(c, s->ionice, true, hard);
	return why;
}

static const char *
child_value(struct launch_plan *s)
{
	struct child_spec *c = &s->launch.child;
	const char *why = NULL;

	if (s->nice)
		why = launch_value_nice(c, s->nice, false);
	if (!why && s->nice_absolute)
		why = launch_value_nice(c, s->nice_absolute, true);
	if (!why && s->umask)
		why = launch_value_umask(c, s->umask);
	if (!why && s->oom)
		why = launch_value_oom(c, s->oom);
	if (!why && s->secbits)
		why = launch_value_securebits(c, s->secbits);
	if (!why && s->capabilities) {
		if (caps_parse(s->capabilities, &s->caps) != 0)
			why = "invalid list of capabilities";
		c->caps = &s->caps;
	}
	return why;
}

static bool
set_values(struct launch_plan *s)
{
	const char *why = NULL;
	bool hard = false;

	s->launch.signal = SIGTERM;
	if (s->signal)
		why = launch_value_signal(s->signal, &s->launch.signal);
	if (!why)
		why = child_value(s);
	if (!why)
		why = scheduling_value(s, &hard);
	return hard ? plain(s, why) : usage(s, why);
}

/* Is that a signal to end a process, not to tell it something? */
static bool
is_fatal(int signal)
{
	return signal == SIGTERM || signal == SIGKILL || signal == SIGINT || signal == SIGQUIT || signal == SIGABRT;
}

static const char *
set_times(struct launch_plan *s)
{
	uint64_t wait = 60 * UINT64_C(1000000), ms;
	const char *why = NULL;

	if (s->notify_timeout && schedule_time(s->notify_timeout, strlen(s->notify_timeout), &wait) != 0)
		return "invalid notify timeout value";
	s->ready = (struct launch_ready){ .kind = LAUNCH_READY_NOTIFY, .fd = -1, .timeout = wait };
	s->wants_ready = s->notify_await || s->notify;
	if (s->wait && !s->wants_ready) {
		if (num_u64(s->wait, 0, 3600000, &ms) != 0)
			return "invalid wait value";
		s->ready = (struct launch_ready){ .kind = LAUNCH_READY_ALIVE, .fd = -1, .timeout = ms * 1000 };
		s->wants_ready = s->background;
	}
	if (s->retry)
		why = schedule_parse(&s->schedule, s->retry, s->launch.signal,
		    speaks(s, LAUNCH_OPENRC) ? SCHEDULE_NO_KILL | SCHEDULE_FOREVER_WAITS : 0);
	else if (s->d->always_retry && is_fatal(s->launch.signal))
		schedule_plain(&s->schedule, s->launch.signal, 5 * UINT64_C(1000000), 0);
	if (s->schedule.n)
		s->launch.schedule = &s->schedule;
	return why;
}

static void
set_what(struct launch_plan *s)
{
	if (s->name)
		s->what = s->name;
	else if (s->exec)
		s->what = s->exec;
	else if (s->pidfile)
		s->what = mem_fmt("process in pidfile '%s'", s->pidfile);
	else if (s->pid)
		s->what = mem_fmt("process with pid %s", s->pid);
	else if (s->ppid)
		s->what = mem_fmt("process(es) with parent pid %s", s->ppid);
	else
		s->what = mem_fmt("process(es) owned by '%s'", s->user);
}

/* Who the program runs as. */
static bool
set_user(struct launch_plan *s)
{
	char *user = mem_str(s->run_as), *group = user ? strchr(user, ':') : NULL, *bad;
	uid_t uid;
	gid_t gid;

	if (group) {
		*group++ = '\0';
		if (!*group && !speaks(s, LAUNCH_BUSYBOX))
			return plain(s, "missing group name");
	}
	if (s->group)
		group = mem_str(s->group);
	if (user && cred_uid(user, &uid) != 0)
		return fails(s, LAUNCH_TEXT_NO_USER, user, errno);
	if (group && *group && cred_gid(group, &gid) != 0)
		return fails(s, LAUNCH_TEXT_NO_GROUP, group, errno);
	if (!user && !group)
		return true;
	s->launch.child.cred = &s->cred;
	if (!user) {
		/* as dpkg: the group alone, whatever others we are in */
		s->cred = (struct cred){ .gid = gid, .set_gid = true };
		return true;
	}
	bad = cred_lookup(&s->cred, user, group && *group ? group : NULL, NULL);
	return bad ? plain(s, bad) : true;
}

static const char *const foreign_env[] = { "RC_", "SSD_", "EINFO_" };

static void
set_env(struct launch_plan *s)
{
	struct stat st;
	struct vec env = VEC_INIT;
	const bool openrc = speaks(s, LAUNCH_OPENRC);

	if (!s->run_as && !openrc && !s->env.n && !s->address[0]) {
		s->launch.child.envp = environ;
		return;
	}
	for (char **e = environ; *e; e++) {
		bool drop = false;

		for (size_t i = 0; openrc && i < sizeof foreign_env / sizeof *foreign_env; i++)
			drop |= str_starts(*e, foreign_env[i]);
		if (!drop)
			vec_add(&env, *e);
	}
	if (s->run_as && s->cred.home && (openrc || stat(s->cred.home, &st) == 0))
		vec_setenv(&env, "HOME", s->cred.home);
	else if (s->run_as)
		vec_unsetenv(&env, "HOME");
	if (s->run_as && openrc)
		vec_setenv(&env, "USER", s->cred.user);
	for (size_t i = 0; i < s->env.n; i++)
		vec_putenv(&env, s->env.v[i]);
	if (s->address[0])
		vec_setenv(&env, "NOTIFY_SOCKET", s->address);
	s->launch.child.envp = vec_argv(&env);
}

static void
set_child(struct launch_plan *s)
{
	struct child_spec *c = &s->launch.child;

	s->args[-1] = (char *)s->argv0;
	c->argv = s->args - 1;
	c->path = strchr(s->program, '/') || s->d->search_path ? s->program : mem_fmt("./%s", s->program);
	c->search = s->d->search_path ? getenv("PATH") : NULL;
	c->chdir = s->chdir ? s->chdir : s->d->chdir;
	c->chdir_first = true;
	c->chroot = s->chroot;
	c->no_new_privs = s->no_new_privs;
	c->keep_signals = true;
	if (s->d->set_umask && !c->set_umask) {
		c->set_umask = true;
		c->umask = 022;
	}
	s->launch.background = s->background;
	s->launch.session = s->d->session_leader ? LAUNCH_SESSION_LEADER : LAUNCH_SESSION_MEMBER;
	s->launch.make_pidfile = s->make_pidfile;
}

bool
launch_plan_make(struct launch_plan *s)
{
	s->launch.child = (struct child_spec)CHILD_SPEC_INIT;
	if (!usage(s, check_action(s)) || !set_match(s) || !set_values(s) || !usage(s, set_times(s)))
		return false;
	if (s->action == LAUNCH_ACTION_STOP)
		set_what(s);
	if (s->action != LAUNCH_ACTION_START)
		return true;
	if (!set_user(s))
		return false;
	set_child(s);
	if (s->exec && !s->launch.match.exec_there)
		return fails(s, LAUNCH_TEXT_NO_FILE, s->launch.match.exec, ENOENT);
	return true;
}

/* A notify socket, or the descriptor that OpenRC's fd:N names. */
static bool
open_ready(struct launch_plan *s)
{
	uint64_t n;

	if (!s->notify_await && !s->notify)
		return true;
	s->ready.uid = s->cred.set_uid ? s->cred.uid : geteuid();
	if (s->notify && str_starts(s->notify, "fd:")) {
		if (num_u64(s->notify + 3, 3, 1023, &n) != 0)
			return usage(s, "invalid notify value");
		s->pass_fd = (int)n;
		s->ready.kind = LAUNCH_READY_NEWLINE;
		s->ready.fd = launch_io_pipe_at(s->pass_fd);
		s->launch.child.pass = &s->pass_fd;
		s->launch.child.n_pass = 1;
	} else if (s->notify && strcmp(s->notify, "socket:ready") != 0) {
		return usage(s, "invalid notify value");
	} else {
		s->ready.fd = notify_bind_abstract(s->address, sizeof s->address);
	}
	return s->ready.fd >= 0 || fails(s, LAUNCH_TEXT_NO_STEP, "create the notification socket", errno);
}

static bool
open_stream(struct launch_plan *s, int which, const char *file, const char *logger)
{
	int *at = &s->launch.child.stdio[which];

	if (file && (*at = launch_io_file(file, which == 0)) < 0)
		return fails(s, LAUNCH_TEXT_NO_OUTPUT, file, errno);
	if (logger && (*at = launch_io_logger(logger)) < 0)
		return fails(s, LAUNCH_TEXT_NO_EXEC, logger, errno);
	return true;
}

bool
launch_plan_open(struct launch_plan *s)
{
	struct child_spec *c = &s->launch.child;
	const bool keep = !s->background || s->no_close;

	for (int i = 0; i < 3; i++)
		c->stdio[i] = keep ? CHILD_FD_KEEP : CHILD_FD_NULL;
	c->keep_fds = keep || !s->d->close_fds;
	if (!open_stream(s, 0, s->in, NULL) || !open_stream(s, 1, s->output ? s->output : s->out, s->out_logger) ||
	    !open_stream(s, 2, s->err, s->err_logger) || !open_ready(s))
		return false;
	if (s->output && !s->err && !s->err_logger)
		c->stdio[2] = c->stdio[1];
	set_env(s);
	return true;
}
