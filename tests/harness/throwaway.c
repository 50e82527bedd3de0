/*
 * throwaway [OPTION]... COMMAND [ARGUMENT]...
 *
 * Runs a command as root in a copy of the host that does not outlive it: fresh mount, pid, uts, ipc, net and cgroup
 * namespaces over an overlay whose upper layer is a tmpfs.  /run, /tmp and /dev are new and empty, the interface lo is up,
 * PID 1 reaps orphans at once, kernel settings are read-only, the nice level is 0.  When the command ends, or this program
 * is killed, every process in there is killed and everything that was written is gone.  The exit status is the command's,
 * 128 + N if signal N ended it, 125 if the throw-away root cannot be had (one line on stderr says why).
 *
 *   -b DIR    show this directory of the host at its place, as an overlay too (default: the working directory)
 *   -w DIR    show this directory of the host at its place, writable: the one way out
 *   -l ROOT   take this directory instead of the host's /
 *   -N        keep the host's network
 *   -R        only reap: no namespaces, no other root; what the command leaves behind is killed (needs no root)
 *
 * Works in a plain chroot too (where / is not a mount point, so that pivot_root(2) is not to be had).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mounts.h"

enum { DIRS_MAX = 16, CAP_SYS_MODULE_BIT = 16, CAP_SYS_RAWIO_BIT = 17, CAP_SYS_TIME_BIT = 25, CAP_SYSLOG_BIT = 34 };

struct room {
	const char *lower;	/* the root that is copied */
	const char *shown[DIRS_MAX], *writable[DIRS_MAX];
	int n_shown, n_writable;
	bool own_network, only_reap;
	char cwd[PATH_MAX];
	char work[64];		/* where our tmpfs is mounted: u/ w/ root/ and the cgroup */
	char cgroup[128];	/* our cgroup, below work; "" if there is none */
};

void
refuse(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fprintf(stderr, "throwaway: no throw-away root: %s: %s\n", text, strerror(errno));
	_exit(125);
}

static int
status_of(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/* wait for one child, reaping whatever else ends meanwhile */
static int
reap_until(pid_t pid)
{
	int status;
	pid_t got;

	do
		got = wait(&status);
	while (got != pid && (got > 0 || errno == EINTR));
	return got == pid ? status_of(status) : 125;
}

static pid_t
run_command(char *argv[])
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	execvp(argv[0], argv);
	fprintf(stderr, "throwaway: unable to execute %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* --- only reaping --- */

static bool
kill_children(void)
{
	char path[64], list[4096];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, list, sizeof list - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	list[n] = '\0';
	for (char *p = strtok(list, " "); p; p = strtok(NULL, " "))
		kill((pid_t)strtol(p, NULL, 10), SIGKILL);
	return true;
}

static int
only_reap(char *argv[])
{
	int status;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		refuse("subreaper");
	status = reap_until(run_command(argv));
	while (kill_children() && wait(NULL) > 0)
		;
	return status;
}

/* --- the outer process: the cgroup, the namespaces --- */

static bool
below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* an empty directory of the host that may be covered by our tmpfs: one that nothing we show lies in */
static void
choose_work(struct room *r)
{
	static const char *const candidates[] = { "/mnt", "/media", "/srv", "/opt", "/home", "/var/tmp" };

	for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
		bool free_of_us = access(candidates[i], F_OK) == 0 && !below(r->lower, candidates[i]);

		for (int k = 0; k < r->n_shown; k++)
			free_of_us = free_of_us && !below(r->shown[k], candidates[i]);
		for (int k = 0; k < r->n_writable; k++)
			free_of_us = free_of_us && !below(r->writable[k], candidates[i]);
		if (free_of_us) {
			snprintf(r->work, sizeof r->work, "%s", candidates[i]);
			return;
		}
	}
	errno = ENOENT;
	refuse("a directory to work in");
}

static void
make_cgroup(struct room *r)
{
	char at[96];

	snprintf(at, sizeof at, "%s/cgroup", r->work);
	if (mkdir(at, 0755) != 0 || mount("cgroup2", at, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
		return;
	snprintf(r->cgroup, sizeof r->cgroup, "%s/throwaway-%ld", at, (long)getpid());
	if (mkdir(r->cgroup, 0755) != 0)
		r->cgroup[0] = '\0';
}

static void
enter_cgroup(const struct room *r)
{
	char path[160];
	int fd;

	if (!r->cgroup[0])
		return;
	snprintf(path, sizeof path, "%s/cgroup.procs", r->cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1 || unshare(CLONE_NEWCGROUP) != 0)
		refuse("cgroup %s", r->cgroup);
	close(fd);
}

static int
enter_namespaces(const struct room *r)
{
	int flags = CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;

	return unshare(r->own_network ? flags | CLONE_NEWNET : flags);
}

/* --- the inner process, PID 1 --- */

static void
lo_up(void)
{
	struct ifreq req = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		ioctl(fd, SIOCSIFFLAGS, &req);
		close(fd);
	}
}

static void
drop_host_powers(void)
{
	static const int caps[] = { CAP_SYS_MODULE_BIT, CAP_SYS_RAWIO_BIT, CAP_SYS_TIME_BIT, CAP_SYSLOG_BIT };

	for (size_t i = 0; i < sizeof caps / sizeof *caps; i++)
		if (prctl(PR_CAPBSET_DROP, caps[i]) != 0 && errno != EINVAL)
			refuse("dropping a capability");
}

static void
build_root(const struct room *r)
{
	mounts_private();
	mounts_root(r->lower, r->work);
	for (int i = 0; i < r->n_shown; i++)
		mounts_show(r->shown[i], r->work);
	for (int i = 0; i < r->n_writable; i++)
		mounts_bind(r->writable[i], r->work);
	mounts_kernel(r->work, r->cgroup[0] != '\0');
	mounts_enter(r->work);
}

/* what the caller ignores, the libc's own real-time signals too, must not colour what tests see */
static void
plain_signals(void)
{
	static const unsigned long zeroes[16];

	for (int s = 1; s < _NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			syscall(SYS_rt_sigaction, s, zeroes, NULL, _NSIG / 8);
}

static _Noreturn void
be_init(const struct room *r, char *argv[])
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	enter_cgroup(r);
	if (unshare(CLONE_NEWNS) != 0)
		refuse("mount namespace");
	build_root(r);
	if (r->own_network)
		lo_up();
	if (sethostname("throwaway", 9) != 0)
		refuse("host name");
	if (chdir(r->cwd) != 0 && chdir("/") != 0)
		refuse("%s", r->cwd);
	setenv("THROWAWAY", "1", 1);
	setpriority(PRIO_PROCESS, 0, 0);
	drop_host_powers();
	plain_signals();
	_exit(reap_until(run_command(argv)));
}

static volatile pid_t inner;

static void
end_inner(int sig)
{
	(void)sig;
	kill(inner, SIGKILL);
}

/* to be interrupted is to end the inner world first, so that nothing of it stays on the host */
static void
catch_signals(void)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction act = { .sa_handler = end_inner };

	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof sigs / sizeof *sigs; i++)
		sigaction(sigs[i], &act, NULL);
}

static int
run_inside(struct room *r, char *argv[])
{
	int status;

	if (geteuid() != 0) {
		errno = EPERM;
		refuse("must be root");
	}
	if (unshare(CLONE_NEWNS) != 0)
		refuse("mount namespace");
	mounts_private();
	choose_work(r);
	mounts_work(r->work);
	make_cgroup(r);
	if (enter_namespaces(r) != 0)
		refuse("namespaces");
	inner = fork();
	if (inner == 0)
		be_init(r, argv);
	if (inner < 0)
		refuse("fork");
	catch_signals();
	status = reap_until(inner);
	if (r->cgroup[0])
		mounts_remove_cgroups(r->cgroup);
	return status;
}

/* --- the command line --- */

static const char *
directory(const char *path)
{
	char *real = realpath(path, NULL);

	if (!real || strpbrk(real, ",:\\")) {
		if (real)
			errno = EINVAL;
		refuse("%s", path);
	}
	return real;
}

static void
add(const char *list[], int *n, const char *path)
{
	if (*n == DIRS_MAX) {
		errno = E2BIG;
		refuse("%s", path);
	}
	list[(*n)++] = directory(path);
}

int
main(int argc, char *argv[])
{
	struct room r = { .lower = "/", .own_network = true };
	int c;

	while ((c = getopt(argc, argv, "+b:w:l:NR")) != -1)
		switch (c) {
		case 'b': add(r.shown, &r.n_shown, optarg); break;
		case 'w': add(r.writable, &r.n_writable, optarg); break;
		case 'l': r.lower = directory(optarg); break;
		case 'N': r.own_network = false; break;
		case 'R': r.only_reap = true; break;
		default: return 125;
		}
	if (optind == argc) {
		fputs("usage: throwaway [-NR] [-b DIR] [-w DIR] [-l ROOT] COMMAND [ARGUMENT]...\n", stderr);
		return 125;
	}
	if (r.only_reap)
		return only_reap(argv + optind);
	if (!getcwd(r.cwd, sizeof r.cwd))
		refuse("working directory");
	if (r.n_shown == 0 && r.lower[1] == '\0' && r.cwd[1] != '\0')
		add(r.shown, &r.n_shown, r.cwd);
	return run_inside(&r, argv + optind);
}
