#include "os/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "os/clock.h"
#include "os/fd.h"

enum { SCAN_BUF = 65536 };

static ssize_t
read_small(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = fd_read_full(fd, out, size - 1);
	fd_drop(fd);
	out[n > 0 ? n : 0] = '\0';
	return n;
}

static ssize_t
read_pid_file(pid_t pid, const char *name, char *out, size_t size)
{
	char path[64];
	ssize_t n;

	fmt_to(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
	n = read_small(path, out, size);
	if (n < 0 && errno == ENOENT)
		errno = ESRCH;
	return n;
}

/* the number that s begins with, behind blanks */
static int64_t
leading(const char *s)
{
	int64_t n = 0;
	bool negative;

	s += strspn(s, " \t");
	negative = *s == '-';
	for (s += negative; *s >= '0' && *s <= '9'; s++)
		n = n * 10 + (*s - '0');
	return negative ? -n : n;
}

/* the n-th blank-separated number of s, from 0 */
static int64_t
field(const char *s, int n)
{
	while (n-- > 0 && s) {
		s = strchr(s, ' ');
		s = s ? s + 1 : NULL;
	}
	return s ? leading(s) : 0;
}

static int
read_stat(pid_t pid, const char *name, struct proc_stat *out)
{
	char text[1024], *open_paren, *close_paren;
	ssize_t n = read_pid_file(pid, name, text, sizeof text);
	size_t len;

	if (n < 0)
		return -1;
	/* the name may hold blanks and parentheses: only the last one ends it */
	open_paren = strchr(text, '(');
	close_paren = strrchr(text, ')');
	if (!open_paren || !close_paren || close_paren < open_paren || strlen(close_paren) < 4) {
		errno = ESRCH;
		return -1;
	}
	len = (size_t)(close_paren - open_paren - 1);
	if (len >= sizeof out->comm)
		len = sizeof out->comm - 1;
	memcpy(out->comm, open_paren + 1, len);
	out->comm[len] = '\0';
	out->pid = pid;
	out->state = close_paren[2];
	out->ppid = (pid_t)field(close_paren + 4, 0);
	out->pgrp = (pid_t)field(close_paren + 4, 1);
	out->sid = (pid_t)field(close_paren + 4, 2);
	out->start = (uint64_t)field(close_paren + 4, 18);
	if (proc_is_dead(out->state) && field(close_paren + 4, 16) > 1)
		out->state = 'S';
	return 0;
}

int
proc_stat(pid_t pid, struct proc_stat *out)
{
	return read_stat(pid, "stat", out);
}

uint64_t
proc_own_start(void)
{
	struct proc_stat st;
	pid_t self = getpid();
	char name[40];

	/* the first thread's: qemu-user makes up what stands in the file that is ours alone */
	fmt_to(name, sizeof name, "task/%ld/stat", (long)self);
	return read_stat(self, name, &st) == 0 ? st.start : 0;
}

bool
proc_is_dead(char state)
{
	return state == 'Z' || state == 'X' || state == 'x';
}

bool
proc_is_leader(pid_t pid)
{
	char text[1024], *p = text;

	if (read_pid_file(pid, "status", text, sizeof text) < 0)
		return false;
	/* a newline in the name stands escaped there: the first such line is the kernel's */
	while ((p = strchr(p, '\n')))
		if (strncmp(++p, "Tgid:", 5) == 0)
			return leading(p + 5) == pid;
	return false;
}

int
proc_alive(pid_t pid, uint64_t start)
{
	struct proc_stat st;

	if (proc_stat(pid, &st) != 0)
		return errno == ESRCH ? 0 : -1;
	return !proc_is_dead(st.state) && (start == 0 || st.start == start);
}

struct entry {
	uint64_t ino;
	int64_t off;
	unsigned short len;
	unsigned char type;
	char name[];
};

unsigned
proc_digits(char out[PROC_DIGITS], pid_t pid)
{
	unsigned n = 0;

	for (pid_t left = pid; left > 0; left /= 10)
		n++;
	if (n >= PROC_DIGITS)
		n = 0;
	out[n] = '\0';
	for (unsigned at = n; at > 0; pid /= 10)
		out[--at] = (char)('0' + pid % 10);
	return n;
}

/* 0: no process's */
static pid_t
pid_of(const char *name, unsigned *digits)
{
	unsigned n = 0;
	pid_t pid = 0;

	for (; name[n] >= '0' && name[n] <= '9' && n < PROC_DIGITS - 1; n++)
		pid = pid * 10 + (name[n] - '0');
	*digits = n;
	return name[n] ? 0 : pid;
}

int
proc_scan_next(struct proc_scan *s, pid_t *pid)
{
	if (s->fd < 0) {
		s->fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (s->fd < 0)
			return -1;
		/* whoever copies PROC_DIGITS bytes of the last name reads beyond it */
		s->buf = mem_alloc(SCAN_BUF + PROC_DIGITS);
	}
	for (;;) {
		const struct entry *e;

		if (s->pos >= s->len) {
			s->len = (int)syscall(SYS_getdents64, s->fd, s->buf, SCAN_BUF);
			s->pos = 0;
			if (s->len <= 0)
				return s->len;
		}
		e = (const void *)(s->buf + s->pos);
		s->pos += e->len;
		*pid = pid_of(e->name, &s->digits);
		if (!*pid)
			continue;
		s->name = e->name;
		return 1;
	}
}

void
proc_scan_close(struct proc_scan *s)
{
	if (s->fd >= 0)
		close(s->fd);
	free(s->buf);
	*s = (struct proc_scan)PROC_SCAN_INIT;
}

static ssize_t
children_by_scan(pid_t parent, pid_t *pids, size_t max)
{
	struct proc_scan s = PROC_SCAN_INIT;
	struct proc_stat st;
	ssize_t n = 0;
	pid_t pid;
	int r;

	while ((r = proc_scan_next(&s, &pid)) == 1)
		if (proc_stat(pid, &st) == 0 && st.ppid == parent) {
			if ((size_t)n < max)
				pids[n] = pid;
			n++;
		}
	proc_scan_close(&s);
	return r < 0 ? -1 : n;
}

/* numbers with a blank behind each; a part may end amid a number, so *carry goes from one to the next */
static ssize_t
take_numbers(const char *part, ssize_t len, pid_t *carry, pid_t *pids, size_t max, ssize_t n)
{
	for (ssize_t i = 0; i < len; i++) {
		if (part[i] >= '0' && part[i] <= '9') {
			*carry = *carry * 10 + (part[i] - '0');
			continue;
		}
		if (*carry > 0) {
			if ((size_t)n < max)
				pids[n] = *carry;
			n++;
		}
		*carry = 0;
	}
	return n;
}

ssize_t
proc_children(pid_t pid, pid_t *pids, size_t max)
{
	char path[64], part[4096];
	struct dirent *e;
	ssize_t n = 0, got;
	bool told = false;
	DIR *d;

	fmt_to(path, sizeof path, "/proc/%ld/task", (long)pid);
	d = opendir(path);
	if (!d)
		return errno == ENOENT ? 0 : -1;
	while ((e = readdir(d))) {
		pid_t carry = 0;
		int fd;

		if (e->d_name[0] == '.')
			continue;
		fmt_to(path, sizeof path, "%.20s/children", e->d_name);
		fd = openat(dirfd(d), path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		told = true;
		while ((got = fd_read_full(fd, part, sizeof part)) > 0)
			n = take_numbers(part, got, &carry, pids, max, n);
		close(fd);
	}
	closedir(d);
	return told ? n : children_by_scan(pid, pids, max);
}

void
proc_mark_take(struct proc_mark *mark)
{
	char text[128], *last;
	ssize_t n;

	if (mark->fd < 0)
		mark->fd = openat(AT_FDCWD, "/proc/loadavg", O_RDONLY | O_CLOEXEC);
	n = mark->fd < 0 ? -1 : pread(mark->fd, text, sizeof text - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	last = strrchr(text, ' ');
	mark->last = last ? (pid_t)leading(last) : 0;
}

void
proc_mark_close(struct proc_mark *mark)
{
	if (mark->fd >= 0)
		close(mark->fd);
	*mark = (struct proc_mark)PROC_MARK_INIT;
}

uint64_t
proc_mark_span(void)
{
	char text[32];
	uint64_t max = 0;

	if (read_small("/proc/sys/kernel/pid_max", text, sizeof text) > 0)
		max = (uint64_t)leading(text);
	/* 200,000 forks a second are more than any machine does */
	return (max ? max : 32768) * 5;
}

ssize_t
proc_exe(pid_t pid, char *out, size_t size)
{
	char path[64];
	ssize_t n;

	fmt_to(path, sizeof path, "/proc/%ld/exe", (long)pid);
	n = readlink(path, out, size - 1);
	if (n >= 0)
		out[n] = '\0';
	return n;
}

void
proc_boot_id(char out[37])
{
	if (read_small("/proc/sys/kernel/random/boot_id", out, 37) != 36)
		out[0] = '\0';
}

uint64_t
proc_start_wall(uint64_t start_ticks)
{
	unsigned long hz = getauxval(AT_CLKTCK);
	uint64_t wall = clock_wall(), up = clock_now(), since;

	if (hz == 0)
		return 0;
	since = start_ticks * (1000000 / hz);
	return wall - up + since;
}

uint64_t
proc_rss(pid_t pid)
{
	char text[256], *second;

	if (read_pid_file(pid, "statm", text, sizeof text) <= 0 || !(second = strchr(text, ' ')))
		return 0;
	return (uint64_t)leading(second + 1) * getauxval(AT_PAGESZ);
}
