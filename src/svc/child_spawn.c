#include "svc/child_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/sig.h"

struct birth {
	const struct child_spec *s;
	int report;		/* where to write what went wrong; -1: into `error` */
	const sigset_t *mask;
	struct child_error error;
	bool in_cgroup;		/* from the first instant */
};

static int
in_child(void *arg)
{
	struct birth *b = arg;
	struct child_spec s = *b->s;
	struct child_error e = { CHILD_OK, 0 };

	s.in_cgroup = b->in_cgroup;
	if (s.keep_signals)
		sigprocmask(SIG_SETMASK, b->mask, NULL);
	child_become(&s, b->report, &e);
	/* if this fails too, the parent sees our exit status */
	if (b->report >= 0)
		(void)!write(b->report, &e, sizeof e);
	b->error = e;
	return child_step_status(e.step);
}

/*
 * Not to copy our memory is several times faster.  A parent that waits in the kernel meanwhile, as with vfork, is the usual way for that; but once the
 * child is another user's, that user could stop it there for ever.  So for a change of user the parent waits where it can give up.  Its user cannot get
 * into our memory by it: the kernel takes it to be as private as that of a set-id program, from before the user changes.
 */
enum way { WAY_COPY, WAY_WAIT, WAY_SHARE };

static enum way
choose_way(const struct child_spec *s)
{
	/* these belong to memory and not to a process; and into a group one is born as a copy */
	if (s->sandbox || s->coredump_filter >= 0 || s->cgroup)
		return WAY_COPY;
	if (!s->cred || !s->cred->set_uid || s->cred->uid == geteuid())
		return WAY_WAIT;
	/* so does the first of these but while a parent waits; and our own handlers must not run there */
	return s->set_oom_score || s->keep_signals ? WAY_COPY : WAY_SHARE;
}

static void
reap(pid_t pid)
{
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
}

enum { EXEC_MS = 60000 };

/*
 * CHILD_OK once the pipe closes by the exec.  A child that is already another user's can be stopped by that user before its
 * exec: it does not get to hold us longer than EXEC_MS.
 */
static struct child_error
hear(int fd, pid_t pid)
{
	struct pollfd p = { fd, POLLIN, 0 };
	struct child_error told = { CHILD_OK, 0 };
	int n;

	do
		n = poll(&p, 1, EXEC_MS);
	while (n < 0 && errno == EINTR);
	if (n == 1 && fd_read_full(fd, &told, sizeof told) != (ssize_t)sizeof told)
		return (struct child_error){ CHILD_OK, 0 };
	if (n != 1) {
		kill(pid, SIGKILL);
		told = (struct child_error){ CHILD_EXEC, ETIMEDOUT };
	}
	reap(pid);
	return told;
}

/* there under the address sanitizer: the frames of a child that has left stay marked in the memory that we shared */
#pragma weak __asan_unpoison_memory_region
void __asan_unpoison_memory_region(const volatile void *, size_t);

enum { SHARED_STACK = 48 << 10 };

/*
 * The stack of the child is in this frame: most of its pages are there already.  The kernel clears `busy` and wakes us when it leaves our memory, by
 * execve or by its end.  Until then errno is shared too: no signal may make us write to it.
 *
 * The child has no signal for us at its end before its execve gives it SIGCHLD, and until then only __WCLONE finds it.  qemu-user, which would quietly make
 * a copy of our memory, so that we never learn what failed, cannot do that and says EINVAL.
 */
static pid_t
start_shared(struct birth *b, int flags)
{
	/* what a struct timespec is to this call, whatever it is to the C library */
	const long most[2] = { EXEC_MS / 1000, 0 };
	int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), busy = 1;
	_Alignas(16) char stack[SHARED_STACK];
	pid_t pid = clone(in_child, stack + sizeof stack, flags | CLONE_VM | CLONE_CHILD_CLEARTID, b, NULL, NULL, &busy);

	if (pid < 0) {
		b->error = (struct child_error){ CHILD_FORK, errno };
		return -1;
	}
	/* with CLONE_VFORK it has left when we are here */
	while (!(flags & CLONE_VFORK) && __atomic_load_n(&busy, __ATOMIC_ACQUIRE))
		if (syscall(SYS_futex, &busy, FUTEX_WAIT, 1, most, NULL, 0) != 0 && errno == ETIMEDOUT) {
			kill(pid, SIGKILL);
			b->error = (struct child_error){ CHILD_EXEC, ETIMEDOUT };
			break;
		}
	if (b->error.step != CHILD_OK)
		reap(pid);
	else if (waitpid(pid, NULL, __WCLONE) == pid)
		b->error = (struct child_error){ CHILD_EXEC, EINTR };
	if (__asan_unpoison_memory_region)
		__asan_unpoison_memory_region(stack, sizeof stack);
	/* the change of user took it */
	if (dumpable == 1)
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return pid;
}

/* with a pipe that is closed by the exec */
static pid_t
start_apart(struct birth *b)
{
	int p[2], high, least = b->s->pass_from_3 ? 3 + (int)b->s->n_pass : 3;
	pid_t pid;

	b->error = (struct child_error){ CHILD_FORK, 0 };
	if (pipe2(p, O_CLOEXEC) != 0) {
		b->error.err = errno;
		return -1;
	}
	/* above what the child's dup2 lands on */
	high = p[1] >= least ? p[1] : fd_dup_above(p[1], least);
	b->report = high;
	/* the kernel waits long for who enters a group later: a copy is made faster than that */
	pid = high < 0 || !b->s->cgroup ? -1 : cgroup_fork(b->s->cgroup);
	b->in_cgroup = pid == 0;
	if (high >= 0 && pid < 0)
		pid = fork();
	if (pid == 0)
		_exit(in_child(b));
	b->error = (struct child_error){ CHILD_FORK, errno };
	sigprocmask(SIG_SETMASK, b->mask, NULL);
	close(p[1]);
	if (high != p[1] && high >= 0)
		close(high);
	if (pid > 0)
		b->error = hear(p[0], pid);
	close(p[0]);
	return pid;
}

pid_t
child_spawn(const struct child_spec *s, struct child_error *error)
{
	const enum way way = choose_way(s);
	sigset_t mask;
	struct birth b = { s, -1, &mask, { CHILD_OK, 0 }, false };
	bool apart = way == WAY_COPY;
	pid_t pid = -1;

	sig_block_all(&mask);
	if (!apart) {
		pid = start_shared(&b, way == WAY_WAIT ? CLONE_VFORK : 0);
		apart = b.error.step == CHILD_FORK && b.error.err == EINVAL;
	}
	if (apart)
		pid = start_apart(&b);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	*error = b.error;
	return error->step == CHILD_OK ? pid : -1;
}
