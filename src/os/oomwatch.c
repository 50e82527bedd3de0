#include "os/oomwatch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/fd.h"
#include "os/file.h"

/* in both versions, in a line of its own */
static bool
count(int file, uint64_t *n)
{
	static const char key[] = "\noom_kill ";
	char text[1024] = "\n";
	const char *found;
	ssize_t got = pread(file, text + 1, sizeof text - 2, 0);

	if (got < 0)
		return false;
	text[got + 1] = '\0';
	found = str_find(text, key);
	*n = found ? num_leading(found + sizeof key - 1) : 0;
	return found != NULL;
}

/* version 1: an eventfd(2) that the kernel writes to, in front of each kill */
static int
ask_to_be_told(struct oomwatch *w, const char *dir)
{
	char *path = mem_fmt("%s/cgroup.event_control", dir), line[32];
	int r = -1;

	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->fd >= 0) {
		fmt_to(line, sizeof line, "%d %d", w->fd, w->file);
		r = file_put(AT_FDCWD, path, line);
	}
	free(path);
	return r;
}

int
oomwatch_open(struct oomwatch *w, const char *dir, int version)
{
	char *path = mem_fmt("%s/%s", dir, version == 2 ? "memory.events" : "memory.oom_control");

	*w = (struct oomwatch)OOMWATCH_INIT;
	w->file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	free(path);
	if (w->file < 0)
		return -1;
	/* what is read now is not told */
	w->counts = count(w->file, &w->seen);
	w->events = version == 2 ? POLLPRI : POLLIN;
	if (version == 2)
		w->fd = w->file;
	else if (ask_to_be_told(w, dir) != 0) {
		int saved = errno;

		oomwatch_close(w);
		errno = saved;
		return -1;
	}
	return 0;
}

uint64_t
oomwatch_look(struct oomwatch *w)
{
	uint64_t told = 0, now = w->seen, more;

	if (w->file < 0)
		return 0;
	if (w->fd != w->file && read(w->fd, &told, sizeof told) != (ssize_t)sizeof told)
		told = 0;
	if (!w->counts)
		return told;
	count(w->file, &now);
	more = now > w->seen ? now - w->seen : 0;
	w->seen = now;
	w->soon = !more && (told || w->soon);
	return more;
}

void
oomwatch_close(struct oomwatch *w)
{
	if (w->fd >= 0 && w->fd != w->file)
		close(w->fd);
	if (w->file >= 0)
		close(w->file);
	*w = (struct oomwatch)OOMWATCH_INIT;
}
