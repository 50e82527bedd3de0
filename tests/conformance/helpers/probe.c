/*
 * probe: what the case interpreter needs and a shell has not.
 *
 * probe run OPTIONS DIR COMMAND [ARG...]  run it as the caller that the options describe; DIR/out, DIR/err and DIR/result say what came of it
 *     -u UID:GID[,GROUP...]  -m UMASK  -i SIGNAL (ignored)  -b SIGNAL (blocked)  -f FD (open)  -o OOM_SCORE_ADJ  -C DIRECTORY  -t (a terminal)
 *     -l NOFILE  -p NPROC  -N NICE  -x (an old kernel: no pidfd, no close_range)
 *     -c (stdin, stdout and stderr closed)  -k MS (deadline, 10000)  -n COPIES (at once; DIR/out holds the output of all)
 * probe list FILE            pids of the live processes that execute FILE (same file, or a deleted one of that path); zombies do not count
 * probe settle FILE MS       wait until there is none outside this session
 * probe zombie FILE          make a zombie of FILE, print its pid
 * probe keep FILE [ARG...]   start FILE as the child of a process that never reaps; print its pid
 * probe at PID FILE [ARG...] start FILE as process PID
 * probe heir PID FILE [ARG...]  wait in the background until PID is gone, then start FILE under the same pid
 * probe poke PID             send WINCH; a shell's own kill may send CONT with it
 * probe nap MS
 * probe stat FILE            mode uid gid size inode
 * probe fill FILE            write until the disk is full
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COPIES_MAX 64
#define TROUBLE 120

struct caller {
	const char *ids;
	const char *cwd;
	const char *oom;
	int umask;		/* -1: ours */
	int nofile;		/* -1: ours */
	int nproc;		/* -1: ours */
	int nice;
	bool old_kernel;
	bool closed;
	int fds[8];
	int nfd;
	sigset_t ignored;
	sigset_t blocked;
	int terminal;		/* the master side, or -1 */
	int deadline_ms;
	int copies;
};

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static void
nap(int ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000L };

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

/* --- run --- */

static void
become(const char *ids)
{
	gid_t groups[32];
	uid_t uid = (uid_t)strtoul(ids, NULL, 10);
	const char *p = strchr(ids, ':');
	int n = 0;

	for (; p != NULL && n < 32; p = strchr(p + 1, ','))
		groups[n++] = (gid_t)strtoul(p + 1, NULL, 10);
	if (n == 0 || setgroups((size_t)n - 1, groups + 1) < 0 || setgid(groups[0]) < 0 || setuid(uid) < 0)
		err(TROUBLE, "cannot become %s", ids);
}

static int
make_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		err(TROUBLE, "no terminal");
	return master;
}

static void
take_terminal(const char *name)
{
	int slave = open(name, O_RDWR | O_NOCTTY);

	if (slave < 0 || ioctl(slave, TIOCSCTTY, 0) < 0)
		err(TROUBLE, "no terminal");
	dup2(slave, 0);
	close(slave);
}

static void
put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(TROUBLE, "%s", path);
	close(fd);
}

static void
open_at(const char *path, int flags, int wanted)
{
	int fd = open(path, flags, 0644);

	if (fd < 0)
		err(TROUBLE, "%s", path);
	if (fd != wanted) {
		dup2(fd, wanted);
		close(fd);
	}
}

/* As on Linux 5.2: the calls that came later are not there.  Their numbers are the same on every machine. */
static void
forget_new_calls(void)
{
	static const struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 424, 5, 0),		/* pidfd_send_signal */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 434, 4, 0),		/* pidfd_open */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 435, 3, 0),		/* clone3 */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 436, 2, 0),		/* close_range */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 437, 1, 0),		/* openat2 */
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	};
	struct sock_fprog program = { sizeof filter / sizeof filter[0], (struct sock_filter *)filter };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		err(TROUBLE, "seccomp");
}

/* Without CAP_SYS_RESOURCE the hard limit is the most that can be had. */
static void
limit_files(rlim_t want)
{
	struct rlimit limit = { want, want };

	if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		err(TROUBLE, "nofile");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		err(TROUBLE, "nofile");
}

/* Nothing of ours, nor of who runs the suite, reaches the caller that is played; gate stays, close-on-exec. */
static void
close_above(int gate)
{
	int fd;

	for (fd = 3; fd < 1024; fd++)
		if (fd != gate)
			close(fd);
}

static void
play_caller(const struct caller *c, const char *out, const char *errors, char **argv, int gate)
{
	const char *terminal = c->terminal >= 0 ? ptsname(c->terminal) : NULL;
	char go;
	int i;

	setsid();
	close_above(gate);
	open_at("/dev/null", O_RDONLY, 0);
	open_at(out, O_WRONLY | O_CREAT | O_APPEND, 1);
	open_at(errors, O_WRONLY | O_CREAT | O_APPEND, 2);
	if (terminal != NULL)
		take_terminal(terminal);
	for (i = 0; i < c->nfd; i++)
		open_at("/dev/null", O_RDONLY, c->fds[i]);
	for (i = 1; i < 32; i++)
		if (sigismember(&c->ignored, i))
			signal(i, SIG_IGN);
	sigprocmask(SIG_SETMASK, &c->blocked, NULL);
	if (c->oom != NULL)
		put_text("/proc/self/oom_score_adj", c->oom);
	if (c->nofile >= 0)
		limit_files((rlim_t)c->nofile);
	if (c->nproc >= 0 && setrlimit(RLIMIT_NPROC, &(struct rlimit){ (rlim_t)c->nproc, (rlim_t)c->nproc }) < 0)
		err(TROUBLE, "nproc");
	if (c->cwd != NULL && chdir(c->cwd) < 0)
		err(TROUBLE, "%s", c->cwd);
	if (c->nice != 0 && setpriority(PRIO_PROCESS, 0, c->nice) < 0)
		err(TROUBLE, "nice");
	if (c->old_kernel)
		forget_new_calls();
	if (c->umask >= 0)
		umask((mode_t)c->umask);
	if (c->ids != NULL)
		become(c->ids);
	if (read(gate, &go, 1) != 0)
		_exit(TROUBLE);
	close(gate);
	for (i = 0; i < 3 && c->closed; i++)
		close(i);
	execvp(argv[0], argv);
	err(TROUBLE, "%s", argv[0]);
}

static void
put_result(FILE *f, int status, bool late)
{
	if (late)
		fputs("code timeout\n", f);
	else if (WIFSIGNALED(status))
		fprintf(f, "code signal-%d\n", WTERMSIG(status));
	else
		fprintf(f, "code %d\n", WEXITSTATUS(status));
}

static int
await(pid_t pid, long deadline, bool *late)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	long left = deadline - now_ms();
	int status = 0;

	*late = fd >= 0 && poll(&p, 1, left > 0 ? (int)left : 0) == 0;
	if (*late)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(fd);
	return status;
}

static int
run_copies(const struct caller *c, const char *dir, char **argv)
{
	char out[4096], errors[4096], result[4096];
	pid_t pid[COPIES_MAX];
	int gate[2], i, status;
	long start;
	bool late;
	FILE *f;

	snprintf(out, sizeof out, "%s/out", dir);
	snprintf(errors, sizeof errors, "%s/err", dir);
	snprintf(result, sizeof result, "%s/result", dir);
	unlink(out);
	unlink(errors);
	f = fopen(result, "we");
	if (f == NULL || pipe2(gate, O_CLOEXEC) < 0)
		err(TROUBLE, "%s", dir);
	for (i = 0; i < c->copies; i++) {
		pid[i] = fork();
		if (pid[i] < 0)
			err(TROUBLE, "fork");
		if (pid[i] == 0) {
			close(gate[1]);
			play_caller(c, out, errors, argv, gate[0]);
		}
	}
	start = now_ms();
	close(gate[1]);
	for (i = 0; i < c->copies; i++) {
		status = await(pid[i], start + c->deadline_ms, &late);
		put_result(f, status, late);
	}
	fprintf(f, "ms %ld\nsid %d\n", now_ms() - start, (int)pid[0]);
	fclose(f);
	return 0;
}

static int
run(int argc, char **argv)
{
	struct caller c = { .umask = -1, .nofile = -1, .nproc = -1, .terminal = -1, .deadline_ms = 10000, .copies = 1 };
	int opt;

	sigemptyset(&c.ignored);
	sigemptyset(&c.blocked);
	while ((opt = getopt(argc, argv, "+u:m:i:b:f:o:C:tl:k:n:N:xcp:")) != -1)
		switch (opt) {
		case 'u': c.ids = optarg; break;
		case 'm': c.umask = (int)strtol(optarg, NULL, 8); break;
		case 'i': sigaddset(&c.ignored, atoi(optarg)); break;
		case 'b': sigaddset(&c.blocked, atoi(optarg)); break;
		case 'f': c.fds[c.nfd++ & 7] = atoi(optarg); break;
		case 'o': c.oom = optarg; break;
		case 'C': c.cwd = optarg; break;
		case 't': c.terminal = make_terminal(); break;
		case 'l': c.nofile = atoi(optarg); break;
		case 'N': c.nice = atoi(optarg); break;
		case 'p': c.nproc = atoi(optarg); break;
		case 'c': c.closed = true; break;
		case 'x': c.old_kernel = true; break;
		case 'k': c.deadline_ms = atoi(optarg); break;
		case 'n': c.copies = atoi(optarg) > COPIES_MAX ? COPIES_MAX : atoi(optarg); break;
		default: return TROUBLE;
		}
	if (argc - optind < 2)
		errx(TROUBLE, "usage: probe run OPTIONS DIR COMMAND [ARG...]");
	return run_copies(&c, argv[optind], argv + optind + 1);
}

/* --- looking at processes --- */

static bool
is_zombie(const char *pid)
{
	char path[64], line[512], *state;
	FILE *f;
	bool yes = true;

	snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return true;
	if (fgets(line, sizeof line, f) != NULL && (state = strrchr(line, ')')) != NULL && state[1] == ' ')
		yes = state[2] == 'Z' || state[2] == 'X';
	fclose(f);
	return yes;
}

static bool
executes(const char *pid, const char *file)
{
	char path[64], target[4096];
	struct stat want, have;
	size_t len = strlen(file);
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%.20s/exe", pid);
	n = readlink(path, target, sizeof target - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	if (strncmp(target, file, len) == 0 && (target[len] == '\0' || strcmp(target + len, " (deleted)") == 0))
		return !is_zombie(pid);
	return stat(path, &have) == 0 && stat(file, &want) == 0 && have.st_dev == want.st_dev && have.st_ino == want.st_ino && !is_zombie(pid);
}

static int
count(const char *file, bool print, pid_t except_session)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	int n = 0;

	if (d == NULL)
		err(TROUBLE, "/proc");
	while ((e = readdir(d)) != NULL)
		if (isdigit((unsigned char)e->d_name[0]) && executes(e->d_name, file) && (except_session == 0 || getsid(atoi(e->d_name)) != except_session)) {
			n++;
			if (print)
				printf("%s\n", e->d_name);
		}
	closedir(d);
	return n;
}

static int
settle(const char *file, int ms)
{
	long end = now_ms() + ms;

	while (count(file, false, getsid(0)) > 0) {
		if (now_ms() > end)
			return 1;
		nap(2);
	}
	return 0;
}

/* --- making processes --- */

static void
let_go(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
}

/* Start argv, under a parent that never reaps it; print its pid, once it has ended if `dead`. */
static int
keep(char **argv, bool dead)
{
	int ready[2];
	siginfo_t info;
	pid_t pid;
	char text[32];
	ssize_t n;

	if (pipe2(ready, O_CLOEXEC) < 0)
		err(TROUBLE, "pipe");
	if (fork() > 0) {
		close(ready[1]);
		n = read(ready[0], text, sizeof text);
		return n > 0 && write(1, text, (size_t)n) == n ? 0 : TROUBLE;
	}
	let_go();
	pid = fork();
	if (pid == 0) {
		execv(argv[0], argv);
		_exit(TROUBLE);
	}
	if (pid < 0 || (dead && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0))
		_exit(TROUBLE);
	dprintf(ready[1], "%d\n", (int)pid);
	close(ready[1]);
	for (;;)
		pause();
}

/* Start argv as process wanted; -1 when that pid is not free. */
static int
start_at(pid_t wanted, char **argv)
{
	char text[32];
	pid_t pid;

	snprintf(text, sizeof text, "%d", (int)wanted - 1);
	put_text("/proc/sys/kernel/ns_last_pid", text);
	pid = fork();
	if (pid < 0)
		err(TROUBLE, "fork");
	if (pid > 0 && pid != wanted)
		waitpid(pid, NULL, 0);
	if (pid == 0) {
		if (getpid() != wanted)
			_exit(0);
		let_go();
		execv(argv[0], argv);
		_exit(TROUBLE);
	}
	return pid == wanted ? 0 : -1;
}

static int
heir(pid_t pid, char **argv)
{
	struct pollfd p = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };

	if (p.fd < 0)
		err(TROUBLE, "pidfd_open %d", (int)pid);
	if (fork() > 0)
		return 0;
	let_go();
	poll(&p, 1, -1);
	while (start_at(pid, argv) < 0)
		;
	for (;;)
		pause();
}

static int
at(pid_t pid, char **argv)
{
	if (fork() > 0)
		return 0;
	let_go();
	if (start_at(pid, argv) < 0)
		_exit(TROUBLE);
	for (;;)
		pause();
}

static int
stat_print(const char *file)
{
	struct stat st;

	if (lstat(file, &st) < 0)
		return 1;
	printf("%04o %u %u %lld %llu\n", (unsigned)(st.st_mode & 07777), (unsigned)st.st_uid, (unsigned)st.st_gid, (long long)st.st_size, (unsigned long long)st.st_ino);
	return 0;
}

static int
fill(const char *file)
{
	static const char block[4096];
	int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		err(TROUBLE, "%s", file);
	while (write(fd, block, sizeof block) > 0)
		;
	while (write(fd, block, 1) > 0)
		;
	return 0;
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";

	if (strcmp(verb, "run") == 0)
		return run(argc - 1, argv + 1);
	if (strcmp(verb, "list") == 0)
		return count(argv[2], true, 0) > 0 ? 0 : 1;
	if (strcmp(verb, "settle") == 0 && argc == 4)
		return settle(argv[2], atoi(argv[3]));
	if (strcmp(verb, "zombie") == 0)
		return keep((char *[]){ argv[2], (char[]){ "--exit" }, (char[]){ "0" }, NULL }, true);
	if (strcmp(verb, "keep") == 0)
		return keep(argv + 2, false);
	if (strcmp(verb, "at") == 0 && argc > 3)
		return at(atoi(argv[2]), argv + 3);
	if (strcmp(verb, "heir") == 0 && argc > 3)
		return heir(atoi(argv[2]), argv + 3);
	if (strcmp(verb, "stat") == 0)
		return stat_print(argv[2]);
	if (strcmp(verb, "fill") == 0)
		return fill(argv[2]);
	if (strcmp(verb, "poke") == 0)
		return kill(atoi(argv[2]), SIGWINCH) == 0 ? 0 : 1;
	if (strcmp(verb, "nap") == 0)
		nap(atoi(argv[2]));
	else
		errx(TROUBLE, "usage: see the head of probe.c");
	return 0;
}
