#include "svc/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fd.h"

static int
check_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -1;
	errno = EMLINK;
	return S_ISREG(st.st_mode) && st.st_nlink > 1 ? -1 : 0;
}

static int
open_file(const char *path, enum service_output kind)
{
	int flags = kind == SERVICE_OUT_APPEND ? O_APPEND : 0;
	/* a FIFO that somebody has put there must not hold us */
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC | flags, 0640);

	if (fd < 0)
		return -1;
	/* emptied only now: a file that is refused keeps its content */
	if (check_file(fd) == 0 && fd_set_nonblock(fd, 0) == 0 && (kind != SERVICE_OUT_TRUNCATE || ftruncate(fd, 0) == 0))
		return fd;
	return fd_drop(fd);
}

/* 0; -1 with errno, and *path what could not be opened */
static int
open_stream(struct streams *s, int i, enum service_output kind, int sock, const char **path)
{
	switch (kind) {
	case SERVICE_OUT_NULL:
	case SERVICE_OUT_LOG:
		return 0;
	case SERVICE_OUT_INHERIT:
		/* output inherits from input, error from output */
		s->fd[i] = s->fd[i - 1];
		return 0;
	case SERVICE_OUT_SOCKET:
		s->fd[i] = sock;
		return 0;
	case SERVICE_OUT_TTY:
		*path = "/dev/console";
		s->opened[i - 1] = open(*path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
		break;
	default:
		s->opened[i - 1] = open_file(*path, kind);
	}
	s->fd[i] = s->opened[i - 1];
	return s->fd[i] < 0 ? -1 : 0;
}

bool
streams_take_socket(const struct service *svc)
{
	return svc->in_socket || svc->out == SERVICE_OUT_SOCKET || svc->err == SERVICE_OUT_SOCKET;
}

int
streams_open(struct streams *s, const struct service *svc, int log, int sock, const char **path)
{
	/* who talks to a socket answers there, unless told otherwise */
	enum service_output out = svc->in_socket && !svc->out_set ? SERVICE_OUT_INHERIT : svc->out;

	*s = (struct streams){ { svc->in_socket ? sock : CHILD_FD_NULL, CHILD_FD_NULL, CHILD_FD_NULL }, { -1, -1 } };
	if (out == SERVICE_OUT_LOG)
		s->fd[1] = log;
	if (svc->err == SERVICE_OUT_LOG)
		s->fd[2] = log;
	*path = svc->out_path;
	if (open_stream(s, 1, out, sock, path) == 0) {
		*path = svc->err_path;
		if (open_stream(s, 2, svc->err, sock, path) == 0)
			return 0;
	}
	streams_close(s);
	return -1;
}

void
streams_close(struct streams *s)
{
	int saved = errno;

	for (int i = 0; i < 2; i++)
		if (s->opened[i] >= 0)
			close(s->opened[i]);
	s->opened[0] = s->opened[1] = -1;
	errno = saved;
}
