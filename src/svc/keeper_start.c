#include "svc/keeper_start.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/detach.h"
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

/* a keeper that did not come to its end: its record goes, unless it names a process that others must know of */
static void
tidy(const char *dir)
{
	struct record r;
	int fd = record_create(dir);

	if (fd < 0)
		return;
	if (record_read(fd, &r) != 0 || r.main == 0 || proc_alive(r.main, r.main_start) == 0)
		record_remove(dir);
	close(fd);
}

int
keeper_start(const struct service *svc, struct context *ctx, const struct keeper_place *place, char *text)
{
	int pair[2], keep_fds[2], code;
	pid_t pid;

	*text = '\0';
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		snprintf(text, CONTROL_TEXT, "unable to make a socket: %s", strerror(errno));
		return 1;
	}
	keep_fds[0] = place->record_fd;
	keep_fds[1] = pair[1];
	pid = detach_fork(keep_fds, 2);
	if (pid == 0)
		become_keeper(svc, ctx, place, pair[1]);
	close(pair[1]);
	if (pid < 0) {
		snprintf(text, CONTROL_TEXT, "unable to fork: %s", strerror(errno));
		close(pair[0]);
		return 1;
	}
	close(place->record_fd);
	code = control_hear(pair[0], text);
	if (code < 0) {
		snprintf(text, CONTROL_TEXT, "its keeper ended unexpectedly");
		tidy(place->dir);
		code = 1;
	}
	return code;
}
