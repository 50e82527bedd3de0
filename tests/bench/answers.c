/*
 * answers [-k] [-u USER] PROGRAM PROBE COMMAND [ARG...]
 *
 * Runs the command, which starts a daemon, and prints in microseconds how long it took until somebody executed PROGRAM for the first time (its file
 * was opened; 0: not seen), until the command ended (with -k: 0), and until the daemon answered; and the processor time that all this looking took.
 * The daemon answers when PROBE does: "tcp:PORT" of 127.0.0.1 or "unix:PATH" take a connection, "http:PORT" says something, "dgram:PATH" takes a
 * datagram, "file:PATH" is there and not empty; "end" is the end of the command.  A process of its own asks every tenth of a millisecond; there must be
 * no answer before.
 * -k: the command is the daemon itself, as USER; it gets SIGTERM when it has answered.  The exit status is the command's, 0 with -k, 125 when it went wrong.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EACH_US = 100, MOST_MS = 20000, GOES_MS = 2000 };

struct probe {
	int family, type;	/* AF_UNSPEC: a file */
	bool http;
	const char *path;	/* NULL: the end of the command */
	struct sockaddr_in in;
	struct sockaddr_un un;
};

static long
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)(t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

static bool
read_probe(struct probe *p, const char *text)
{
	*p = (struct probe){ .type = SOCK_STREAM, .path = strchr(text, ':') };
	if (strcmp(text, "end") == 0)
		return true;
	if (!p->path || strlen(++p->path) >= sizeof p->un.sun_path)
		return false;
	p->http = strncmp(text, "http:", 5) == 0;
	if (strncmp(text, "tcp:", 4) == 0 || p->http) {
		p->family = AF_INET;
		p->in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(p->path)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	} else if (strncmp(text, "unix:", 5) == 0 || strncmp(text, "dgram:", 6) == 0) {
		p->family = AF_UNIX;
		p->type = *text == 'd' ? SOCK_DGRAM : SOCK_STREAM;
		p->un.sun_family = AF_UNIX;
		strcpy(p->un.sun_path, p->path);
	} else if (strncmp(text, "file:", 5) != 0) {
		return false;
	}
	return true;
}

/* a server that only tries its configuration listens too, and never says a word */
static bool
says_something(int fd)
{
	static const char question[] = "GET / HTTP/1.0\r\n\r\n";
	char c;

	return send(fd, question, sizeof question - 1, MSG_NOSIGNAL) > 0 && recv(fd, &c, 1, 0) == 1;
}

static bool
answers(const struct probe *p)
{
	struct stat st;
	bool yes;
	int fd;

	if (!p->path)
		return false;
	if (p->family == AF_UNSPEC)
		return stat(p->path, &st) == 0 && st.st_size > 0;
	fd = socket(p->family, p->type | SOCK_CLOEXEC, 0);
	if (p->family == AF_INET)
		yes = connect(fd, (const void *)&p->in, sizeof p->in) == 0 && (!p->http || says_something(fd));
	else
		yes = connect(fd, (const void *)&p->un, sizeof p->un) == 0;
	close(fd);
	return yes;
}

/* who asks; says when it was answered */
static pid_t
ask(const struct probe *probe, int told)
{
	pid_t pid = fork();
	long now;

	if (pid != 0)
		return pid;
	while (!answers(probe))
		nanosleep(&(struct timespec){ 0, EACH_US * 1000 }, NULL);
	now = now_us();
	_exit(write(told, &now, sizeof now) != (ssize_t)sizeof now);
}

/* a process that ends closes its sockets after it has lost its name */
static bool
still_answers(const struct probe *p)
{
	for (int ms = 0; ms < GOES_MS; ms++) {
		if (!answers(p))
			return false;
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	}
	return true;
}

static pid_t
run(char *argv[], const struct passwd *user)
{
	pid_t pid = vfork();

	if (pid == 0) {
		dup2(2, 1);
		if (user && (setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
			_exit(126);
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

struct times {
	long executed, ended, answered;	/* -1: not yet */
};

/* false: it takes too long */
static bool
watch(struct times *t, int opened, int process, int told, bool until_answer)
{
	struct pollfd p[3] = { { opened, POLLIN, 0 }, { process, POLLIN, 0 }, { told, POLLIN, 0 } };

	while (t->answered < 0 || (t->ended < 0 && !until_answer)) {
		if (poll(p, 3, MOST_MS) <= 0)
			return false;
		if (p[0].revents)
			t->executed = now_us();
		if (p[1].revents)
			t->ended = now_us();
		if (told < 0)
			t->answered = t->ended;
		else if (p[2].revents && read(told, &t->answered, sizeof t->answered) != (ssize_t)sizeof t->answered)
			return false;
		for (int i = 0; i < 3; i++)
			if (p[i].revents)
				p[i].fd = -1;
	}
	return true;
}

static long
since(long begin, long when)
{
	return when < begin ? 0 : when - begin;
}

int
main(int argc, char *argv[])
{
	struct times t = { -1, -1, -1 };
	int opened = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), told[2] = { -1, -1 }, status, c;
	const struct passwd *user = NULL;
	struct rusage own = { 0 };
	struct probe probe;
	bool kills = false, ok;
	pid_t pid, asks = 0;
	long begin;

	while ((c = getopt(argc, argv, "+ku:")) != -1)
		if (c == 'k')
			kills = true;
		else if (c != 'u' || !(user = getpwnam(optarg)))
			return 125;
	argv += optind;
	if (argc - optind < 3 || !read_probe(&probe, argv[1]) || inotify_add_watch(opened, argv[0], IN_OPEN) < 0 || still_answers(&probe)) {
		fprintf(stderr, "answers: wrong usage, there is no %s, or %s answers before anything is started\n", argv[0], argv[1]);
		return 125;
	}
	if (probe.path && pipe2(told, O_CLOEXEC) == 0)
		asks = ask(&probe, told[1]);
	begin = now_us();
	pid = run(argv + 2, user);
	ok = watch(&t, opened, (int)syscall(SYS_pidfd_open, pid, 0), told[0], kills);
	if (kills)
		kill(pid, SIGTERM);
	if (asks && !ok)
		kill(asks, SIGKILL);
	if ((asks && wait4(asks, NULL, 0, &own) != asks) || waitpid(pid, &status, 0) != pid || !ok)
		return 125;
	printf("%ld %ld %ld %ld\n", since(begin, t.executed), since(begin, t.ended), since(begin, t.answered),
	    (long)(own.ru_utime.tv_usec + own.ru_stime.tv_usec));
	return kills ? 0 : WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
