#include "os/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/sig.h"

enum { PIPE_HOLDS = 65536, KEPT_PIPE_HOLDS = 1 << 20 };

struct child {
	pid_t pid;
	int out;	/* what it prints; -1 when all has been read */
	int ended;	/* a pidfd; -1 on kernels without (before Linux 5.3) */
};

struct program {
	const char *path;
	char *const *argv, *const *envp;
	const char *cwd;
};

/* out: where its output goes, to be caught; -1: it has our streams, and stays in our process group. */
static _Noreturn void
become(const struct program *p, enum capture_what what, int out, int fault)
{
	int null = out < 0 ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC);
	bool ready = out < 0;

	if (out >= 0) {
		setpgid(0, 0);
		ready = null >= 0 && dup2(null, 0) == 0 && dup2(out, 1) == 1 && (what == CAPTURE_OUTPUT || dup2(out, 2) == 2);
	}
	sig_reset();
	if (ready && (!p->cwd || chdir(p->cwd) == 0))
		execve(p->path, p->argv, p->envp);
	fd_write_all(fault, &errno, sizeof errno);
	_exit(127);
}

static int
wait_for(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

/* Its process id once it runs; -1 with errno when it cannot be run. */
static pid_t
start(const struct program *p, enum capture_what what, int out)
{
	int fault[2], error = 0;
	pid_t pid;

	if (pipe2(fault, O_CLOEXEC) != 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become(p, what, out, fault[1]);
	if (pid < 0)
		error = errno;
	close(fault[1]);
	if (pid > 0 && fd_read_full(fault[0], &error, sizeof error) == sizeof error)
		wait_for(pid, NULL);
	else if (pid > 0)
		error = 0;
	close(fault[0]);
	errno = error;
	return error ? -1 : pid;
}

static int
start_caught(struct child *c, const struct program *p, enum capture_what what)
{
	int out[2], saved;

	if (pipe2(out, O_CLOEXEC) != 0)
		return -1;
	c->pid = start(p, what, out[1]);
	saved = errno;
	close(out[1]);
	if (c->pid < 0) {
		close(out[0]);
		errno = saved;
		return -1;
	}
	c->out = out[0];
	fd_set_nonblock(c->out, 1);
	c->ended = (int)syscall(SYS_pidfd_open, c->pid, 0);
	return 0;
}

/* Take what is there to be read, up to what a pipe holds: somebody who never stops writing must not keep us from all else. */
static void
drain(struct child *c, size_t max, struct buf *out)
{
	char part[4096];
	ssize_t n;

	for (int i = 0; c->out >= 0 && i < PIPE_HOLDS / (int)sizeof part; i++) {
		n = fd_read_some(c->out, part, sizeof part);
		if (n < 0)
			return;
		if (n == 0) {
			close(c->out);
			c->out = -1;
		} else if (out->len < max) {
			buf_add(out, part, (size_t)n < max - out->len ? (size_t)n : max - out->len);
		}
	}
}

/* Without a pidfd the kernel cannot tell us, so that we have to ask. */
static int
wait_a_bit(const struct child *c, uint64_t deadline)
{
	int left = clock_poll_ms(deadline);

	return c->ended >= 0 || (left >= 0 && left < 20) ? left : 20;
}

int
capture_run(const char *path, char *const argv[], char *const envp[], const char *cwd, uint64_t deadline, size_t max,
    enum capture_what what, struct buf *out, int *status)
{
	const struct program p = { path, argv, envp, cwd };
	struct child c;
	pid_t done = 0;

	buf_str(out, "");
	if (start_caught(&c, &p, what) != 0)
		return -1;
	while (done == 0 && clock_poll_ms(deadline) != 0) {
		struct pollfd fds[2] = { { c.ended, POLLIN, 0 }, { c.out, POLLIN, 0 } };

		if (poll(fds, 2, wait_a_bit(&c, deadline)) < 0 && errno != EINTR)
			break;
		drain(&c, max, out);
		done = waitpid(c.pid, status, WNOHANG);
	}
	if (done == 0) {
		kill(-c.pid, SIGKILL);
		wait_for(c.pid, status);
	}
	drain(&c, max, out);
	if (c.out >= 0 && what == CAPTURE_KEEP)
		(void)fcntl(c.out, F_SETPIPE_SZ, KEPT_PIPE_HOLDS);
	else if (c.out >= 0)
		close(c.out);
	if (c.ended >= 0)
		close(c.ended);
	errno = ETIMEDOUT;
	return done == 0 ? -1 : 0;
}

int
capture_none(const char *path, char *const argv[], char *const envp[], const char *cwd, int *status)
{
	const struct program p = { path, argv, envp, cwd };
	pid_t pid = start(&p, CAPTURE_OUTPUT, -1);

	return pid < 0 ? -1 : wait_for(pid, status);
}
