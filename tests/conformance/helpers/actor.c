/*
 * actor: the fake daemon that the cases start, stop and look at.
 *
 * It writes what it was born with to log/NAME.PID beside its own executable (one "KEY VALUE" a line, see state_write), then notes each signal
 * that it gets in log/NAME.PID.sig.  HUP, INT, QUIT, ABRT, ALRM, PIPE and TERM end it; other signals are noted only.
 *
 * --detach          go to the background as a daemon does; the first process returns when the state is written
 * --tell            with --detach, the first process prints the pid
 * --pidfile FILE    write the pid there, before the first process returns
 * --ignore SIG      note it and live on (number or one of the names below)
 * --linger MS       take that long to die after the signal
 * --forget FILE     remove FILE when the signal comes, before one lingers
 * --successor       leave a child behind when the signal comes, which lives on and dies of the next
 * --exit MS[:CODE]  end by oneself
 * --notify TEXT     send TEXT (\n is a newline) to $NOTIFY_SOCKET; may be repeated; sent in order
 * --notify-after MS before each message
 * --notify-child    a child process sends them
 * --say TEXT        a line to stdout, --complain TEXT a line to stderr
 * --comm NAME       change one's name
 * --family N        start N children, which note signals as NAME-child.PID
 * Other arguments are ignored, and so the actor can stand in for an interpreter.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MESSAGES_MAX 8
#define FDS_SEEN 1024

struct role {
	char dir[4096];
	char name[256];
	const char *pidfile;
	const char *forget;
	bool successor;
	const char *message[MESSAGES_MAX];
	int nmessage;
	int notify_after_ms;
	bool notify_child;
	bool detach;
	bool tell;
	bool ignored[65];
	int linger_ms;
	int exit_ms;		/* -1: live until told otherwise */
	int exit_code;
	int family;
};

static const struct {
	const char *name;
	int sig;
} signals[] = {
	{ "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT }, { "ABRT", SIGABRT }, { "ALRM", SIGALRM }, { "PIPE", SIGPIPE },
	{ "TERM", SIGTERM }, { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "CONT", SIGCONT }, { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN },
	{ "TTOU", SIGTTOU }, { "TRAP", SIGTRAP }, { "URG", SIGURG }, { "IO", SIGIO }, { "WINCH", SIGWINCH },
};

static const char *
signal_name(int sig)
{
	static char number[16];
	size_t i;

	for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
		if (signals[i].sig == sig)
			return signals[i].name;
	snprintf(number, sizeof number, "%d", sig);
	return number;
}

static int
signal_number(const char *text)
{
	size_t i;
	int n;

	for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
		if (strcmp(signals[i].name, text) == 0)
			return signals[i].sig;
	n = atoi(text);
	if (n < 1 || n > 64)
		errx(99, "no such signal: %s", text);
	return n;
}

static void
nap(int ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000L };

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

/* --- what one is born with --- */

static void
put_signals(FILE *f, const char *key, bool (*has)(int))
{
	int sig;

	fprintf(f, "%s ", key);
	for (sig = 1; sig <= 31; sig++)
		if (has(sig))
			fprintf(f, "%s,", signal_name(sig));
	fputc('\n', f);
}

static bool
is_ignored(int sig)
{
	struct sigaction sa;

	return sigaction(sig, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN;
}

static bool
is_blocked(int sig)
{
	sigset_t set;

	sigprocmask(SIG_BLOCK, NULL, &set);
	return sigismember(&set, sig) == 1;
}

static void
put_fds(FILE *f)
{
	int fd;

	fputs("fds ", f);
	for (fd = 0; fd < FDS_SEEN; fd++)
		if (fd != fileno(f) && fcntl(fd, F_GETFD) >= 0)
			fprintf(f, "%d,", fd);
	fputc('\n', f);
}

static void
put_link(FILE *f, const char *key, const char *link)
{
	char target[4096];
	ssize_t n = readlink(link, target, sizeof target - 1);

	target[n < 0 ? 0 : n] = '\0';
	fprintf(f, "%s %s\n", key, n < 0 ? "-" : target);
}

static void
put_groups(FILE *f)
{
	gid_t list[64];
	int n = getgroups(64, list), i;

	fputs("groups ", f);
	for (i = 0; i < n; i++)
		fprintf(f, "%u,", (unsigned)list[i]);
	fputc('\n', f);
}

static void
put_scheduling(FILE *f)
{
	struct sched_param param = { 0 };
	long io = syscall(SYS_ioprio_get, 1, 0);
	char text[32] = "-";
	FILE *oom = fopen("/proc/self/oom_score_adj", "r");

	sched_getparam(0, &param);
	fprintf(f, "nice %d\npolicy %d:%d\nioprio %ld:%ld\n", getpriority(PRIO_PROCESS, 0), sched_getscheduler(0), param.sched_priority, io >> 13, io & 0x1fff);
	if (oom != NULL) {
		if (fgets(text, sizeof text, oom) != NULL)
			text[strcspn(text, "\n")] = '\0';
		fclose(oom);
	}
	fprintf(f, "oom %s\n", text);
}

static bool
has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static mode_t
current_umask(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return mask;
}

static void
put_words(FILE *f, const char *key, char **words)
{
	for (; *words != NULL; words++)
		fprintf(f, "%s %s\n", key, *words);
}

static void
put_capabilities(FILE *f)
{
	char line[256], set[16], value[32];
	FILE *status = fopen("/proc/self/status", "re");

	while (status != NULL && fgets(line, sizeof line, status) != NULL)
		if (sscanf(line, "%15[A-Za-z]: %31s", set, value) == 2 && strncmp(set, "Cap", 3) == 0)
			fprintf(f, "%s %s\n", set, value);
	if (status != NULL)
		fclose(status);
}

/* From now on signals wait for live(): who has seen our state may send them. */
static void
hold_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	sigdelset(&all, SIGCHLD);
	sigprocmask(SIG_SETMASK, &all, NULL);
}

static void
state_write(const struct role *role, const char *suffix, char **argv, char **envp)
{
	char path[8192], final[8000], cwd[4096];
	FILE *f;

	snprintf(final, sizeof final, "%s/log/%s%s.%d", role->dir, role->name, suffix, (int)getpid());
	snprintf(path, sizeof path, "%s.new", final);
	f = fopen(path, "we");
	if (f == NULL) {
		hold_signals();
		return;
	}
	fprintf(f, "pid %d\npgid %d\nsid %d\n", (int)getpid(), (int)getpgrp(), (int)getsid(0));
	fprintf(f, "session %s\ntty %s\n", getsid(0) == getpid() ? "leader" : "member", has_terminal() ? "yes" : "no");
	fprintf(f, "cwd %s\numask %04o\n", getcwd(cwd, sizeof cwd) != NULL ? cwd : "-", (unsigned)current_umask());
	fprintf(f, "uid %d %d\ngid %d %d\n", (int)getuid(), (int)geteuid(), (int)getgid(), (int)getegid());
	put_fds(f);
	put_groups(f);
	put_signals(f, "ignored", is_ignored);
	put_signals(f, "blocked", is_blocked);
	put_scheduling(f);
	put_capabilities(f);
	put_link(f, "stdin", "/proc/self/fd/0");
	put_link(f, "stdout", "/proc/self/fd/1");
	put_link(f, "stderr", "/proc/self/fd/2");
	fprintf(f, "nnp %d\nsecbits %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_SECUREBITS));
	put_words(f, "arg", argv);
	put_words(f, "env", envp);
	fclose(f);
	hold_signals();
	rename(path, final);
}

static void
note(const struct role *role, const char *suffix, const char *text, int from)
{
	char path[8192], line[64];
	int fd, n;

	snprintf(path, sizeof path, "%s/log/%s%s.%d.sig", role->dir, role->name, suffix, (int)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0)
		return;
	n = snprintf(line, sizeof line, "%s %d\n", text, from);
	if (write(fd, line, (size_t)n) != n)
		_exit(98);
	close(fd);
}

/* --- what one does --- */

static void
notify(const char *text)
{
	const char *where = getenv("NOTIFY_SOCKET");
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char message[8192];
	size_t n = 0;
	int fd;

	if (where == NULL || strlen(where) >= sizeof addr.sun_path)
		return;
	strcpy(addr.sun_path, where);
	if (where[0] == '@')
		addr.sun_path[0] = '\0';
	for (; *text != '\0' && n < sizeof message; text++)
		if (text[0] == '\\' && text[1] == 'n') {
			message[n++] = '\n';
			text++;
		} else {
			message[n++] = *text;
		}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, message, n, 0, (struct sockaddr *)&addr, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(where)));
	close(fd);
}

static void
notify_all(const struct role *role)
{
	int i;

	for (i = 0; i < role->nmessage; i++) {
		nap(role->notify_after_ms);
		notify(role->message[i]);
	}
}

static void
pidfile_write(const char *path, pid_t pid)
{
	FILE *f = fopen(path, "we");

	if (f == NULL)
		err(97, "%s", path);
	fprintf(f, "%d\n", (int)pid);
	fclose(f);
}

static bool
ends_us(const struct role *role, int sig)
{
	static const int deadly[] = { SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGALRM, SIGPIPE, SIGTERM };
	size_t i;

	for (i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
		if (deadly[i] == sig)
			return !role->ignored[sig];
	return false;
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* The next signal, or -1 and EAGAIN at the time end (-1: never). */
static int
next_signal(const sigset_t *set, siginfo_t *info, long end)
{
	long left = end - now_ms();
	struct timespec t = { 0, 0 };

	if (end < 0)
		return sigwaitinfo(set, info);
	if (left > 0)
		t = (struct timespec){ left / 1000, (left % 1000) * 1000000L };
	return sigtimedwait(set, info, &t);
}

static int
live(const struct role *role, const char *suffix)
{
	sigset_t all;
	siginfo_t info;
	long end = now_ms() + role->exit_ms;
	int sig;

	sigfillset(&all);
	sigdelset(&all, SIGCHLD);
	for (;;) {
		sig = next_signal(&all, &info, role->exit_ms < 0 ? -1 : end);
		if (sig < 0 && errno == EAGAIN)
			return role->exit_code;
		if (sig < 0)
			continue;
		note(role, suffix, signal_name(sig), info.si_pid);
		if (ends_us(role, sig)) {
			if (role->forget != NULL)
				unlink(role->forget);
			if (role->successor && fork() == 0)
				return live(&(struct role){ .exit_ms = -1 }, "-successor");
			nap(role->linger_ms);
			return 0;
		}
	}
}

static void
family_start(const struct role *role, char **argv, char **envp)
{
	int i;

	if (role->family > 0)
		hold_signals();
	for (i = 0; i < role->family; i++)
		if (fork() == 0) {
			state_write(role, "-child", argv, envp);
			_exit(live(role, "-child"));
		}
}

static int
daemon_life(const struct role *role, char **argv, char **envp, int ready)
{
	if (role->pidfile != NULL)
		pidfile_write(role->pidfile, getpid());
	family_start(role, argv, envp);
	if (role->notify_child) {
		if (fork() == 0) {
			notify_all(role);
			_exit(0);
		}
	} else if (role->notify_after_ms == 0) {
		notify_all(role);
	}
	state_write(role, "", argv, envp);
	if (ready >= 0) {
		dprintf(ready, "%d\n", (int)getpid());
		close(ready);
	}
	if (!role->notify_child && role->notify_after_ms > 0)
		notify_all(role);
	return live(role, "");
}

static int
detach(const struct role *role, char **argv, char **envp)
{
	int ready[2], null;
	char text[32];
	ssize_t n;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		err(96, "detach");
	if (pid > 0) {
		close(ready[1]);
		n = read(ready[0], text, sizeof text);
		waitpid(pid, NULL, 0);
		return n > 0 && (!role->tell || write(1, text, (size_t)n) == n) ? 0 : 95;
	}
	close(ready[0]);
	setsid();
	if (fork() > 0)
		_exit(0);
	null = open("/dev/null", O_RDWR);
	if (null >= 0) {
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		if (null > 2)
			close(null);
	}
	return daemon_life(role, argv, envp, ready[1]);
}

static void
find_oneself(struct role *role)
{
	const char *path = (const char *)getauxval(AT_EXECFN);
	const char *slash = strrchr(path, '/');

	snprintf(role->name, sizeof role->name, "%s", slash != NULL ? slash + 1 : path);
	snprintf(role->dir, sizeof role->dir, "%.*s", slash != NULL ? (int)(slash - path) : 1, slash != NULL ? path : ".");
}

static void
learn(struct role *role, const char *opt, const char *value)
{
	if (strcmp(opt, "--pidfile") == 0)
		role->pidfile = value;
	else if (strcmp(opt, "--forget") == 0)
		role->forget = value;
	else if (strcmp(opt, "--ignore") == 0)
		role->ignored[signal_number(value)] = true;
	else if (strcmp(opt, "--linger") == 0)
		role->linger_ms = atoi(value);
	else if (strcmp(opt, "--notify-after") == 0)
		role->notify_after_ms = atoi(value);
	else if (strcmp(opt, "--notify") == 0 && role->nmessage < MESSAGES_MAX)
		role->message[role->nmessage++] = value;
	else if (strcmp(opt, "--family") == 0)
		role->family = atoi(value);
	else if (strcmp(opt, "--comm") == 0)
		prctl(PR_SET_NAME, value);
	else if (strcmp(opt, "--say") == 0)
		dprintf(1, "%s\n", value);
	else if (strcmp(opt, "--complain") == 0)
		dprintf(2, "%s\n", value);
	else if (strcmp(opt, "--exit") == 0) {
		role->exit_ms = atoi(value);
		role->exit_code = strchr(value, ':') != NULL ? atoi(strchr(value, ':') + 1) : 0;
	}
}

int
main(int argc, char **argv, char **envp)
{
	static struct role role = { .exit_ms = -1 };
	int i;

	find_oneself(&role);
	for (i = 1; i < argc; i++)
		if (strcmp(argv[i], "--detach") == 0)
			role.detach = true;
		else if (strcmp(argv[i], "--successor") == 0)
			role.successor = true;
		else if (strcmp(argv[i], "--tell") == 0)
			role.tell = true;
		else if (strcmp(argv[i], "--notify-child") == 0)
			role.notify_child = true;
		else if (i + 1 < argc)
			learn(&role, argv[i], argv[i + 1]);
	return role.detach ? detach(&role, argv, envp) : daemon_life(&role, argv, envp, -1);
}
