/*
 * talker serve [-n COUNT] [-x STATUS] [-o FILE]: a daemon that takes its sockets from whom starts it.
 * talker answer [-o FILE]: for one connection, which is its standard input, or descriptor 3 when it is told so by LISTEN_FDS.
 * talker wait: takes them and does nothing.
 * talker ask ADDRESS: connects to "/path", "@abstract", "PORT" or "HOST:PORT", and prints what comes, up to the end; status 1 if nobody listens.
 * talker tell ADDRESS: the same by a datagram, and prints the answer of one.
 *
 * The first two write to FILE what they were given: the environment, and "N TYPE ADDRESS" for each descriptor from 3 on, and for standard streams that are of the internet.  They answer with "PID word",
 * where word is REMOTE_ADDR or "hello".  serve ends after COUNT answers with STATUS; a standard input that is a socket is served as well.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_un un;
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;
};

static void
print_address(FILE *out, int fd)
{
	union address a;
	socklen_t n = sizeof a;
	char text[INET6_ADDRSTRLEN];
	int on = 0;
	socklen_t m = sizeof on;

	memset(&a, 0, sizeof a);
	if (getsockname(fd, &a.any, &n) != 0)
		fprintf(out, "-");
	else if (a.any.sa_family == AF_UNIX)
		fprintf(out, "%s%s", a.un.sun_path[0] ? "" : "@", a.un.sun_path[0] ? a.un.sun_path : a.un.sun_path + 1);
	else if (a.any.sa_family == AF_INET)
		fprintf(out, "%s:%d", inet_ntop(AF_INET, &a.in4.sin_addr, text, sizeof text), ntohs(a.in4.sin_port));
	else if (a.any.sa_family == AF_INET6) {
		getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, &m);
		fprintf(out, "[%s]:%d%s", inet_ntop(AF_INET6, &a.in6.sin6_addr, text, sizeof text), ntohs(a.in6.sin6_port), on ? " only" : "");
	} else
		fprintf(out, "family %d", a.any.sa_family);
}

static void
print_fd(FILE *out, int fd)
{
	int type = 0, listens = 0;
	socklen_t n = sizeof type;
	struct stat st;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) != 0) {
		fprintf(out, "%d %s\n", fd, fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) ? "fifo" : "file");
		return;
	}
	n = sizeof listens;
	getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n);
	fprintf(out, "%d %s%s%s ", fd, type == SOCK_STREAM ? "stream" : type == SOCK_DGRAM ? "datagram" : type == SOCK_SEQPACKET ? "seqpacket" : "raw",
	    listens ? "" : " connected", fcntl(fd, F_GETFL) & O_NONBLOCK ? " nonblocking" : "");
	print_address(out, fd);
	fputc('\n', out);
}

static int
is_internet(int fd)
{
	union address a;
	socklen_t n = sizeof a;

	return getsockname(fd, &a.any, &n) == 0 && a.any.sa_family != AF_UNIX;
}

static int
count_of_fds(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");

	return pid && n && atol(pid) == (long)getpid() ? atoi(n) : 0;
}

static void
report(const char *path)
{
	static const char *const names[] = { "LISTEN_FDS", "LISTEN_FDNAMES", "REMOTE_ADDR" };
	char *new = malloc(strlen(path) + 5);
	FILE *out;

	sprintf(new, "%s.new", path);
	out = fopen(new, "w");
	if (!out)
		exit(2);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (getenv(names[i]))
			fprintf(out, "%s=%s\n", names[i], getenv(names[i]));
	fprintf(out, "own LISTEN_PID %s\n", count_of_fds() ? "yes" : "no");
	for (int fd = 0; fcntl(fd, F_GETFD) >= 0 && fd != fileno(out); fd++)
		if (fd > 2 || is_internet(fd))
			print_fd(out, fd);
	fclose(out);
	rename(new, path);
}

static void
answer(int fd)
{
	const char *from = getenv("REMOTE_ADDR");
	char text[100];

	snprintf(text, sizeof text, "%ld %s\n", (long)getpid(), from ? from : "hello");
	if (write(fd, text, strlen(text)) < 0)
		perror("write");
}

static void
serve_one(int fd)
{
	union address from;
	socklen_t n = sizeof from;
	char text[100];
	int c, listens = 0;
	socklen_t m = sizeof listens;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &m) == 0 && listens) {
		c = accept(fd, NULL, NULL);
		if (c >= 0) {
			answer(c);
			close(c);
		}
	} else if (recvfrom(fd, text, sizeof text, 0, &from.any, &n) >= 0) {
		snprintf(text, sizeof text, "%ld got\n", (long)getpid());
		sendto(fd, text, strlen(text), 0, &from.any, n);
	}
}

static int
serve(int count, int status)
{
	struct pollfd p[64];
	int n = count_of_fds(), in = n == 0;

	for (int i = 0; i < n + in && i < 64; i++)
		p[i] = (struct pollfd){ in ? 0 : 3 + i, POLLIN, 0 };
	while (count != 0) {
		if (poll(p, (nfds_t)(n + in), -1) < 0)
			return 2;
		for (int i = 0; i < n + in; i++)
			if (p[i].revents) {
				serve_one(p[i].fd);
				count -= count > 0;
			}
	}
	return status;
}

static socklen_t
parse(union address *a, char *text)
{
	char *colon = strrchr(text, ':');

	memset(a, 0, sizeof *a);
	if (*text == '/' || *text == '@') {
		a->un.sun_family = AF_UNIX;
		strcpy(a->un.sun_path, text);
		if (*text == '@')
			a->un.sun_path[0] = '\0';
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(text));
	}
	a->in4.sin_family = AF_INET;
	a->in4.sin_port = htons((in_port_t)atoi(colon ? colon + 1 : text));
	if (colon)
		*colon = '\0';
	inet_pton(AF_INET, colon ? text : "127.0.0.1", &a->in4.sin_addr);
	return sizeof a->in4;
}

static int
ask(char *to, int type)
{
	union address a, own = { .un = { .sun_family = AF_UNIX } };
	socklen_t n = parse(&a, to);
	int fd = socket(a.any.sa_family, type, 0);
	char text[200];
	ssize_t got;

	/* to be answered, a socket needs a name */
	if (type == SOCK_DGRAM && a.any.sa_family == AF_UNIX)
		bind(fd, &own.any, sizeof own.un.sun_family);
	if (fd < 0 || connect(fd, &a.any, n) != 0 || (type == SOCK_DGRAM && send(fd, "x", 1, 0) != 1)) {
		perror("connect");
		return 1;
	}
	while ((got = read(fd, text, sizeof text)) > 0) {
		fwrite(text, 1, (size_t)got, stdout);
		if (type == SOCK_DGRAM)
			break;
	}
	return got < 0;
}

int
main(int argc, char *argv[])
{
	int c, count = -1, status = 0;
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 3 && strcmp(verb, "ask") == 0)
		return ask(argv[2], SOCK_STREAM);
	if (argc == 3 && strcmp(verb, "tell") == 0)
		return ask(argv[2], SOCK_DGRAM);
	while (argc == 2 && strcmp(verb, "wait") == 0)
		pause();
	optind = 2;
	while ((c = getopt(argc, argv, "n:x:o:")) != -1)
		switch (c) {
		case 'n': count = atoi(optarg); break;
		case 'x': status = atoi(optarg); break;
		case 'o': report(optarg); break;
		default: return 2;
		}
	if (strcmp(verb, "serve") == 0)
		return serve(count, status);
	if (strcmp(verb, "answer") == 0) {
		answer(count_of_fds() ? 3 : 1);
		return status;
	}
	return 2;
}
