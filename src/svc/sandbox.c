#include "svc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "os/dir.h"
#include "os/landlock.h"
#include "os/loop.h"
#include "os/ns.h"
#include "os/proc.h"
#include "svc/feature.h"
#include "svc/filter.h"
#include "svc/mounts_apply.h"

enum { CULPRIT_SIZE = 4096 };

/* may it be had?  Sets *on to whether it is wanted and here; the reason to refuse, or NULL */
static char *
want(struct sandbox *s, bool wanted, enum feature f, bool *on)
{
	char *reason = NULL;

	*on = wanted && feature_want(&s->c->policies, f, &s->remarks, &reason) == 1;
	return reason;
}

static char *
want_label(struct sandbox *s, const char *label, enum lsm which, enum feature f)
{
	char *bad;
	bool on;

	if (!label)
		return NULL;
	if (*label == '-' && !lsm_active(which))
		return NULL;
	bad = want(s, true, f, &on);
	if (on)
		s->label[which] = label;
	return bad;
}

static char *
compile(struct sandbox *s)
{
	struct seccomp_policy p;
	int r;

	filter_policy(s->c, &p);
	r = seccomp_compile(&p, &s->filter);
	seccomp_policy_free(&p);
	return r == 0 ? NULL : mem_fmt("cannot make its system call filter: %s", strerror(errno));
}

static void
add_paths(struct vec *out, const struct vec *paths)
{
	for (size_t i = 0; i < paths->n; i++) {
		const char *s = paths->v[i];
		size_t marks = strspn(s, "-+");

		vec_take(out, mem_fmt("%s%s", memchr(s, '-', marks) ? "-" : "", s + marks));
	}
}

static char *
want_all(struct sandbox *s)
{
	const struct confine *c = s->c;
	bool ignored, landlock = c->paths[CONFINE_LANDLOCK_READ].n || c->paths[CONFINE_LANDLOCK_WRITE].n;
	bool mounts = confine_needs_mounts(c) || s->who.root_image || (s->who.root_directory && c->mount_api_vfs != 0) || (c->protect_hostname && s->who.no_new_privs);
	const struct {
		bool wanted;
		enum feature f;
		bool *on;
	} all[] = {
		{ mounts, FEATURE_MOUNT_NS, &s->has_mounts },
		{ c->protect_proc || c->proc_subset, FEATURE_PROC_OPTIONS, &ignored },
		{ c->private_network, FEATURE_NET_NS, &ignored },
		{ c->private_ipc, FEATURE_IPC_NS, &ignored },
		{ c->protect_hostname, FEATURE_UTS_NS, &s->has_hostname },
		{ c->private_users, FEATURE_USER_NS, &s->has_users },
		{ c->ambient != 0, FEATURE_AMBIENT, &s->has_ambient },
		{ confine_needs_filter(c), FEATURE_SECCOMP, &s->has_filter },
		{ landlock, FEATURE_LANDLOCK, &s->has_landlock },
	};
	char *bad = NULL;

	for (size_t i = 0; !bad && i < sizeof all / sizeof *all; i++)
		bad = want(s, all[i].wanted, all[i].f, all[i].on);
	if (!bad)
		bad = want_label(s, c->apparmor, LSM_APPARMOR, FEATURE_APPARMOR);
	/* whatever the policy is: without one it would run in the root that it is to be kept out of */
	if (!bad && s->who.root_image && !s->has_mounts)
		bad = mem_str("this host has no mount-namespace, which RootImage= asks for");
	return bad ? bad : want_label(s, c->selinux, LSM_SELINUX, FEATURE_SELINUX);
}

static int
step_join(const struct sandbox *s)
{
	/* what shares nothing yet would be free of what it shall share */
	if (!s->opened) {
		errno = EBADF;
		return -1;
	}
	if (s->net_fd >= 0 && ns_enter(s->net_fd, CLONE_NEWNET) != 0)
		return -1;
	return s->ipc_fd >= 0 ? ns_enter(s->ipc_fd, CLONE_NEWIPC) : 0;
}

/* for who started us, and may be another process */
static int
blame(const struct sandbox *s, const char *path)
{
	int saved = errno;

	if (s->culprit && path)
		fmt_to(s->culprit, CULPRIT_SIZE, "%s", path);
	errno = saved;
	return -1;
}

const char *
sandbox_culprit(const struct sandbox *s)
{
	return s->culprit && *s->culprit ? s->culprit : NULL;
}

static int
step_mount(const struct sandbox *s)
{
	const char *bad = NULL;

	if (!s->has_mounts)
		return 0;
	if (!s->opened) {
		errno = EBADF;
		return -1;
	}
	return mounts_apply(&s->mounts, &bad) == 0 ? 0 : blame(s, bad);
}

static int
step_hostname(const struct sandbox *s)
{
	return s->has_hostname ? ns_leave(CLONE_NEWUTS) : 0;
}

static int
step_users(const struct sandbox *s, const struct cred *c)
{
	if (!s->has_users)
		return 0;
	return ns_private_users(c && c->set_uid ? c->uid : 0, c && c->set_gid ? c->gid : 0);
}

static int
step_label(const struct sandbox *s, enum lsm which)
{
	const char *label = s->label[which];

	if (!label)
		return 0;
	return lsm_on_exec(which, label + (*label == '-')) == 0 || *label == '-' ? 0 : -1;
}

static int
step_landlock(const struct sandbox *s)
{
	const char *bad = NULL;

	if (!s->has_landlock)
		return 0;
	return landlock_apply(s->read.v, s->write.v, &bad) == 0 ? 0 : blame(s, bad);
}

static int
step_filter(const struct sandbox *s)
{
	return s->has_filter ? seccomp_load(&s->filter, s->c->log_calls.mode != CONFINE_CALLS_NONE) : 0;
}

static const struct sandbox_steps steps = {
	.join = step_join, .mount = step_mount, .hostname = step_hostname, .users = step_users, .label = step_label,
	.landlock = step_landlock, .filter = step_filter,
};

char *
sandbox_init(struct sandbox *s, const struct confine *c, const struct sandbox_for *who)
{
	char *bad;

	*s = (struct sandbox){ .steps = &steps, .c = c, .who = *who, .net_fd = -1, .ipc_fd = -1, .image_fd = -1 };
	bad = want_all(s);
	if (!bad && s->has_filter)
		bad = compile(s);
	if (s->has_mounts || s->has_landlock)
		s->culprit = mmap(NULL, CULPRIT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->culprit == MAP_FAILED)
		s->culprit = NULL;
	add_paths(&s->read, &c->paths[CONFINE_LANDLOCK_READ]);
	add_paths(&s->write, &c->paths[CONFINE_LANDLOCK_WRITE]);
	return bad;
}

bool
sandbox_is_needed(const struct sandbox *s)
{
	return s->has_mounts || s->has_filter || s->has_hostname || s->has_users || s->has_landlock || s->label[LSM_APPARMOR] ||
	    s->label[LSM_SELINUX] || s->c->private_network || s->c->private_ipc;
}

bool
sandbox_needs_no_new_privs(const struct sandbox *s)
{
	return s->has_filter || s->has_landlock;
}

/* BASE/initwright-private-BOOT-NAME-XXXXXX/tmp: nobody but root gets to the inner one from outside */
static char *
private_dir(const char *base, const char *name)
{
	char boot[37], *outer, *inner;

	proc_boot_id(boot);
	outer = mem_fmt("%s/initwright-private-%.8s-%s-XXXXXX", base, boot, name);
	inner = mkdtemp(outer) ? mem_fmt("%s/tmp", outer) : NULL;
	if (inner && (mkdir(inner, 0777) != 0 || chmod(inner, 01777) != 0)) {
		rmdir(outer);
		free(inner);
		inner = NULL;
	}
	free(outer);
	return inner;
}

static void
remove_dir(char **dir, const char *base)
{
	char *name;

	if (!*dir)
		return;
	/* the outer one, without "BASE/" in front and "/tmp" behind */
	name = mem_strn(*dir + strlen(base) + 1, strlen(*dir) - strlen(base) - 1 - strlen("/tmp"));
	dir_remove(base, name);
	free(name);
	free(*dir);
	*dir = NULL;
}

static char *
open_tmp(struct sandbox *s)
{
	if (!s->c->private_tmp)
		return NULL;
	if (!s->tmp)
		s->tmp = private_dir("/tmp", s->who.name);
	if (s->tmp && !s->var_tmp)
		s->var_tmp = private_dir("/var/tmp", s->who.name);
	return s->var_tmp ? NULL : mem_fmt("cannot make its private %s: %s", s->tmp ? "/var/tmp" : "/tmp", strerror(errno));
}

static char *
open_ns(bool wanted, int flag, int *fd, const char *what)
{
	if (!wanted || *fd >= 0)
		return NULL;
	*fd = ns_make(flag);
	/* a kernel without it was dealt with by the policy */
	return *fd >= 0 || ns_probe(flag) != 0 ? NULL : mem_fmt("cannot make its own %s: %s", what, strerror(errno));
}

/* what is more than a file system; NULL: that it may be */
static const char *
more_than_files(int fd)
{
	unsigned char head[1024];

	if (pread(fd, head, sizeof head, 0) != (ssize_t)sizeof head)
		return "it is too small for one";
	if (memcmp(head, "LUKS\xba\xbe", 6) == 0)
		return "it is encrypted";
	return memcmp(head + 512, "EFI PART", 8) == 0 ? "it has partitions, and must be a single file system" : NULL;
}

/* the image is one disk for all commands of the service; each has it mounted for itself */
static char *
open_image(struct sandbox *s)
{
	const char *path = s->who.root_image, *why;
	int fd, saved;

	if (!path || s->image_fd >= 0)
		return NULL;
	fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM))
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return mem_fmt("cannot open its root image %s: %s", path, strerror(errno));
	s->image_read_only = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
	why = more_than_files(fd);
	if (!why)
		s->image_fd = loop_attach(fd, s->image, sizeof s->image);
	saved = errno;
	close(fd);
	if (why)
		return mem_fmt("cannot use %s as its root image: %s", path, why);
	return s->image_fd >= 0 ? NULL : mem_fmt("cannot use %s as its root image: no loop device: %s", path, strerror(saved));
}

char *
sandbox_open(struct sandbox *s)
{
	char *bad = s->has_mounts ? open_tmp(s) : NULL;

	if (!bad)
		bad = open_image(s);
	if (!bad)
		bad = open_ns(s->c->private_network, CLONE_NEWNET, &s->net_fd, "network");
	if (!bad)
		bad = open_ns(s->c->private_ipc, CLONE_NEWIPC, &s->ipc_fd, "IPC namespace");
	if (bad)
		return bad;
	s->opened = true;
	if (!s->has_mounts || s->mounts.n)
		return NULL;
	mounts_plan(&s->mounts, s->c, s->who.root_image ? "/run/initwright/.root" : s->who.root_directory, s->tmp, s->var_tmp, s->who.writable);
	s->mounts.image = s->who.root_image ? s->image : NULL;
	s->mounts.image_read_only = s->image_read_only;
	if (s->who.binds)
		mounts_add_binds(&s->mounts, s->who.binds);
	s->mounts.no_suid = s->who.no_new_privs;
	return NULL;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
sandbox_close(struct sandbox *s)
{
	s->opened = false;
	close_fd(&s->net_fd);
	close_fd(&s->ipc_fd);
	close_fd(&s->image_fd);
	mounts_free(&s->mounts);
	remove_dir(&s->tmp, "/tmp");
	remove_dir(&s->var_tmp, "/var/tmp");
}

void
sandbox_free(struct sandbox *s)
{
	close_fd(&s->net_fd);
	close_fd(&s->ipc_fd);
	close_fd(&s->image_fd);
	mounts_free(&s->mounts);
	seccomp_free(&s->filter);
	vec_free(&s->read);
	vec_free(&s->write);
	vec_free(&s->remarks);
	free(s->tmp);
	free(s->var_tmp);
	if (s->culprit)
		munmap(s->culprit, CULPRIT_SIZE);
	*s = (struct sandbox){ .net_fd = -1, .ipc_fd = -1, .image_fd = -1 };
}
