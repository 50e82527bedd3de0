#include "svc/keeper_start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "os/clock.h"
#include "os/detach.h"
#include "os/lock.h"
#include "os/proc.h"
#include "os/title.h"
#include "svc/record.h"

static _Noreturn void
become_keeper(const struct service *svc, struct context *ctx, const struct keeper_place *place, int starter_fd)
{
	char text[CONTROL_TEXT], *title = mem_fmt("svkeeper %s", svc->name);

	title_set(place->argc, place->argv, "svkeeper", title);
	keeper_run(svc, ctx, place, starter_fd, text);
	_exit(0);
}

enum { END_S = 5 };

/* who is killed closes one descriptor after the other: the socket that we hear it by, and the lock on its record, in any order */
static void
await_end(const char *dir)
{
	char *path = mem_fmt("%s/record", dir);
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0) {
		(void)!lock_wait(fd, clock_after(END_S * UINT64_C(1000000)));
		close(fd);
	}
	free(path);
}

/* a keeper that did not come to its end: its record goes, unless it names a process that others must know of */
static void
tidy(const char *dir)
{
	struct record r;
	int fd;

	await_end(dir);
	fd = record_create(dir);
	if (fd < 0)
		return;
	if (record_read(fd, &r) != 0 || r.main == 0 || proc_alive(r.main, r.main_start) == 0)
		record_remove(dir);
	close(fd);
}

/* the keeper on the other end of pair[0]; -1 with errno when there is none */
static int
leave_keeper(const struct service *svc, struct context *ctx, const struct keeper_place *place)
{
	int pair[2], keep_fds[2 + SOCKETS_MAX], saved;
	size_t n = 2;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	keep_fds[0] = place->record_fd;
	keep_fds[1] = pair[1];
	for (size_t i = 0; place->sockets && i < place->sockets->n_held; i++)
		keep_fds[n++] = place->sockets->held[i];
	pid = detach_fork(keep_fds, n);
	if (pid == 0)
		become_keeper(svc, ctx, place, pair[1]);
	saved = errno;
	close(pair[1]);
	if (pid > 0)
		return pair[0];
	close(pair[0]);
	errno = saved;
	return -1;
}

int
keeper_start(const struct service *svc, struct context *ctx, const struct keeper_place *place, char *text)
{
	int fd = leave_keeper(svc, ctx, place), code = -1;

	*text = '\0';
	if (fd < 0)
		fmt_to(text, CONTROL_TEXT, "unable to make its keeper: %s", strerror(errno));
	close(place->record_fd);
	if (fd >= 0)
		code = control_hear(fd, text);
	if (code >= 0)
		return code;
	if (fd >= 0)
		fmt_to(text, CONTROL_TEXT, "its keeper ended unexpectedly");
	tidy(place->dir);
	return 1;
}
