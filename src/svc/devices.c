#include "svc/devices.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/pattern.h"
#include "base/str.h"
#include "os/file.h"

struct list {
	struct devcg_rule *v;
	size_t n, cap;
};

enum devices_want
devices_wanted(const struct confine *c)
{
	if (c->device_policy != CONFINE_DEVICES_AUTO || c->device_allow.n)
		return DEVICES_ASKED;
	return c->private_devices || c->protect_clock ? DEVICES_IMPLIED : DEVICES_ALL;
}

int
devices_is_name(const char *s)
{
	return (str_starts(s, "/dev/") && s[5]) || (str_starts(s, "char-") && s[5]) || (str_starts(s, "block-") && s[6]);
}

unsigned
devices_access(const char *s)
{
	unsigned bits = 0;

	for (; *s; s++) {
		if (*s != 'r' && *s != 'w' && *s != 'm')
			return 0;
		bits |= *s == 'r' ? DEVCG_READ : *s == 'w' ? DEVCG_WRITE : DEVCG_MKNOD;
	}
	return bits;
}

static void
add(struct list *l, char type, unsigned access, long major, long minor)
{
	l->v = mem_grow(l->v, &l->cap, l->n + 1, sizeof *l->v);
	l->v[l->n++] = (struct devcg_rule){ type, access, major, minor };
}

static void
add_node(struct list *l, const char *path, unsigned access)
{
	struct stat st;

	if (stat(path, &st) == 0 && (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)))
		add(l, S_ISCHR(st.st_mode) ? 'c' : 'b', access, (long)major(st.st_rdev), (long)minor(st.st_rdev));
}

/* all majors whose driver has such a name: /proc/devices has two lists of "MAJOR NAME", each under a line of its own */
static void
add_drivers(struct list *l, char type, const char *pattern, unsigned access)
{
	struct buf text = BUF_INIT;
	char *next, *line, now = 0;

	if (strcmp(pattern, "*") == 0) {
		add(l, type, access, -1, -1);
		return;
	}
	if (file_read(AT_FDCWD, "/proc/devices", 0, 1 << 20, &text, NULL) != 0)
		return;
	next = text.s;
	while ((line = strsep(&next, "\n"))) {
		char *number;
		uint64_t major;

		if (str_ends(line, "devices:")) {
			now = *line == 'C' ? 'c' : 'b';
			continue;
		}
		line += strspn(line, " ");
		number = strsep(&line, " ");
		if (now == type && line && num_u64(number, 0, 1 << 20, &major) == 0 && pattern_match(pattern, line, 0))
			add(l, type, access, (long)major, -1);
	}
	buf_free(&text);
}

static void
add_named(struct list *l, const char *name, unsigned access)
{
	if (*name == '/')
		add_node(l, name, access);
	else
		add_drivers(l, *name, strchr(name, '-') + 1, access);
}

struct devcg_rule *
devices_rules(const struct confine *c, size_t *n)
{
	static const char *const standard[] = {
		"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "char-pts",
	};
	struct list l = { NULL, 0, 0 };

	for (size_t i = 0; c->device_policy != CONFINE_DEVICES_STRICT && i < sizeof standard / sizeof *standard; i++)
		add_named(&l, standard[i], DEVCG_ALL);
	if (c->protect_clock)
		add_named(&l, "char-rtc", DEVCG_READ);
	/* "NAME ACCESS" */
	for (size_t i = 0; i < c->device_allow.n; i++) {
		char *name = mem_str(c->device_allow.v[i]), *blank = strchr(name, ' ');

		*blank = '\0';
		add_named(&l, name, devices_access(blank + 1));
		free(name);
	}
	*n = l.n;
	return l.v;
}
