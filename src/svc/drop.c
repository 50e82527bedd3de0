#include "svc/drop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/caps.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/ns.h"
#include "os/sig.h"
#include "svc/child_explain.h"
#include "svc/child_spawn.h"
#include "svc/dropunit.h"
#include "svc/feature.h"
#include "svc/words.h"

enum { ENV_FILE_MAX = 1 << 20 };

void
drop_init(struct drop *d)
{
	*d = (struct drop){ .group_dir = CGROUP_INIT };
	/* something is allocated from the beginning: a C library that had to give back its only page for each list would be asked for it again */
	buf_str(&d->lines, "");
}

void
drop_free(struct drop *d)
{
	struct vec *lists[] = { &d->groups, &d->unset, &d->env, &d->environment, &d->remarks };

	context_free(&d->ctx);
	service_free(&d->svc);
	cgroup_close(&d->group_dir);
	buf_free(&d->lines);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		vec_free(lists[i]);
	free(d->cwd);
	*d = (struct drop){ .group_dir = CGROUP_INIT };
}

static bool
is_key(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

	return n && s[n] == '\0';
}

/* what comes from a command line is meant as it is written; a share, as of the processor, is no specifier */
static void
add_value(struct buf *out, const char *value, bool quoted)
{
	bool share = !quoted && value[strspn(value, "0123456789")] == '%' && value[strspn(value, "0123456789") + 1] == '\0';

	for (; *value; value++) {
		if (*value == '%' && !share)
			buf_ch(out, '%');
		if (quoted && (*value == '"' || *value == '\\'))
			buf_ch(out, '\\');
		buf_ch(out, *value);
	}
}

static int
add_line(struct drop *d, const char *key, const char *value, bool quoted)
{
	size_t n = strlen(value);

	/* both end a line of a unit */
	if (!is_key(key) || strpbrk(value, "\r\n") || (!quoted && n && value[n - 1] == '\\')) {
		errno = EINVAL;
		return -1;
	}
	buf_fmt(&d->lines, "%s=%s", key, quoted ? "\"" : "");
	add_value(&d->lines, value, quoted);
	buf_str(&d->lines, quoted ? "\"\n" : "\n");
	return 0;
}

int
drop_line(struct drop *d, const char *key, const char *value)
{
	return add_line(d, key, value, false);
}

int
drop_word(struct drop *d, const char *key, const char *value)
{
	return add_line(d, key, value, true);
}

int
drop_setenv(struct drop *d, const char *assignment)
{
	if (!words_is_assignment(assignment)) {
		errno = EINVAL;
		return -1;
	}
	vec_putenv(&d->env, assignment);
	return 0;
}

int
drop_chroot(struct drop *d, const char *dir)
{
	char full[PATH_MAX];

	if (!realpath(dir, full))
		return -1;
	/* nothing is mounted there but what is asked for */
	return drop_line(d, "MountAPIVFS", "no") == 0 ? drop_line(d, "RootDirectory", full) : -1;
}

int
drop_chdir(struct drop *d, const char *dir)
{
	char here[PATH_MAX], *full;
	int r;

	if (*dir == '/' || strcmp(dir, "~") == 0)
		return drop_line(d, "WorkingDirectory", dir);
	if (!*dir || !getcwd(here, sizeof here))
		return -1;
	full = mem_fmt("%s/%s", here, dir);
	r = drop_line(d, "WorkingDirectory", full);
	free(full);
	return r;
}

int
drop_pass(struct drop *d, int fd)
{
	if (d->n_pass == sizeof d->pass / sizeof *d->pass) {
		errno = EMFILE;
		return -1;
	}
	d->pass[d->n_pass++] = fd;
	return 0;
}

int
drop_lock(struct drop *d, const char *path, bool wait)
{
	/* the command gets the descriptor: whatever file was put there, it cannot write to it */
	int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600);

	if (fd < 0)
		return -1;
	if (lock_as_flock(fd, wait) == 0 && drop_pass(d, fd) == 0)
		return 0;
	return fd_drop(fd);
}

int
drop_account(struct drop *d, char *text)
{
	char *rest = text, *part;

	errno = EINVAL;
	/* chpst(8) marks numbers by a colon in front; all digits is a number here in any case */
	if (*rest == ':')
		rest++;
	d->user = strsep(&rest, ":");
	part = strsep(&rest, ":");
	if (part)
		d->group = part;
	while ((part = strsep(&rest, ":"))) {
		d->exact_groups = true;
		if (!*part)
			return -1;
		vec_add(&d->groups, part);
	}
	return *d->user && (!d->group || *d->group) ? 0 : -1;
}

static int
read_variable(struct drop *d, int dir, const char *name)
{
	struct buf text = BUF_INIT;
	size_t n;

	if (file_read(dir, name, 0, ENV_FILE_MAX, &text, NULL) != 0)
		return -1;
	vec_add(&d->unset, name);
	if (text.len) {
		char *end = memchr(text.s, '\n', text.len);

		n = end ? (size_t)(end - text.s) : text.len;
		while (n && (text.s[n - 1] == ' ' || text.s[n - 1] == '\t'))
			n--;
		text.s[n] = '\0';
		for (size_t i = 0; i < n; i++)
			if (text.s[i] == '\0')
				text.s[i] = '\n';
		vec_take(&d->env, mem_fmt("%s=%s", name, text.s));
	}
	buf_free(&text);
	return 0;
}

int
drop_envdir(struct drop *d, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	int r = 0, saved;

	if (!dir)
		return -1;
	while (r == 0 && (e = readdir(dir)))
		if (e->d_name[0] != '.' && !strchr(e->d_name, '='))
			r = read_variable(d, dirfd(dir), e->d_name);
	saved = errno;
	closedir(dir);
	errno = saved;
	return r;
}

/* --- planning --- */

static void
replace(char **field, const char *value)
{
	if (!value)
		return;
	free(*field);
	*field = mem_str(value);
}

/* nobody stays behind who could remove a private /tmp: a file system in memory goes by itself */
static void
make_tmp_vanish(struct confine *c)
{
	static const char *const dirs[] = { "/tmp", "/var/tmp" };

	for (size_t i = 0; c->private_tmp && i < 2; i++)
		confine_add_mount(c, &(struct confine_mount){ .dest = mem_str(dirs[i]), .options = mem_str("mode=1777,nosuid,size=50%"), .optional = true });
	c->private_tmp = false;
}

static char *
choose_groups(struct drop *d)
{
	struct cred *c = &d->ctx.cred;

	if (d->keep_groups)
		c->set_groups = false;
	if (!d->exact_groups || d->keep_groups)
		return NULL;
	free(c->groups);
	c->groups = mem_alloc((d->groups.n + 1) * sizeof *c->groups);
	c->n_groups = 0;
	/* the peers have the group itself among them */
	if (d->keep_rights && c->set_gid)
		c->groups[c->n_groups++] = c->gid;
	for (size_t i = 0; i < d->groups.n; i++)
		if (cred_gid(d->groups.v[i], &c->groups[c->n_groups++]) != 0)
			return mem_fmt("no such group '%s'", d->groups.v[i]);
	c->set_groups = true;
	return NULL;
}

static void
choose_environment(struct drop *d)
{
	const struct cred *c = &d->ctx.cred;

	vec_addv(&d->environment, d->ctx.env.v);
	if (d->user_env)
		vec_setenv(&d->environment, "HOME", c->home ? c->home : "/");
	for (size_t i = 0; i < d->unset.n; i++)
		vec_unsetenv(&d->environment, d->unset.v[i]);
	for (size_t i = 0; i < d->env.n; i++)
		vec_putenv(&d->environment, d->env.v[i]);
}

static bool
asked_for(const struct drop *d, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = d->lines.s; p && *p; p = strchr(p, '\n') + 1)
		if (strncmp(p, key, n) == 0 && p[n] == '=')
			return true;
	return false;
}

/* without a unit, what nobody asked for stays as it is */
static void
change_less(struct drop *d)
{
	struct child_spec *s = &d->spec;
	const struct service *svc = &d->svc;

	s->set_nice = svc->nice_set || d->nice_by;
	if (s->set_nice)
		s->nice = svc->nice_set ? svc->nice : getpriority(PRIO_PROCESS, 0) + d->nice_by;
	s->exact = true;
	s->set_oom_score = svc->oom_score_adjust_set;
	s->set_umask = asked_for(d, "UMask");
	s->chdir = svc->working_directory ? d->ctx.cwd : NULL;
	s->new_session = d->new_session;
	s->new_keyring = s->new_keyring && !d->keep_rights;
	s->ignore_sigpipe = false;
	s->keep_signals = d->keep_rights;
}

static void
choose_caps(struct drop *d)
{
	struct caps *caps = &d->ctx.caps;

	d->ctx.use_caps = geteuid() == 0 || !d->keep_rights || d->svc.confine.ambient || d->svc.confine.bounding_set;
	if (d->any_inheritable)
		caps->inheritable = d->inheritable;
	/* what is asked for may be had, unless it is also said what may */
	if (!d->unit && !asked_for(d, "CapabilityBoundingSet"))
		caps->dropped &= ~(caps->inheritable | caps->ambient);
	/* to change nothing but what is inherited is all that may be asked of us then */
	if (d->keep_rights && !d->svc.confine.bounding_set)
		caps->dropped = 0;
	/* without new privileges it does not matter what there could be: only who asks for it is told that it cannot be */
	if (!d->unit && !asked_for(d, "CapabilityBoundingSet") && !caps_has(CAP_SETPCAP))
		caps->dropped = 0;
}

/* the directory that we are in is left by the way that leads to it now, so that nothing is reached that lies under a mount */
static void
stay_here(struct drop *d)
{
	struct child_spec *s = &d->spec;
	char here[PATH_MAX];

	if (s->chdir || !d->ctx.sandbox.has_mounts || d->svc.root_directory)
		return;
	d->cwd = mem_str(getcwd(here, sizeof here) ? here : "/");
	s->chdir = d->cwd;
	s->chdir_optional = true;
}

static void
make_spec(struct drop *d, char **argv)
{
	struct child_spec *s = &d->spec;
	const char *path;

	d->command = (struct service_command){ .path = argv[0] };
	context_spec(&d->ctx, &d->command, SERVICE_START, argv, vec_argv(&d->environment), s);
	if (d->argv0)
		argv[0] = (char *)(uintptr_t)d->argv0;
	s->path = d->command.path;
	path = vec_getenv(&d->environment, "PATH", 4);
	s->search = path ? path : SERVICE_PATH;
	for (int i = 0; i < 3; i++)
		s->stdio[i] = CHILD_FD_KEEP;
	s->keep_fds = d->keep_fds;
	s->pass = d->pass;
	s->n_pass = d->n_pass;
	s->death_signal = d->death_signal;
	s->cgroup = d->cgroup ? &d->group_dir : NULL;
	if (!d->unit)
		change_less(d);
	stay_here(d);
}

/* a terminal that is ours, or that we hold, is one that it could type into */
static bool
has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	/* any other error than this one says nothing about whether there is a terminal */
	return fd >= 0 || errno != ENXIO || isatty(0) || isatty(1) || isatty(2);
}

/* those that no sandbox has: only we stay behind as a parent */
static char *
want_namespaces(struct drop *d)
{
	const struct {
		bool *on;
		enum feature f;
	} all[] = { { &d->pid_namespace, FEATURE_PID_NS }, { &d->cgroup_namespace, FEATURE_CGROUP_NS } };
	char *bad = NULL;

	for (size_t i = 0; !bad && i < 2; i++)
		*all[i].on = *all[i].on && feature_want(&d->svc.confine.policies, all[i].f, &d->remarks, &bad) == 1;
	return bad;
}

char *
drop_plan(struct drop *d, char **argv, int *code)
{
	const struct dropunit_lines own = { d->lines.s, d->lines.len, !d->keep_rights };
	char *bad = dropunit_read(&d->svc, d->unit, &own, &d->remarks);

	*code = 1;
	if (bad)
		return bad;
	bad = want_namespaces(d);
	if (bad)
		return bad;
	d->svc.as_we_are = !d->unit;
	d->svc.our_environment = d->keep_env;
	replace(&d->svc.user, d->user);
	replace(&d->svc.group, d->group);
	d->svc.confine.no_tty_input = !d->keep_rights && !d->new_session && !d->unit && has_terminal();
	make_tmp_vanish(&d->svc.confine);
	if (d->pid_namespace)
		d->svc.confine.mount_api_vfs = d->svc.confine.private_mounts = true;
	bad = context_init(&d->ctx, &d->svc, NULL, code);
	if (!bad)
		bad = choose_groups(d);
	if (!bad && d->cgroup && cgroup_open(&d->group_dir, d->cgroup) != 0)
		bad = mem_fmt("unable to open the control group %s: %s", d->cgroup, strerror(errno));
	if (bad)
		return bad;
	/* the number of a user that comes and goes is its own as long as the command holds the lock on it */
	if (d->ctx.dynamic_fd >= 0 && !d->pid_namespace && drop_pass(d, d->ctx.dynamic_fd) != 0)
		return mem_fmt("too many descriptors");
	choose_environment(d);
	choose_caps(d);
	make_spec(d, argv);
	d->spec.n_pass = d->n_pass;
	return NULL;
}

const struct vec *
drop_remarks(const struct drop *d)
{
	return &d->remarks;
}

void
drop_explain(const struct drop *d, struct buf *out)
{
	if (d->pid_namespace)
		buf_str(out, "pid namespace: a new one, the command is process 1 in it\n");
	if (d->cgroup_namespace)
		buf_str(out, "control group namespace: a new one\n");
	if (d->new_group)
		buf_str(out, "session: a new one, without a terminal\n");
	context_explain_made(&d->ctx, out);
	child_explain(&d->spec, out);
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

char *
drop_open(struct drop *d)
{
	char *bad;

	d->ctx.cglimit.asked_only = !d->unit;
	/* no two commands share their limits; nobody stays behind to remove their groups but the next of us */
	if (cglimit_is_needed(&d->svc.confine))
		cglimit_name_alone(&d->ctx.cglimit, "privdrop-");
	bad = context_open(&d->ctx);
	vec_addv(&d->remarks, d->ctx.sandbox.remarks.v);
	d->opened = true;
	d->spec.n_pass = d->n_pass;
	return bad;
}

static char *
leave_namespaces(const struct drop *d)
{
	if (d->cgroup_namespace && ns_leave(CLONE_NEWCGROUP) != 0)
		return mem_fmt("unable to make a control group namespace: %s", strerror(errno));
	if (d->pid_namespace && ns_leave(CLONE_NEWPID) != 0)
		return mem_fmt("unable to make a pid namespace: %s", strerror(errno));
	return NULL;
}

int
drop_exec(struct drop *d, struct child_error *error, char **reason)
{
	pid_t pid;

	*error = (struct child_error){ CHILD_OK, 0 };
	*reason = d->opened ? NULL : drop_open(d);
	if (!*reason)
		*reason = leave_namespaces(d);
	if (*reason)
		return 1;
	if (d->new_group && setsid() < 0 && getpgrp() != getpid()) {
		*error = (struct child_error){ CHILD_SESSION, errno };
		return 1;
	}
	if (!d->pid_namespace) {
		child_exec(&d->spec, error);
		return 1;
	}
	/* what ends us ends the whole namespace: the death of our parent does it by ours */
	if (d->death_signal && sig_on_orphaning(d->death_signal) != 0) {
		*error = (struct child_error){ CHILD_DEATH, errno };
		return 1;
	}
	d->spec.death_signal = SIGKILL;
	pid = child_spawn(&d->spec, error);
	return pid > 0 ? wait_for(pid) : 1;
}

char *
drop_to(struct drop *d, char **argv, bool whole, struct child_error *error)
{
	char *bad, *account;
	int code;

	*error = (struct child_error){ CHILD_OK, 0 };
	if (fd_fill_stdio() != 0)
		return mem_fmt("unable to open /dev/null: %s", strerror(errno));
	if (whole)
		d->user = argv[0];
	else {
		account = mem_str(argv[0]);
		bad = drop_account(d, argv[0]) == 0 ? NULL : mem_fmt("'%s' is no USER[:GROUP]", account);
		free(account);
		if (bad)
			return bad;
	}
	bad = drop_plan(d, argv + 1, &code);
	if (!bad)
		drop_exec(d, error, &bad);
	return bad;
}
