#include "svc/bound.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/uevent.h"
#include "svc/specifier.h"

/* udev's name /sys/subsystem/KIND/devices/NAME, as the kernel has it; NULL for another */
static char *
of_subsystem(const char *path)
{
	static const char prefix[] = "/sys/subsystem/", middle[] = "/devices/";
	const char *kind = str_starts(path, prefix) ? path + sizeof prefix - 1 : NULL, *at = kind ? str_find(kind, middle) : NULL;
	char *bus;

	if (!at)
		return NULL;
	bus = mem_fmt("/sys/bus/%.*s%s", (int)(at - kind), kind, at);
	if (access(bus, F_OK) == 0)
		return bus;
	free(bus);
	return mem_fmt("/sys/class/%.*s/%s", (int)(at - kind), kind, at + sizeof middle - 1);
}

char *
bound_path(const char *unit)
{
	char *stem, *plain, *path = NULL, *mapped;

	if (!str_ends(unit, ".device"))
		return NULL;
	stem = mem_strn(unit, strlen(unit) - 7);
	plain = specifier_unescape(stem);
	free(stem);
	if (plain)
		path = mem_fmt("/%s", plain);
	free(plain);
	mapped = path ? of_subsystem(path) : NULL;
	if (mapped) {
		free(path);
		path = mapped;
	}
	return path;
}

char *
bound_missing(const struct service *s)
{
	static const enum service_dep kinds[] = { SERVICE_BINDS_TO, SERVICE_REQUIRES, SERVICE_REQUISITE };
	char *bad = NULL;

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (size_t i = 0; i < s->deps[kinds[k]].n && !bad; i++) {
			char *path = bound_path(s->deps[kinds[k]].v[i]);

			if (path && access(path, F_OK) != 0)
				bad = mem_fmt("%s, that is %s, is not there", s->deps[kinds[k]].v[i], path);
			free(path);
		}
	return bad;
}

/* a file of /dev can be a link, by whoever names devices: what it points at counts too */
static int
watch_folder(int fd, const char *path)
{
	const uint32_t events = IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_MASK_ADD;
	char *folder = mem_strn(path, (size_t)(strrchr(path, '/') - path));
	int r = inotify_add_watch(fd, *folder ? folder : "/", events);

	free(folder);
	return r < 0 ? -1 : 0;
}

static int
listen_to(struct bound *b, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return fd < 0 ? -1 : epoll_ctl(b->fd, EPOLL_CTL_ADD, fd, &e);
}

static int
add(struct bound *b, const char *unit, char *path)
{
	bool in_sys = str_starts(path, "/sys/");
	int *fd = in_sys ? &b->kernel : &b->events;
	char *real = file_real(path);

	vec_add(&b->units, unit);
	vec_take(&b->paths, path);
	vec_take(&b->real, mem_str(real ? real : path));
	free(real);
	if (b->fd < 0)
		b->fd = epoll_create1(EPOLL_CLOEXEC);
	if (b->fd < 0)
		return -1;
	if (*fd < 0) {
		*fd = in_sys ? uevent_open() : inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
		if (listen_to(b, *fd) != 0)
			return -1;
	}
	return in_sys || (watch_folder(*fd, path) == 0 && watch_folder(*fd, b->real.v[b->real.n - 1]) == 0) ? 0 : -1;
}

int
bound_open(struct bound *b, const struct service *s)
{
	const struct vec *units = &s->deps[SERVICE_BINDS_TO];

	*b = (struct bound)BOUND_INIT;
	for (size_t i = 0; i < units->n; i++) {
		char *path = bound_path(units->v[i]);

		if (path && add(b, units->v[i], path) != 0) {
			/* no folder is no device */
			if (errno == ENOENT)
				errno = ENODEV;
			return -1;
		}
	}
	errno = ENODEV;
	return bound_lost(b) ? -1 : 0;
}

/* the device of that path of sysfs is said to be gone: its directory may be there for another moment */
static const char *
named(const struct bound *b, const char *path)
{
	for (size_t i = 0; *path && i < b->real.n; i++)
		if (strcmp(b->real.v[i], path) == 0)
			return b->units.v[i];
	return NULL;
}

const char *
bound_lost(struct bound *b)
{
	char text[PATH_MAX];
	const char *gone = NULL;
	int r;

	while (b->events >= 0 && read(b->events, text, sizeof text) > 0)
		;
	do {
		r = b->kernel < 0 ? 0 : uevent_removed(b->kernel, text);
		if (r > 0 && !gone)
			gone = named(b, text);
	} while (r > 0 || (r < 0 && errno == ENOBUFS));
	for (size_t i = 0; i < b->paths.n && !gone; i++)
		if (access(b->paths.v[i], F_OK) != 0)
			gone = b->units.v[i];
	return gone;
}

void
bound_close(struct bound *b)
{
	int fds[] = { b->fd, b->events, b->kernel };

	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	vec_free(&b->units);
	vec_free(&b->paths);
	vec_free(&b->real);
	*b = (struct bound)BOUND_INIT;
}
