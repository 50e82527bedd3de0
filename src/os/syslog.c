#include "os/syslog.h"

#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/fmt.h"

int
syslog_open(void)
{
	static const struct sockaddr_un where = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		int fd = socket(AF_UNIX, types[i] | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), saved;

		if (fd < 0)
			return -1;
		if (connect(fd, (const struct sockaddr *)&where, sizeof where) == 0)
			return fd;
		saved = errno;
		close(fd);
		errno = saved;
		if (saved != EPROTOTYPE)
			break;
	}
	return -1;
}

int
syslog_send(int fd, int priority, const char *tag, pid_t pid, const char *line, size_t n)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char head[128], pidtext[16] = "", end = '\0';
	time_t now = time(NULL);
	struct iovec io[3];
	struct msghdr m = { .msg_iov = io, .msg_iovlen = 3 };
	struct tm t;
	int len;

	if (!localtime_r(&now, &t))
		t = (struct tm){ .tm_mday = 1 };
	if (pid > 0)
		fmt_to(pidtext, sizeof pidtext, "[%ld]", (long)pid);
	len = fmt_to(head, sizeof head, "<%d>%s %2d %02d:%02d:%02d %.64s%s: ", priority, months[t.tm_mon], t.tm_mday,
	    t.tm_hour, t.tm_min, t.tm_sec, tag, pidtext);
	io[0] = (struct iovec){ head, (size_t)len };
	/* sendmsg(2) reads it only */
	io[1].iov_base = (void *)(uintptr_t)line;
	io[1].iov_len = n;
	/* stream sockets need an end of record, a NUL; datagrams do not mind it */
	io[2].iov_base = &end;
	io[2].iov_len = 1;
	return sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -1 : 0;
}
