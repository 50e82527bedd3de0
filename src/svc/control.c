#include "svc/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "os/fd.h"

static int
address(struct sockaddr_un *a, const char *path)
{
	memset(a, 0, sizeof *a);
	a->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof a->sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(a->sun_path, path, strlen(path));
	return 0;
}

int
control_listen(const char *path)
{
	struct sockaddr_un a;
	mode_t mask;
	int fd, r;

	if (address(&a, path) != 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	unlink(path);
	mask = umask(0177);
	r = bind(fd, (struct sockaddr *)&a, sizeof a);
	umask(mask);
	return r == 0 && listen(fd, 16) == 0 ? fd : fd_drop(fd);
}

int
control_accept(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	int client;

	client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (client < 0)
		return -1;
	if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0 || (peer.uid != 0 && peer.uid != geteuid()))
		return fd_drop(client);
	return client;
}

int
control_request_of(int client)
{
	char c[2];
	ssize_t n = recv(client, c, sizeof c, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	return n == 1 && strchr("srplw", c[0]) ? c[0] : CONTROL_NONE;
}

union fd_space {
	char room[CMSG_SPACE(CONTROL_FDS * sizeof(int))];
	struct cmsghdr align;
};

void
control_reply_with(int client, int code, const char *text, const int *fds, size_t n)
{
	char line[CONTROL_TEXT + 16];
	size_t len = fmt_to(line, sizeof line, "%d %.*s", code, CONTROL_TEXT - 1, text);
	struct iovec v = { line, len };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	union fd_space space = { { 0 } };

	if (n > 0) {
		struct cmsghdr *c;

		m.msg_control = space.room;
		m.msg_controllen = CMSG_SPACE(n * sizeof *fds);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof *fds);
		memcpy(CMSG_DATA(c), fds, n * sizeof *fds);
	}
	/* the asker may have gone: that is its affair */
	(void)sendmsg(client, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(client);
}

void
control_reply(int client, int code, const char *text)
{
	control_reply_with(client, code, text, NULL, 0);
}

static void
take_fds(struct msghdr *m, int *fds, size_t *n)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
			*n = (c->cmsg_len - CMSG_LEN(0)) / sizeof *fds;
			memcpy(fds, CMSG_DATA(c), *n * sizeof *fds);
		}
}

/* fds: NULL: none are wanted */
static int
hear(int fd, char *text, int *fds, size_t *count)
{
	char line[CONTROL_TEXT + 16], *rest;
	struct iovec v = { line, sizeof line - 1 };
	union fd_space space;
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	ssize_t n;

	if (fds) {
		m.msg_control = space.room;
		m.msg_controllen = sizeof space.room;
	}
	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		errno = n == 0 ? ECONNRESET : errno;
		return fd_drop(fd);
	}
	close(fd);
	if (fds)
		take_fds(&m, fds, count);
	line[n] = '\0';
	rest = line + (*line == '-');
	rest += strspn(rest, "0123456789");
	fmt_to(text, CONTROL_TEXT, "%s", *rest == ' ' ? rest + 1 : rest);
	return *line != '-' && num_leading(line) <= 255 ? (int)num_leading(line) : 1;
}

int
control_hear(int fd, char *text)
{
	return hear(fd, text, NULL, NULL);
}

/* the connection on which it was asked */
static int
ask(const char *path, enum control_request request)
{
	struct sockaddr_un a;
	char c = (char)request;
	int fd;

	if (address(&a, path) != 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
		return fd_drop(fd);
	if (send(fd, &c, 1, MSG_NOSIGNAL) != 1) {
		errno = errno == EPIPE ? ECONNRESET : errno;
		return fd_drop(fd);
	}
	return fd;
}

int
control_ask(const char *path, enum control_request request, char *text)
{
	int fd = ask(path, request);

	return fd < 0 ? -1 : control_hear(fd, text);
}

int
control_ask_with(const char *path, enum control_request request, char *text, int *fds, size_t *n)
{
	int fd = ask(path, request);

	*n = 0;
	return fd < 0 ? -1 : hear(fd, text, fds, n);
}

int
control_tell(const char *path, enum control_request request)
{
	int fd = ask(path, request);

	return fd < 0 ? -1 : close(fd);
}
