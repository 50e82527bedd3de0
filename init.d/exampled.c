/*
 * exampled: a small daemon that does by itself what a well-made daemon does, in one file, to be read from main() on:
 * two forks (or none), its own session, / as working directory, a umask, no inherited descriptors, a pidfile locked
 * against a second instance, syslog, SIGHUP to read its configuration again, SIGTERM for a clean end, readiness
 * and watchdog messages in the sd_notify(3) protocol without a library.
 *
 * Its second use is in tests: the options below "bad manners" make it behave as daemons should not.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum { WORD_MAX = 200, NEVER = -1 };

struct daemon {
	/* what it is told: see rows[] */
	bool foreground, notify;
	const char *pidfile, *config, *state, *user;
	/* bad manners */
	bool deaf, deaf_hup, before_ready, never_ready, handover, hold, no_watchdog;
	int start_ms, after_ms, children, strays, lines, signal;
	int status;		/* to end with, or NEVER */
	const char *pid_text, *name;
	/* what it knows */
	char greeting[WORD_MAX];	/* from the configuration */
	unsigned reloads;
	int pid_fd;		/* open and locked as long as it lives, -1: none */
	int ready_fd;		/* the first process waits at the other end, -1: nobody waits */
	uint64_t watchdog_ms;	/* 0: nobody watches */
};

/* one row an option: it is parsed, explained and stored by this alone */
static const struct row {
	int id;			/* a letter, or a number for those that have none */
	const char *name, *arg, *help;
	size_t field;		/* in struct daemon: a bool without arg, an int with max, else a string */
	int max;
} rows[] = {
	{ 'h', "help", NULL, "print this help", 0, 0 },
	{ 'f', "foreground", NULL, "do not fork, stay with the caller", offsetof(struct daemon, foreground), 0 },
	{ 'n', "notify", NULL, "send READY=1 and kin to $NOTIFY_SOCKET", offsetof(struct daemon, notify), 0 },
	{ 'p', "pidfile", "FILE", "write the pid there and lock it (default without -f: /run/exampled.pid)", offsetof(struct daemon, pidfile), 0 },
	{ 'c', "config", "FILE", "read \"greeting = TEXT\" from there, again at SIGHUP", offsetof(struct daemon, config), 0 },
	{ 's', "state", "FILE", "keep one line there: pid, number of reloads, greeting", offsetof(struct daemon, state), 0 },
	{ 'u', "user", "NAME", "become this user once the pidfile is written", offsetof(struct daemon, user), 0 },
	{ 0, NULL, NULL, "bad manners:", 0, 0 },
	{ 256, "start-delay", "MS", "be ready only after that time", offsetof(struct daemon, start_ms), 3600000 },
	{ 257, "deaf", NULL, "ignore SIGTERM", offsetof(struct daemon, deaf), 0 },
	{ 258, "deaf-hup", NULL, "ignore SIGHUP", offsetof(struct daemon, deaf_hup), 0 },
	{ 259, "children", "N", "fork children that wait for a signal", offsetof(struct daemon, children), 1000 },
	{ 260, "strays", "N", "fork children with a session of their own that ignore TERM and HUP", offsetof(struct daemon, strays), 1000 },
	{ 261, "exit", "STATUS", "end at once with this status, before all else", offsetof(struct daemon, status), 255 },
	{ 262, "signal", "NUMBER", "end at once by this signal, before all else", offsetof(struct daemon, signal), 64 },
	{ 263, "after", "MS", "... not at once, but that long after being ready", offsetof(struct daemon, after_ms), 3600000 },
	{ 264, "before-ready", NULL, "... not at once, but when it should say that it is ready", offsetof(struct daemon, before_ready), 0 },
	{ 265, "never-ready", NULL, "do not say that it is ready, do not let the first process go", offsetof(struct daemon, never_ready), 0 },
	{ 266, "handover", NULL, "leave the work to a child: send MAINPID=, write its pid, and end", offsetof(struct daemon, handover), 0 },
	{ 267, "hold", NULL, "keep the descriptors that it was given", offsetof(struct daemon, hold), 0 },
	{ 268, "lines", "N", "write so many lines to stdout and as many to stderr", offsetof(struct daemon, lines), 1000000 },
	{ 269, "pid-text", "TEXT", "write TEXT into the pidfile, not the pid", offsetof(struct daemon, pid_text), 0 },
	{ 270, "name", "NAME", "be called NAME in ps", offsetof(struct daemon, name), 0 },
	{ 271, "no-watchdog", NULL, "send no WATCHDOG=1", offsetof(struct daemon, no_watchdog), 0 },
};
enum { ROWS = sizeof rows / sizeof *rows };

/* --- messages: to syslog, and to stderr for who looks on --- */

static void __attribute__((format(printf, 2, 3)))
say(int priority, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	vsyslog(priority, fmt, ap);
	if (priority <= LOG_ERR) {
		fputs("exampled: ", stderr);
		vfprintf(stderr, fmt, again);
		fputc('\n', stderr);
	}
	va_end(again);
	va_end(ap);
}

static _Noreturn void
fail(const char *what, const char *object)
{
	say(LOG_ERR, "unable to %s %s: %s", what, object, strerror(errno));
	exit(1);
}

/* sd_notify(3) in a few lines: one datagram to a socket that the environment names; '@' stands for an abstract one */
static void
notify(const struct daemon *d, const char *text)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t n = path ? strlen(path) : 0;
	int fd;

	if (!d->notify || n == 0 || n >= sizeof to.sun_path)
		return;
	memcpy(to.sun_path, path, n);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		say(LOG_WARNING, "unable to notify %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* --- configuration and state --- */

/* 0, or -1 after a message; the old greeting stays where the file cannot be used */
static int
read_config(struct daemon *d)
{
	char line[WORD_MAX], value[WORD_MAX] = "";
	FILE *f;
	int number = 0, r = 0;

	if (!d->config)
		return 0;
	f = fopen(d->config, "re");
	if (!f) {
		say(LOG_ERR, "unable to read %s: %s", d->config, strerror(errno));
		return -1;
	}
	while (r == 0 && fgets(line, sizeof line, f)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		if (sscanf(line, "greeting = %199[^\n]", value) != 1) {
			say(LOG_ERR, "unable to use %s:%d: not \"greeting = TEXT\"", d->config, number);
			r = -1;
		}
	}
	fclose(f);
	if (r == 0)
		memcpy(d->greeting, value, sizeof d->greeting);
	return r;
}

static void
write_state(const struct daemon *d)
{
	FILE *f;

	if (!d->state)
		return;
	f = fopen(d->state, "we");
	if (!f || fprintf(f, "%ld %u %s\n", (long)getpid(), d->reloads, d->greeting) < 0 || fclose(f) != 0)
		fail("write", d->state);
}

/* --- the pidfile --- */

/*
 * Open, lock, and only then write: the lock, not the content, says that someone lives.  The lock belongs to this
 * process alone, so it is taken after the last fork.  A predecessor that ends may unlink the file between our open and
 * our lock: then we hold a file without a name, and start again.
 */
static void
take_pidfile(struct daemon *d)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat mine, named;

	for (;;) {
		d->pid_fd = open(d->pidfile, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
		if (d->pid_fd < 0)
			fail("open", d->pidfile);
		if (fcntl(d->pid_fd, F_SETLK, &lock) != 0) {
			if (errno != EAGAIN && errno != EACCES)
				fail("lock", d->pidfile);
			fcntl(d->pid_fd, F_GETLK, &lock);
			say(LOG_ERR, "unable to start: running already as pid %ld", (long)lock.l_pid);
			exit(1);
		}
		if (fstat(d->pid_fd, &mine) == 0 && stat(d->pidfile, &named) == 0 &&
		    mine.st_ino == named.st_ino && mine.st_dev == named.st_dev)
			return;
		close(d->pid_fd);
	}
}

static void
write_pidfile(const struct daemon *d, pid_t pid)
{
	if (d->pid_fd < 0)
		return;
	if (ftruncate(d->pid_fd, 0) != 0 || lseek(d->pid_fd, 0, SEEK_SET) != 0)
		fail("truncate", d->pidfile);
	if ((d->pid_text ? dprintf(d->pid_fd, "%s\n", d->pid_text) : dprintf(d->pid_fd, "%ld\n", (long)pid)) < 0)
		fail("write", d->pidfile);
}

/* --- becoming a daemon --- */

static pid_t
fork_or_fail(void)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork", "a child");
	return pid;
}

static void
detach(struct daemon *d)
{
	unsigned char status = 1;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		fail("make", "a pipe");
	if (fork_or_fail() > 0) {
		/* the first process stays until the daemon is ready: the caller's next command shall find it working */
		close(ends[1]);
		while (read(ends[0], &status, 1) < 0 && errno == EINTR)
			;
		_exit(status);
	}
	close(ends[0]);
	d->ready_fd = ends[1];
	/* a session leader can get a controlling terminal by opening one: so a second fork, and the leader ends */
	if (setsid() < 0)
		fail("make", "a session");
	if (fork_or_fail() > 0)
		_exit(0);
}

/* whatever the caller had open is not ours to keep: a mount, a terminal, the other end of a pipe */
static void
close_inherited(const struct daemon *d)
{
	long max = sysconf(_SC_OPEN_MAX);

	for (int fd = 3; fd < max && fd < 65536 && !d->hold; fd++)
		if (fd != d->ready_fd)
			close(fd);
	if (d->foreground || d->hold)
		return;
	/* stderr stays until we are ready: the user is still looking */
	if (!freopen("/dev/null", "r+", stdin) || !freopen("/dev/null", "w", stdout))
		fail("open", "/dev/null");
}

static void
become(const char *user)
{
	const struct passwd *p = getpwnam(user);

	if (!p)
		errno = EINVAL;
	/* groups first, while we may; the uid last, since it takes the right to do the others away */
	if (!p || initgroups(user, p->pw_gid) != 0 || setgid(p->pw_gid) != 0 || setuid(p->pw_uid) != 0)
		fail("become", user);
}

static void
say_ready(struct daemon *d)
{
	char text[2 * WORD_MAX];
	const unsigned char good = 0;

	if (d->never_ready)
		return;
	snprintf(text, sizeof text, "READY=1\nSTATUS=greeting with \"%.99s\", %u reloads", d->greeting, d->reloads);
	notify(d, text);
	if (d->ready_fd < 0)
		return;
	if (!d->hold && dup2(STDIN_FILENO, STDERR_FILENO) < 0)
		fail("close", "stderr");
	if (write(d->ready_fd, &good, 1) != 1)
		say(LOG_WARNING, "unable to tell the first process: %s", strerror(errno));
	close(d->ready_fd);
	d->ready_fd = -1;
}

/* --- bad manners --- */

static void
end_badly(const struct daemon *d)
{
	if (d->signal) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		sigprocmask(SIG_SETMASK, &(sigset_t){ 0 }, NULL);
		raise(d->signal);
	}
	if (d->status != NEVER)
		_exit(d->status);
}

static void
fork_children(const struct daemon *d)
{
	for (int i = 0; i < d->children + d->strays; i++) {
		if (fork_or_fail() > 0)
			continue;
		if (i >= d->children) {
			setsid();
			signal(SIGTERM, SIG_IGN);
			signal(SIGHUP, SIG_IGN);
		}
		for (int fd = 3; fd < 64 && !d->hold; fd++)
			close(fd);
		sigprocmask(SIG_SETMASK, &(sigset_t){ 0 }, NULL);
		for (;;)
			pause();
	}
}

/* the worker goes on, the one that was started ends; whoever watches must be told who is the service now */
static void
hand_over(const struct daemon *d)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char text[64];
	pid_t pid = fork_or_fail();

	if (pid == 0) {
		/* locks are not inherited: ours comes free when the other ends */
		if (d->pid_fd >= 0 && fcntl(d->pid_fd, F_SETLKW, &lock) != 0)
			fail("lock", d->pidfile);
		return;
	}
	write_pidfile(d, pid);
	snprintf(text, sizeof text, "MAINPID=%ld", (long)pid);
	notify(d, text);
	_exit(0);
}

static void
be_called(char *argv[], const char *name)
{
	/* once is enough: the second time round argv[0] is right */
	if (strcmp(argv[0], name) != 0) {
		argv[0] = (char *)name;
		execv("/proc/self/exe", argv);
		fail("execute", "/proc/self/exe");
	}
	prctl(PR_SET_NAME, name);
}

/* --- the work --- */

static void
reload(struct daemon *d)
{
	struct timespec t;
	char text[64];

	clock_gettime(CLOCK_MONOTONIC, &t);
	snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000);
	notify(d, text);
	if (read_config(d) == 0)
		d->reloads++;
	say(LOG_INFO, "read the configuration again (%u)", d->reloads);
	write_state(d);
	say_ready(d);
}

/* signals arrive as data on a descriptor: no handler, nothing that may interrupt anything; false: time to end */
static bool
take_signal(struct daemon *d, int fd)
{
	struct signalfd_siginfo s;

	if (read(fd, &s, sizeof s) != (ssize_t)sizeof s)
		return true;
	switch (s.ssi_signo) {
	case SIGHUP:
		reload(d);
		return true;
	case SIGCHLD:
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		return true;
	default:
		say(LOG_INFO, "ending on signal %u", s.ssi_signo);
		return false;
	}
}

static int
signal_fd(const struct daemon *d)
{
	sigset_t set = { 0 };
	int fd;

	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	if (d->deaf)
		signal(SIGTERM, SIG_IGN);
	else
		sigaddset(&set, SIGTERM);
	if (d->deaf_hup)
		signal(SIGHUP, SIG_IGN);
	else
		sigaddset(&set, SIGHUP);
	sigprocmask(SIG_SETMASK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		fail("open", "a signal descriptor");
	return fd;
}

static void
serve(struct daemon *d, int sigs)
{
	struct pollfd p = { .fd = sigs, .events = POLLIN };
	int wait = d->watchdog_ms && !d->no_watchdog ? (int)(d->watchdog_ms / 2) : -1;
	bool dying = d->after_ms != NEVER && (d->signal || d->status != NEVER);

	do {
		int n = poll(&p, 1, dying ? d->after_ms : wait);

		if (n == 0 && dying)
			end_badly(d);
		else if (n == 0)
			notify(d, "WATCHDOG=1");
	} while (p.revents == 0 || take_signal(d, sigs));
}

/* false: a signal said that it is time to end */
static bool
start_slowly(struct daemon *d, int sigs)
{
	struct pollfd p = { .fd = sigs, .events = POLLIN };

	while (d->start_ms > 0 && poll(&p, 1, d->start_ms) > 0)
		if (!take_signal(d, sigs))
			return false;
	return true;
}

static void
begin(struct daemon *d)
{
	if (d->handover)
		hand_over(d);
	else
		write_pidfile(d, getpid());
	if (d->user)
		become(d->user);
	fork_children(d);
	write_state(d);
	say_ready(d);
	say(LOG_INFO, "ready");
}

static void
run(struct daemon *d)
{
	int sigs = signal_fd(d);

	if (d->pidfile)
		take_pidfile(d);
	if (read_config(d) != 0)
		exit(6);
	for (int i = 1; i <= d->lines; i++) {
		printf("line %d to stdout\n", i);
		fprintf(stderr, "line %d to stderr\n", i);
	}
	fflush(stdout);
	if (start_slowly(d, sigs)) {
		if (d->before_ready)
			end_badly(d);
		begin(d);
		serve(d, sigs);
	}
	notify(d, "STOPPING=1");
	if (d->pidfile && unlink(d->pidfile) != 0)
		say(LOG_WARNING, "unable to remove %s: %s", d->pidfile, strerror(errno));
}

/* --- the command line --- */

static int
number(const struct row *row, const char *text)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 0 || n > row->max) {
		fprintf(stderr, "exampled: unable to use --%s %s: not a number from 0 to %d\n", row->name, text, row->max);
		exit(2);
	}
	return (int)n;
}

static _Noreturn void
help(void)
{
	printf("usage: exampled [OPTION]...\nA small daemon to learn from and to test with.\n\n");
	for (int i = 0; i < ROWS; i++) {
		char left[64];

		if (!rows[i].name) {
			printf("\n%s\n", rows[i].help);
			continue;
		}
		snprintf(left, sizeof left, "--%s%s%s", rows[i].name, rows[i].arg ? " " : "", rows[i].arg ? rows[i].arg : "");
		printf("  %c%c%c %-20s %s\n", rows[i].id < 256 ? '-' : ' ', rows[i].id < 256 ? rows[i].id : ' ',
		    rows[i].id < 256 ? ',' : ' ', left, rows[i].help);
	}
	exit(fflush(stdout) == 0 ? 0 : 1);
}

static void
set_option(struct daemon *d, const struct row *row, const char *arg)
{
	void *field = (char *)d + row->field;

	if (row->id == 'h')
		help();
	else if (!row->arg)
		*(bool *)field = true;
	else if (row->max)
		*(int *)field = number(row, arg);
	else
		*(const char **)field = arg;
}

static void
parse(struct daemon *d, int argc, char *argv[])
{
	struct option longs[ROWS + 1] = { { 0 } };
	int c, n = 0;

	for (int i = 0; i < ROWS; i++)
		if (rows[i].name)
			longs[n++] = (struct option){ rows[i].name, rows[i].arg ? required_argument : no_argument, NULL, rows[i].id };
	while ((c = getopt_long(argc, argv, "fnp:c:s:u:h", longs, NULL)) != -1) {
		if (c == '?')
			exit(2);
		for (int i = 0; i < ROWS; i++)
			if (rows[i].id == c)
				set_option(d, &rows[i], optarg);
	}
	if (optind < argc) {
		fprintf(stderr, "exampled: unable to use operand %s: there are only options\n", argv[optind]);
		exit(2);
	}
}

int
main(int argc, char *argv[])
{
	struct daemon d = { .status = NEVER, .after_ms = NEVER, .pid_fd = -1, .ready_fd = -1, .greeting = "hello" };
	const char *watchdog = getenv("WATCHDOG_USEC");

	parse(&d, argc, argv);
	if (d.name)
		be_called(argv, d.name);
	if (d.after_ms == NEVER && !d.before_ready)
		end_badly(&d);
	if (!d.foreground && !d.pidfile)
		d.pidfile = "/run/exampled.pid";
	if (watchdog && d.notify)
		d.watchdog_ms = strtoull(watchdog, NULL, 10) / 1000;
	umask(022);
	if (!d.foreground)
		detach(&d);
	close_inherited(&d);
	if (chdir("/") != 0)
		fail("change to", "/");
	openlog("exampled", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	run(&d);
	return 0;
}
