/*
 * box DIR COMMAND [ARG...]: run a command in a sandbox of processes.
 *
 * The command runs in its own PID and mount namespaces: a kill(-1) in it reaches nothing outside, and every process it leaves dies with it.
 * Process 1 of the sandbox reaps orphans at once, so that a dead daemon is not a zombie for long.  /run is empty; /etc/passwd and /etc/group are
 * DIR/passwd and DIR/group.  Exit status: the command's, 128 + N when signal N killed it (a stray kill(-1), say), 125 when there is no sandbox.
 */
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_SANDBOX 125
#define WHOLE_CASE_SECONDS 60

static int
exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void
cover(const char *dir, const char *name, const char *target)
{
	char from[4096];

	snprintf(from, sizeof from, "%s/%s", dir, name);
	if (mount(from, target, NULL, MS_BIND, NULL) < 0)
		err(NO_SANDBOX, "mount %s on %s", from, target);
}

static void
arrange_mounts(const char *dir)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(NO_SANDBOX, "make mounts private");
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		err(NO_SANDBOX, "mount /proc");
	if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") < 0)
		err(NO_SANDBOX, "mount /run");
	cover(dir, "passwd", "/etc/passwd");
	cover(dir, "group", "/etc/group");
}

/* Whatever shell or build system runs the suite, the command starts with the same dispositions, mask and umask. */
static void
forget_signals(void)
{
	sigset_t none;
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	umask(022);
}

static int
reap_until(pid_t command)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = wait(&status);
		if (pid == command)
			return exit_code(status);
		if (pid < 0 && errno != EINTR)
			return NO_SANDBOX;
	}
}

static int
first_process(char **argv)
{
	pid_t pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	arrange_mounts(argv[1]);
	pid = fork();
	if (pid < 0)
		err(NO_SANDBOX, "fork");
	if (pid == 0) {
		setsid();
		forget_signals();
		execv(argv[2], argv + 2);
		err(NO_SANDBOX, "%s", argv[2]);
	}
	return reap_until(pid);
}

int
main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 3)
		errx(NO_SANDBOX, "usage: box DIR COMMAND [ARG...]");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0)
		err(NO_SANDBOX, "unshare (the suite needs root)");
	pid = fork();
	if (pid < 0)
		err(NO_SANDBOX, "fork");
	if (pid == 0)
		_exit(first_process(argv));
	alarm(WHOLE_CASE_SECONDS);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			err(NO_SANDBOX, "wait");
	return exit_code(status);
}
