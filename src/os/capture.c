#include "os/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/sig.h"

struct child {
	pid_t pid;
	int out;	/* what it prints; -1 when all has been read */
	int ended;	/* a pidfd; -1 on kernels without (before Linux 5.3) */
};

static _Noreturn void
become(const char *path, char *const argv[], char *const envp[], const char *cwd, enum capture_what what, int out, int fault)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	sig_reset();
	if (null >= 0 && dup2(null, 0) == 0 && dup2(out, 1) == 1 && (what == CAPTURE_OUTPUT || dup2(out, 2) == 2) && (!cwd || chdir(cwd) == 0))
		execve(path, argv, envp);
	fd_write_all(fault, &errno, sizeof errno);
	_exit(127);
}

static int
start(struct child *c, const char *path, char *const argv[], char *const envp[], const char *cwd, enum capture_what what)
{
	int out[2], fault[2], error = 0;

	if (pipe2(out, O_CLOEXEC) != 0)
		return -1;
	if (pipe2(fault, O_CLOEXEC) != 0) {
		close(out[0]);
		close(out[1]);
		return -1;
	}
	c->pid = fork();
	if (c->pid == 0)
		become(path, argv, envp, cwd, what, out[1], fault[1]);
	if (c->pid < 0)
		error = errno;
	close(out[1]);
	close(fault[1]);
	if (error == 0 && fd_read_full(fault[0], &error, sizeof error) == sizeof error)
		waitpid(c->pid, NULL, 0);
	close(fault[0]);
	c->out = out[0];
	fd_set_nonblock(c->out, 1);
	if (error == 0) {
		c->ended = (int)syscall(SYS_pidfd_open, c->pid, 0);
		return 0;
	}
	close(c->out);
	errno = error;
	return -1;
}

/* Take what is there to be read. */
static void
drain(struct child *c, size_t max, struct buf *out)
{
	char part[4096];
	ssize_t n;

	while (c->out >= 0 && (n = read(c->out, part, sizeof part)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		if (out->len < max)
			buf_add(out, part, (size_t)n < max - out->len ? (size_t)n : max - out->len);
	}
	if (c->out >= 0)
		close(c->out);
	c->out = -1;
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
	struct child c;
	pid_t done = 0;

	buf_str(out, "");
	if (start(&c, path, argv, envp, cwd, what) != 0)
		return -1;
	while (done == 0 && clock_poll_ms(deadline) != 0) {
		struct pollfd p[2] = { { c.ended, POLLIN, 0 }, { c.out, POLLIN, 0 } };

		if (poll(p, 2, wait_a_bit(&c, deadline)) < 0 && errno != EINTR)
			break;
		drain(&c, max, out);
		done = waitpid(c.pid, status, WNOHANG);
	}
	if (done == 0) {
		kill(-c.pid, SIGKILL);
		waitpid(c.pid, status, 0);
	}
	drain(&c, max, out);
	if (c.out >= 0)
		close(c.out);
	if (c.ended >= 0)
		close(c.ended);
	errno = ETIMEDOUT;
	return done == 0 ? -1 : 0;
}

int
capture_none(const char *path, char *const argv[], char *const envp[], const char *cwd, int *status)
{
	int fault[2], error = 0;
	pid_t pid;

	if (pipe2(fault, O_CLOEXEC) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		sig_reset();
		if (!cwd || chdir(cwd) == 0)
			execve(path, argv, envp);
		fd_write_all(fault[1], &errno, sizeof errno);
		_exit(127);
	}
	if (pid < 0)
		error = errno;
	close(fault[1]);
	if (pid > 0 && fd_read_full(fault[0], &error, sizeof error) != sizeof error)
		error = 0;
	close(fault[0]);
	while (pid > 0 && waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -1;
	errno = error;
	return error ? -1 : 0;
}
