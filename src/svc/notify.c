#include "svc/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "base/utf8.h"
#include "os/fd.h"

enum { MESSAGE_MAX = 4096, FDS_MAX = 253 };

int
notify_bind(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd, on = 1;

	if (strlen(path) >= sizeof a.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(a.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	unlink(path);
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 &&
	    bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && chmod(path, 0777) == 0)
		return fd;
	return fd_drop(fd);
}

int
notify_bind_abstract(char *address, size_t size)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t len = sizeof a;
	int fd, on = 1;

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	/* an address without a name: the kernel gives one, unix(7) "autobind" */
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 &&
	    bind(fd, (struct sockaddr *)&a, sizeof(sa_family_t)) == 0 && getsockname(fd, (struct sockaddr *)&a, &len) == 0 &&
	    fmt_to(address, size, "@%.*s", (int)(len - sizeof(sa_family_t) - 1), a.sun_path + 1) < size)
		return fd;
	return fd_drop(fd);
}

static uint64_t
number(const char *s)
{
	uint64_t n;

	return num_u64(s, 0, UINT64_MAX, &n) == 0 ? n : 0;
}

static void
take(struct notify_message *m, const char *key, const char *value)
{
	uint64_t n = number(value);
	bool one = strcmp(value, "1") == 0;

	if (strcmp(key, "READY") == 0)
		m->ready = one;
	else if (strcmp(key, "RELOADING") == 0)
		m->reloading = one;
	else if (strcmp(key, "STOPPING") == 0)
		m->stopping = one;
	else if (strcmp(key, "WATCHDOG") == 0)
		m->watchdog = one, m->watchdog_trigger = strcmp(value, "trigger") == 0;
	else if (strcmp(key, "MAINPID") == 0)
		m->main_pid = n > 1 && n <= 4194304 ? (pid_t)n : 0;
	else if (strcmp(key, "ERRNO") == 0)
		m->errnum = n < 4096 ? (int)n : 0;
	else if (strcmp(key, "EXTEND_TIMEOUT_USEC") == 0)
		m->extend_us = n;
	else if (strcmp(key, "WATCHDOG_USEC") == 0)
		m->watchdog_us = n;
	else if (strcmp(key, "STATUS") == 0)
		m->has_status = true, utf8_clean(m->status, sizeof m->status, value, strlen(value));
}

void
notify_parse(char *text, struct notify_message *m)
{
	char *line, *next = text, *value;

	while ((line = strsep(&next, "\n")))
		if ((value = strchr(line, '='))) {
			*value++ = '\0';
			take(m, line, value);
		}
}

static void
close_passed(struct cmsghdr *c)
{
	size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	int fd;

	for (size_t i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
		close(fd);
	}
}

int
notify_receive(int fd, struct notify_message *out)
{
	char text[MESSAGE_MAX + 1];
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control;
	struct iovec io = { text, MESSAGE_MAX };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	struct ucred cred = { 0, (uid_t)-1, (gid_t)-1 };
	ssize_t n;

	n = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_RIGHTS)
			close_passed(c);
		else if (c->cmsg_type == SCM_CREDENTIALS)
			memcpy(&cred, CMSG_DATA(c), sizeof cred);
	}
	memset(out, 0, sizeof *out);
	out->sender = cred.pid;
	out->uid = cred.uid;
	/* a message cut short by our buffer could say something else than it meant */
	if (!(m.msg_flags & MSG_TRUNC)) {
		text[n] = '\0';
		notify_parse(text, out);
	}
	return 1;
}
