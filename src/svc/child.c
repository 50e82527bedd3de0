#include "svc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "os/fd.h"
#include "os/keyring.h"
#include "os/priority.h"
#include "os/rlimit.h"
#include "os/sig.h"
#include "svc/cglimit.h"
#include "svc/sandbox.h"

/* Everything here is async-signal-safe: it runs between fork or vfork and exec. */

static int
step_session(const struct child_spec *s)
{
	if (!s->new_session || setsid() >= 0)
		return 0;
	return getsid(0) == getpid() ? 0 : -1;
}

static int
step_cgroup(const struct child_spec *s)
{
	const struct cgroup *g = s->cgroup && s->cgroup->fd >= 0 ? s->cgroup : NULL;

	if (g && !s->in_cgroup && cgroup_join(g) != 0)
		return -1;
	return s->cglimit ? cglimit_join(s->cglimit, g) : 0;
}

/* two rounds: a source may itself be 0, 1 or 2, and must not be overwritten before it was copied */
static int
step_stdio(const struct child_spec *s)
{
	int from[3], null = -1;

	for (int i = 0; i < 3; i++) {
		from[i] = -1;
		if (s->stdio[i] == CHILD_FD_KEEP)
			continue;
		if (s->stdio[i] == CHILD_FD_NULL && null < 0)
			null = openat(AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC);
		from[i] = s->stdio[i] == CHILD_FD_NULL ? null : s->stdio[i];
		if (from[i] >= 0 && from[i] <= 2)
			from[i] = fd_dup_above(from[i], 3);
		if (from[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		if (from[i] >= 0 && dup2(from[i], i) < 0)
			return -1;
	return 0;
}

/* what the kernel denies to an unprivileged starter: the nearest value that it allows is the one that it has */
static bool
is_passed_over(const struct child_spec *s)
{
	return !s->exact && (errno == EACCES || errno == EPERM);
}

static int
step_oom(const struct child_spec *s)
{
	char text[16];
	int fd, n;

	if (!s->set_oom_score)
		return 0;
	n = fmt_to(text, sizeof text, "%d", s->oom_score);
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	if (fd_write_all(fd, text, (size_t)n) != 0 && !is_passed_over(s)) {
		close(fd);
		return -1;
	}
	return close(fd);
}

static int
step_nice(const struct child_spec *s)
{
	return !s->set_nice || setpriority(PRIO_PROCESS, 0, s->nice) == 0 || (!s->nice_required && is_passed_over(s)) ? 0 : -1;
}

static int
step_prepare(const struct child_spec *s)
{
	return s->prepare ? s->prepare(s->prepare_arg) : 0;
}

static int
step_sched(const struct child_spec *s)
{
	return s->set_sched ? priority_set_policy(s->sched_policy, s->sched_priority) : 0;
}

static int
step_coredump(const struct child_spec *s)
{
	char text[16];
	int fd, n, r;

	if (s->coredump_filter < 0)
		return 0;
	fd = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	n = fmt_to(text, sizeof text, "0x%x", (unsigned)s->coredump_filter);
	r = fd_write_all(fd, text, (size_t)n);
	close(fd);
	return r;
}

static int
step_cpus(const struct child_spec *s)
{
	return s->cpus && s->cpus->n ? priority_set_cpus(s->cpus) : 0;
}

static int
step_slack(const struct child_spec *s)
{
	return s->timer_slack_ns ? prctl(PR_SET_TIMERSLACK, s->timer_slack_ns, 0, 0, 0) : 0;
}

static int
step_ioprio(const struct child_spec *s)
{
	return !s->set_ioprio || priority_set_io(s->ioprio) == 0 || errno == ENOSYS || is_passed_over(s) ? 0 : -1;
}

static int
step_limits(const struct child_spec *s)
{
	if (!s->limits)
		return 0;
	for (int i = 0; i < RLIM_NLIMITS; i++)
		if (s->limits[i].set && (s->exact ? rlimit_set : rlimit_set_nearest)(i, &s->limits[i].lim) != 0)
			return -1;
	return 0;
}

static int
step_keyring(const struct child_spec *s)
{
	const struct cred *c = s->cred;

	if (!s->new_keyring)
		return 0;
	return keyring_new_session(c && c->set_uid ? c->uid : (uid_t)-1, c && c->set_gid ? c->gid : (gid_t)-1, s->shared_keyring);
}

static int
step_network(const struct child_spec *s)
{
	return s->sandbox ? s->sandbox->steps->join(s->sandbox) : 0;
}

static int
step_mounts(const struct child_spec *s)
{
	return s->sandbox ? s->sandbox->steps->mount(s->sandbox) : 0;
}

static int
step_hostname(const struct child_spec *s)
{
	return s->sandbox ? s->sandbox->steps->hostname(s->sandbox) : 0;
}

static int
step_users(const struct child_spec *s)
{
	return s->sandbox ? s->sandbox->steps->users(s->sandbox, s->cred) : 0;
}

static int
step_chroot(const struct child_spec *s)
{
	if (!s->chroot)
		return 0;
	return chroot(s->chroot) == 0 && chdir("/") == 0 ? 0 : -1;
}

static int
step_enter(const struct child_spec *s)
{
	if (!s->chdir_first || !s->chdir || chdir(s->chdir) == 0 || s->chdir_optional)
		return 0;
	return -1;
}

static int
step_bounding(const struct child_spec *s)
{
	return s->caps ? caps_before_user(s->caps, s->set_securebits) : 0;
}

static int
step_group(const struct child_spec *s)
{
	if (!s->cred)
		return 0;
	/* nothing that follows changes them, but in a namespace they may have no numbers */
	return cred_apply_groups(s->cred) == 0 ? cred_verify_groups(s->cred) : -1;
}

static int
step_user(const struct child_spec *s)
{
	if (!s->cred || cred_apply_uid(s->cred) != 0)
		return s->cred ? -1 : 0;
	/* the kernel did so, if fs.suid_dumpable is 0; until the exec our memory may be our parent's too */
	return s->cred->set_uid ? prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) : 0;
}

static int
step_verify(const struct child_spec *s)
{
	return s->cred ? cred_verify(s->cred) : 0;
}

static int
step_caps(const struct child_spec *s)
{
	return s->caps ? caps_after_user(s->caps, s->set_securebits) : 0;
}

static int
step_securebits(const struct child_spec *s)
{
	if (!s->set_securebits)
		return 0;
	return s->caps ? caps_lock(s->caps, s->securebits) : prctl(PR_SET_SECUREBITS, s->securebits, 0, 0, 0);
}

static int
step_chdir(const struct child_spec *s)
{
	if (s->chdir_first || !s->chdir || chdir(s->chdir) == 0 || s->chdir_optional)
		return 0;
	return -1;
}

static int
step_no_new_privs(const struct child_spec *s)
{
	return s->no_new_privs ? prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) : 0;
}

static int
step_apparmor(const struct child_spec *s)
{
	return s->sandbox ? s->sandbox->steps->label(s->sandbox, LSM_APPARMOR) : 0;
}

static int
step_selinux(const struct child_spec *s)
{
	return s->sandbox ? s->sandbox->steps->label(s->sandbox, LSM_SELINUX) : 0;
}

static int
step_death(const struct child_spec *s)
{
	return s->death_signal ? sig_on_orphaning(s->death_signal) : 0;
}

/* with an exec still to come: what counts is what can be had then, the bounding and inheritable sets */
static int
step_verify_caps(const struct child_spec *s)
{
	uint64_t keep;
	struct caps_state now;

	if (!s->verify_caps || !s->caps)
		return 0;
	if (caps_read(&now) != 0)
		return -1;
	keep = s->caps->inheritable | s->caps->ambient;
	errno = EPERM;
	if (now.bounding & s->caps->dropped || now.inheritable != keep || now.ambient != s->caps->ambient)
		return -1;
	return geteuid() != 0 && (now.permitted & ~keep || now.effective & ~keep) ? -1 : 0;
}

static int
step_landlock(const struct child_spec *s)
{
	return s->sandbox ? s->sandbox->steps->landlock(s->sandbox) : 0;
}

static int
step_filter(const struct child_spec *s)
{
	return s->sandbox ? s->sandbox->steps->filter(s->sandbox) : 0;
}

static int
step_fds(const struct child_spec *s)
{
	for (size_t i = 0; i < s->n_pass; i++)
		if (s->pass_from_3 ? dup2(s->pass[i], 3 + (int)i) < 0 : fd_set_cloexec(s->pass[i], 0) != 0)
			return -1;
	return 0;
}

/* execve along a search path; the error that counts is the one of the directory that had the program */
static void
exec_search(const struct child_spec *s)
{
	const char *dir = s->search;
	int err = ENOENT;
	char full[4096];

	while (dir && *dir) {
		size_t n = strcspn(dir, ":");

		if (n && n + strlen(s->path) + 2 <= sizeof full) {
			fmt_to(full, sizeof full, "%.*s/%s", (int)n, dir, s->path);
			execve(full, s->argv, s->envp);
			if (errno != ENOENT && errno != ENOTDIR)
				err = errno;
		}
		dir += n + (dir[n] == ':');
	}
	errno = err;
}

static int
step_exec(const struct child_spec *s)
{
	if (strchr(s->path, '/'))
		execve(s->path, s->argv, s->envp);
	else
		exec_search(s);
	return -1;
}

static const struct {
	int (*run)(const struct child_spec *);
	const char *text;
	int status;
} steps[CHILD_STEPS] = {
	[CHILD_OK] = { NULL, "do nothing", 0 },
	[CHILD_FORK] = { NULL, "fork", 1 },
	[CHILD_SESSION] = { step_session, "make a session", 220 },
	[CHILD_CGROUP] = { step_cgroup, "enter its control group", 219 },
	[CHILD_STDIO] = { step_stdio, "set up its standard streams", 208 },
	[CHILD_PREPARE] = { step_prepare, "prepare its start", 1 },
	[CHILD_OOM] = { step_oom, "set its OOM score", 206 },
	[CHILD_COREDUMP] = { step_coredump, "set its core dump filter", 205 },
	[CHILD_NICE] = { step_nice, "set its nice value", 201 },
	[CHILD_SCHED] = { step_sched, "set its scheduling policy", 214 },
	[CHILD_CPUS] = { step_cpus, "choose its processors", 215 },
	[CHILD_IOPRIO] = { step_ioprio, "set its I/O priority", 211 },
	[CHILD_SLACK] = { step_slack, "set its timer slack", 212 },
	[CHILD_LIMITS] = { step_limits, "set its resource limits", 205 },
	[CHILD_KEYRING] = { step_keyring, "make its keyring", 237 },
	[CHILD_NETWORK] = { step_network, "enter its namespaces", 225 },
	[CHILD_MOUNTS] = { step_mounts, "set up its mount namespace", 226 },
	[CHILD_HOSTNAME] = { step_hostname, "keep the host name from it", 226 },
	[CHILD_CHROOT] = { step_chroot, "change its root directory", 210 },
	[CHILD_ENTER] = { step_enter, "change to its working directory", 200 },
	[CHILD_GROUP] = { step_group, "change its groups", 216 },
	[CHILD_USERS] = { step_users, "make its user namespace", 217 },
	[CHILD_BOUNDING] = { step_bounding, "drop capabilities", 218 },
	[CHILD_USER] = { step_user, "change its user", 217 },
	[CHILD_VERIFY] = { step_verify, "drop its privileges for good", 217 },
	[CHILD_CAPS] = { step_caps, "raise its capabilities", 218 },
	[CHILD_SECUREBITS] = { step_securebits, "set its secure bits", 213 },
	[CHILD_CHDIR] = { step_chdir, "change to its working directory", 200 },
	[CHILD_APPARMOR] = { step_apparmor, "set its AppArmor profile", 231 },
	[CHILD_SELINUX] = { step_selinux, "set its SELinux context", 229 },
	[CHILD_DEATH] = { step_death, "have it told of its parent's death", 1 },
	[CHILD_NO_NEW_PRIVS] = { step_no_new_privs, "forbid it new privileges", 227 },
	[CHILD_VERIFY_CAPS] = { step_verify_caps, "drop its capabilities for good", 218 },
	[CHILD_FDS] = { step_fds, "hand it its descriptors", 202 },
	[CHILD_LANDLOCK] = { step_landlock, "restrict it by Landlock", 228 },
	[CHILD_FILTER] = { step_filter, "set its system call filter", 228 },
	[CHILD_EXEC] = { step_exec, "execute it", 203 },
};

enum { KEEP_MAX = 1024 };

void
child_become(const struct child_spec *s, int report, struct child_error *error)
{
	int keep[KEEP_MAX + 1];
	size_t n = 0;

	if (!s->keep_signals)
		sig_defaults();
	if (s->ignore_sigpipe)
		signal(SIGPIPE, SIG_IGN);
	if (s->set_umask)
		umask(s->umask);
	for (int i = CHILD_SESSION; i < CHILD_STEPS; i++) {
		if (i == CHILD_FDS && s->n_pass > KEEP_MAX) {
			*error = (struct child_error){ CHILD_FDS, EMFILE };
			return;
		}
		if (i == CHILD_FDS && !s->keep_fds) {
			while (n < s->n_pass) {
				keep[n] = s->pass[n];
				n++;
			}
			if (report >= 0)
				keep[n++] = report;
			fd_close_from(3, keep, n);
		}
		/* not before: a dump of core would take with it who shares our memory, and from its user on that user could ask for one */
		if (i == CHILD_EXEC && !s->keep_signals)
			sig_unblock_all();
		if (steps[i].run(s) != 0) {
			*error = (struct child_error){ (enum child_step)i, errno };
			return;
		}
	}
}

void
child_exec(const struct child_spec *s, struct child_error *error)
{
	child_become(s, -1, error);
}

const char *
child_step_text(enum child_step step)
{
	return step < CHILD_STEPS ? steps[step].text : "?";
}

int
child_step_status(enum child_step step)
{
	return step < CHILD_STEPS ? steps[step].status : 1;
}
