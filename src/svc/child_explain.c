#include "svc/child_explain.h"

#include <string.h>

#include "base/str.h"
#include "os/rlimit.h"
#include "svc/sandbox.h"

void
child_explain_caps(uint64_t set, struct buf *out)
{
	uint64_t all = caps_all();
	bool some = false;

	if ((set & all) == all || (set & all) == 0) {
		buf_str(out, set & all ? "all" : "none");
		return;
	}
	for (int i = 0; i < 64; i++) {
		if (!(set & all & UINT64_C(1) << i))
			continue;
		buf_str(out, some ? "," : "");
		if (caps_name(i))
			buf_fmt(out, "cap_%s", caps_name(i));
		else
			buf_fmt(out, "%d", i);
		some = true;
	}
}

static void
explain_limit(int i, const struct rlimit *l, struct buf *out)
{
	const rlim_t v[2] = { l->rlim_cur, l->rlim_max };

	buf_fmt(out, "limit %s: ", rlimit_name(i));
	for (int k = 0; k < 2; k++)
		if (v[k] == RLIM_INFINITY)
			buf_fmt(out, "%sinfinity", k ? ":" : "");
		else
			buf_fmt(out, "%s%llu", k ? ":" : "", (unsigned long long)v[k]);
	buf_ch(out, '\n');
}

/* what all commands of a service share is made before any of them */
static void
explain_shared(const struct sandbox *s, struct buf *out)
{
	if (s->c->private_network)
		buf_str(out, "network: its own, with nothing but a loopback\n");
	if (s->c->private_ipc)
		buf_str(out, "IPC: its own\n");
}

static void
explain_before(const struct child_spec *s, struct buf *out)
{
	if (s->set_umask)
		buf_fmt(out, "umask: %04o\n", (unsigned)s->umask);
	if (s->new_session)
		buf_str(out, "session: a new one, without a terminal\n");
	if (s->cgroup && s->cgroup->path)
		buf_fmt(out, "control group: %s\n", s->cgroup->path);
	if (s->set_oom_score)
		buf_fmt(out, "OOM score: %d\n", s->oom_score);
	if (s->coredump_filter >= 0)
		buf_fmt(out, "core dump filter: 0x%x\n", (unsigned)s->coredump_filter);
	if (s->set_nice)
		buf_fmt(out, "nice: %d\n", s->nice);
	if (s->set_sched)
		buf_fmt(out, "scheduling: policy %d, priority %d\n", s->sched_policy, s->sched_priority);
	if (s->cpus && s->cpus->n)
		buf_fmt(out, "processors: %zu of them\n", s->cpus->n);
	if (s->set_ioprio)
		buf_fmt(out, "I/O priority: 0x%x\n", (unsigned)s->ioprio);
	if (s->timer_slack_ns)
		buf_fmt(out, "timer slack: %lu ns\n", s->timer_slack_ns);
	for (int i = 0; s->limits && i < RLIM_NLIMITS; i++)
		if (s->limits[i].set)
			explain_limit(i, &s->limits[i].lim, out);
	if (s->new_keyring)
		buf_str(out, "keyring: a session keyring of its own\n");
}

static void
explain_mounts(const struct mounts *m, struct buf *out)
{
	static const char *const words[] = {
		[MOUNTS_INACCESSIBLE] = "inaccessible", [MOUNTS_BIND] = "bound", [MOUNTS_TMPFS] = "a new tmpfs", [MOUNTS_PRIVATE_DEV] = "a small one of its own",
		[MOUNTS_DEV] = "the host's", [MOUNTS_SYSFS] = "there", [MOUNTS_PROC] = "a new one", [MOUNTS_RUN] = "there",
		[MOUNTS_READ_ONLY] = "read-only", [MOUNTS_READ_WRITE] = "writable", [MOUNTS_NO_EXEC] = "nothing can be executed", [MOUNTS_EXEC] = "executable",
		[MOUNTS_MQUEUE] = "a new one", [MOUNTS_LEAVE] = "as it is",
	};

	if (m->root)
		buf_fmt(out, "root directory: %s, in a mount namespace\n", m->root);
	for (size_t i = 0; i < m->n; i++) {
		const struct mounts_entry *e = &m->v[i];

		buf_fmt(out, "mount %s: %s%s%s%s%s%s\n", e->path, words[e->kind], e->source ? " from " : "", e->source ? e->source : "",
		    e->options ? ", " : "", e->options ? e->options : "", e->read_only && e->kind != MOUNTS_READ_ONLY ? ", read-only" : "");
	}
}

static void
explain_sandbox(const struct sandbox *s, struct buf *out)
{
	struct mounts plan = s->mounts;

	if (s->has_mounts && !plan.n) {
		mounts_plan(&plan, s->c, s->who.root_directory, NULL, NULL, s->who.writable);
		if (s->who.binds)
			mounts_add_binds(&plan, s->who.binds);
		explain_mounts(&plan, out);
		mounts_free(&plan);
	} else {
		explain_mounts(&plan, out);
	}
	if (s->has_hostname)
		buf_str(out, "host name: a copy, which it cannot change\n");
}

static void
explain_user(const struct child_spec *s, struct buf *out)
{
	const struct cred *c = s->cred;

	if (s->chroot)
		buf_fmt(out, "root directory: %s\n", s->chroot);
	if (c && c->set_groups) {
		buf_str(out, "groups:");
		for (size_t i = 0; i < c->n_groups; i++)
			buf_fmt(out, " %lu", (unsigned long)c->groups[i]);
		buf_str(out, c->n_groups ? "\n" : " none\n");
	}
	if (c && c->set_gid)
		buf_fmt(out, "group: %lu\n", (unsigned long)c->gid);
	if (s->sandbox && s->sandbox->has_users)
		buf_str(out, "user namespace: its own, all others are nobody\n");
	if (s->caps) {
		buf_str(out, "bounding set: ");
		child_explain_caps(~s->caps->dropped, out);
		buf_ch(out, '\n');
	}
	if (c && c->set_uid)
		buf_fmt(out, "user: %lu%s%s\n", (unsigned long)c->uid, c->user ? " " : "", c->user ? c->user : "");
	if (s->caps) {
		buf_str(out, "inheritable set: ");
		child_explain_caps(s->caps->inheritable | s->caps->ambient, out);
		buf_str(out, "\nambient set: ");
		child_explain_caps(s->caps->ambient, out);
		buf_ch(out, '\n');
	}
}

static void
explain_after(const struct child_spec *s, struct buf *out)
{
	static const char *const labels[] = { [LSM_APPARMOR] = "AppArmor profile", [LSM_SELINUX] = "SELinux context" };

	if (s->set_securebits)
		buf_fmt(out, "secure bits: 0x%lx\n", s->securebits);
	if (s->chdir)
		buf_fmt(out, "directory: %s\n", s->chdir);
	for (int i = LSM_APPARMOR; s->sandbox && i <= LSM_SELINUX; i++)
		if (s->sandbox->label[i])
			buf_fmt(out, "%s: %s\n", labels[i], s->sandbox->label[i]);
	if (s->death_signal)
		buf_fmt(out, "signal when the parent dies: %d\n", s->death_signal);
	if (s->no_new_privs)
		buf_str(out, "new privileges: never\n");
	if (s->cred && s->cred->set_uid)
		buf_str(out, "check: ids, groups, capability sets, and that there is no way back\n");
	if (s->sandbox && s->sandbox->has_landlock) {
		buf_str(out, "Landlock: may read");
		for (size_t i = 0; i < s->sandbox->read.n; i++)
			buf_fmt(out, " %s", s->sandbox->read.v[i]);
		buf_str(out, ", may write");
		for (size_t i = 0; i < s->sandbox->write.n; i++)
			buf_fmt(out, " %s", s->sandbox->write.v[i]);
		buf_ch(out, '\n');
	}
	if (s->sandbox && s->sandbox->has_filter)
		buf_fmt(out, "system call filter: one program of %zu instructions\n", s->sandbox->filter.n);
}

void
child_explain(const struct child_spec *s, struct buf *out)
{
	if (s->sandbox)
		explain_shared(s->sandbox, out);
	explain_before(s, out);
	if (s->sandbox)
		explain_sandbox(s->sandbox, out);
	explain_user(s, out);
	explain_after(s, out);
	if (!s->keep_fds) {
		buf_str(out, "descriptors: closed but for 0 1 2");
		for (size_t i = 0; i < s->n_pass; i++)
			buf_fmt(out, " %d", s->pass[i]);
		buf_ch(out, '\n');
	}
	for (size_t i = 0; s->envp[i]; i++)
		buf_fmt(out, "environment: %s\n", s->envp[i]);
	buf_str(out, s->argv[0] && strcmp(s->argv[0], s->path) != 0 ? "execute " : "execute");
	buf_fmt(out, "%s:", s->argv[0] && strcmp(s->argv[0], s->path) != 0 ? s->path : "");
	for (size_t i = 0; s->argv[i]; i++)
		buf_fmt(out, strpbrk(s->argv[i], STR_BLANK) || !*s->argv[i] ? " '%s'" : " %s", s->argv[i]);
	buf_ch(out, '\n');
}
