#include "svc/launch_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/str.h"
#include "os/fd.h"
#include "os/lock.h"

#define LOCK_DIR "/run/initwright"
#define LOCK_NAME "/.start"

enum { PATH_ROOM = 512 };

/* FNV-1a, 64 bits */
static uint64_t
mix(uint64_t hash, const void *data, size_t n)
{
	const unsigned char *p = data;

	while (n--)
		hash = (hash ^ *p++) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t
mix_file(uint64_t hash, const char *pidfile)
{
	const char *base = str_base(pidfile);
	char dir[4096];
	struct stat st;
	size_t n = (size_t)(base - pidfile);

	/* the directory by its inode, so that /var/run and /run are one */
	if (n < sizeof dir) {
		memcpy(dir, pidfile, n);
		strcpy(dir + n, n ? "" : ".");
		if (stat(dir, &st) == 0) {
			hash = mix(hash, &st.st_dev, sizeof st.st_dev);
			hash = mix(hash, &st.st_ino, sizeof st.st_ino);
		}
	}
	return mix(hash, base, strlen(base));
}

int64_t
launch_lock_key(const struct match *m, const char *pidfile)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	if (pidfile) {
		hash = mix_file(hash, pidfile);
	} else {
		if (m->exec)
			hash = mix(hash, m->exec, strlen(m->exec));
		if (m->name)
			hash = mix(hash, m->name, strlen(m->name));
		if (m->by_user)
			hash = mix(hash, &m->uid, sizeof m->uid);
		hash = mix(hash, &m->ppid, sizeof m->ppid);
		hash = mix(hash, &m->pid, sizeof m->pid);
	}
	return (int64_t)(hash >> 1) & INT64_C(0x3fffffffffffffff);
}

int
launch_lock_take_in(const char *path, int64_t key, uint64_t deadline)
{
	struct stat st;
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0)
		return -1;
	errno = EACCES;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 077) &&
	    lock_wait_at(fd, key, deadline) == 0)
		return fd;
	return fd_drop(fd);
}

static int
take_as_user(int64_t key, uint64_t deadline)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	char path[PATH_ROOM];
	struct stat st;

	errno = ENOENT;
	if (!dir || *dir != '/' || fmt_to(path, sizeof path, "%s/initwright.start", dir) >= sizeof path || lstat(dir, &st) != 0)
		return -1;
	errno = EACCES;
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
		return -1;
	return launch_lock_take_in(path, key, deadline);
}

int
launch_lock_take(int64_t key, uint64_t deadline)
{
	int fd;

	if (geteuid() != 0)
		return take_as_user(key, deadline);
	fd = launch_lock_take_in(LOCK_DIR LOCK_NAME, key, deadline);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (mkdir(LOCK_DIR, 0755) != 0 && errno != EEXIST)
		return -1;
	return launch_lock_take_in(LOCK_DIR LOCK_NAME, key, deadline);
}
