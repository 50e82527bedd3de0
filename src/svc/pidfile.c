#include "svc/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "base/str.h"
#include "os/clock.h"
#include "os/fd.h"

/* only root may set or see attributes of this class, so nobody can forge a start time */
#define START_ATTR "trusted.initwright.start"

enum { TEXT_MAX = 128 };

enum pidfile_state
pidfile_parse(const char *text, pid_t *out)
{
	char word[16];
	size_t n;

	text += strspn(text, STR_BLANK);
	n = strcspn(text, STR_BLANK);
	if (n == 0)
		return PIDFILE_EMPTY;
	if (n >= sizeof word)
		return PIDFILE_GARBAGE;
	memcpy(word, text, n);
	word[n] = '\0';
	return num_pid(word, out) == 0 ? PIDFILE_OK : PIDFILE_GARBAGE;
}

const char *
pidfile_state_text(enum pidfile_state state)
{
	static const char *const text[] = {
		[PIDFILE_OK] = "is fine",
		[PIDFILE_MISSING] = "is missing",
		[PIDFILE_UNREADABLE] = "cannot be read",
		[PIDFILE_EMPTY] = "is empty",
		[PIDFILE_GARBAGE] = "holds no pid",
		[PIDFILE_INSECURE] = "is insecure",
	};

	return text[state];
}

static bool
is_trusted(uid_t uid, uid_t allow)
{
	return uid == 0 || uid == geteuid() || (allow != PIDFILE_ROOT && uid == allow);
}

static bool
is_trusted_group(gid_t gid)
{
	return gid == 0 || gid == getegid();
}

static bool
is_devnull(const struct stat *st)
{
	struct stat null;

	return S_ISCHR(st->st_mode) && stat("/dev/null", &null) == 0 && S_ISCHR(null.st_mode) && null.st_rdev == st->st_rdev;
}

static unsigned
place_risk(const char *path, uid_t allow)
{
	size_t n = (size_t)(str_base(path) - path);
	char dir[512];
	struct stat st;

	/* longer than any pidfile's directory: not looked at, not believed */
	if (n >= sizeof dir)
		return PIDFILE_RISK_PLACE;
	memcpy(dir, path, n);
	dir[n] = '\0';
	if (stat(n ? dir : ".", &st) != 0 || !is_trusted(st.st_uid, allow))
		return PIDFILE_RISK_PLACE;
	if (!(st.st_mode & S_ISVTX) && ((st.st_mode & S_IWOTH) || ((st.st_mode & S_IWGRP) && !is_trusted_group(st.st_gid))))
		return PIDFILE_RISK_PLACE;
	return 0;
}

static unsigned
file_risk(const struct stat *st, uid_t allow)
{
	unsigned risk = 0;
	bool allowed = allow != PIDFILE_ROOT && st->st_uid == allow;

	if (st->st_mode & S_IWOTH)
		risk |= PIDFILE_RISK_WORLD;
	if (!is_trusted(st->st_uid, allow) || (!allowed && !is_trusted_group(st->st_gid)))
		risk |= PIDFILE_RISK_OWNER;
	/* a second name: somebody linked a file of ours to where he wants it read */
	if (st->st_nlink > 1)
		risk |= PIDFILE_RISK_LINK;
	return risk;
}

/* Open the file, following a link; *risk tells of a link that a stranger made. */
static int
open_pidfile(const char *path, uid_t allow, unsigned *risk)
{
	/* O_NONBLOCK: a FIFO in the place of the file must not hang us */
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	struct stat st;
	int fd;

	*risk = 0;
	fd = open(path, flags | O_NOFOLLOW);
	if (fd >= 0 || errno != ELOOP)
		return fd;
	if (lstat(path, &st) != 0)
		return -1;
	if (S_ISLNK(st.st_mode) && !is_trusted(st.st_uid, allow))
		*risk = PIDFILE_RISK_LINK;
	return open(path, flags);
}

static uint64_t
kept_start(int fd, pid_t pid)
{
	char text[64], *sep;
	uint64_t start;
	pid_t of;
	ssize_t n;

	n = fgetxattr(fd, START_ATTR, text, sizeof text - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	sep = strchr(text, ' ');
	if (!sep)
		return 0;
	*sep++ = '\0';
	/* a daemon that rewrote the file in place left the attribute of the process before it */
	if (num_pid(text, &of) != 0 || of != pid || num_u64(sep, 1, UINT64_MAX, &start) != 0)
		return 0;
	return start;
}

static enum pidfile_state
read_open(int fd, uid_t allow, struct pidfile *out)
{
	char text[TEXT_MAX + 1];
	enum pidfile_state state;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return PIDFILE_UNREADABLE;
	out->owner = st.st_uid;
	if (is_devnull(&st))
		return PIDFILE_EMPTY;
	errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	if (!S_ISREG(st.st_mode))
		return PIDFILE_UNREADABLE;
	/* a regular file gives what it has at once */
	do
		n = read(fd, text, TEXT_MAX);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return PIDFILE_UNREADABLE;
	text[n] = '\0';
	out->risk |= file_risk(&st, allow);
	/* lldpad(8) fills up with them behind its line */
	if (strlen(text) != (size_t)n && !strchr(text, '\n'))
		return PIDFILE_GARBAGE;
	state = pidfile_parse(text, &out->pid);
	if (state == PIDFILE_OK)
		out->start = kept_start(fd, out->pid);
	return state;
}

enum pidfile_state
pidfile_read(const char *path, uid_t allow, struct pidfile *out)
{
	enum pidfile_state state;
	int fd, saved;

	memset(out, 0, sizeof *out);
	fd = open_pidfile(path, allow, &out->risk);
	if (fd < 0)
		return errno == ENOENT ? PIDFILE_MISSING : PIDFILE_UNREADABLE;
	state = read_open(fd, allow, out);
	saved = errno;
	close(fd);
	if (state != PIDFILE_UNREADABLE && state != PIDFILE_EMPTY)
		out->risk |= place_risk(path, allow);
	errno = saved;
	return state == PIDFILE_OK && out->risk ? PIDFILE_INSECURE : state;
}

/* What stands at the path must be nothing or a regular file: 0; 1: it is /dev/null; -1 with errno. */
static int
check_target(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : -1;
	if (S_ISREG(st.st_mode))
		return 0;
	if (is_devnull(&st))
		return 1;
	errno = S_ISLNK(st.st_mode) ? ELOOP : S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	return -1;
}

static void
keep_start(int fd, pid_t pid, uint64_t start)
{
	char text[48];
	size_t n = fmt_to(text, sizeof text, "%ld %llu", (long)pid, (unsigned long long)start);

	/* a help where it is possible: many file systems and all unprivileged users have no such attribute */
	(void)!fsetxattr(fd, START_ATTR, text, n, 0);
}

static int
fill(int fd, pid_t pid, uint64_t start)
{
	char line[24];
	size_t n = fmt_to(line, sizeof line, "%ld\n", (long)pid);

	if (fd_write_all(fd, line, n) != 0 || fchmod(fd, 0644) != 0)
		return -1;
	if (start)
		keep_start(fd, pid, start);
	return 0;
}

static int
write_temp(const char *temp, pid_t pid, uint64_t start)
{
	int fd, r, saved;

	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	r = fill(fd, pid, start);
	saved = errno;
	if (close(fd) != 0 && r == 0) {
		saved = errno;
		r = -1;
	}
	if (r != 0)
		unlink(temp);
	errno = saved;
	return r;
}

/* "DIR/.NAME.PID.UNIQUE"; -1 when that is too long */
static int
temp_name(char *room, size_t size, const char *path, uint64_t unique)
{
	const char *base = str_base(path);

	if (fmt_to(room, size, "%.*s.%s.%ld.%llu", (int)(base - path), path, base, (long)getpid(), (unsigned long long)unique) < size)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

int
pidfile_write(const char *path, pid_t pid, uint64_t start)
{
	char temp[4096];
	int r, saved;

	r = check_target(path);
	if (r != 0)
		return r > 0 ? 0 : -1;
	r = temp_name(temp, sizeof temp, path, start);
	if (r == 0)
		r = write_temp(temp, pid, start);
	/* left by a crash, or put there by somebody else */
	if (r != 0 && errno == EEXIST && (r = temp_name(temp, sizeof temp, path, clock_wall())) == 0)
		r = write_temp(temp, pid, start);
	if (r == 0 && rename(temp, path) != 0) {
		saved = errno;
		unlink(temp);
		errno = saved;
		r = -1;
	}
	return r;
}

int
pidfile_remove(const char *path, pid_t pid)
{
	struct pidfile now;
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : -1;
	if (is_devnull(&st))
		return 0;
	if (pid) {
		pidfile_read(path, PIDFILE_ROOT, &now);
		if (now.pid && now.pid != pid)
			return 0;
	}
	return unlink(path) == 0 || errno == ENOENT ? 0 : -1;
}

int
pidfile_locked(const char *path, pid_t *holder)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd, r = 0;

	*holder = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -1;
	if (fcntl(fd, F_GETLK, &l) == 0 && l.l_type != F_UNLCK) {
		*holder = l.l_pid > 1 ? l.l_pid : 0;
		r = 1;
	} else if (flock(fd, LOCK_SH | LOCK_NB) != 0) {
		r = errno == EWOULDBLOCK ? 1 : -1;
	}
	close(fd);
	return r;
}
