#include "svc/dynuser.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/siphash.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/users.h"

enum { FIRST = 61184, LAST = 65519, TRIES = 256 };

/* systemd's hash and key, so that files of a service that has run under both belong to the same uid; a `round` for each further try */
static uid_t
candidate(const char *name, unsigned round)
{
	static const unsigned char key[16] = {
		0x37, 0x53, 0x7e, 0x31, 0xcf, 0xce, 0x48, 0xf5, 0x8a, 0xbb, 0x39, 0x57, 0x8d, 0xd9, 0xec, 0x59
	};
	uint32_t h = (uint32_t)siphash(key, name, strlen(name));

	return FIRST + (h + 2654435761U * round) % (LAST - FIRST + 1);
}

static bool
is_known(uid_t id)
{
	struct userfile_entry e;

	if (users_by_uid(id, &e) != 0)
		return users_has_group(id);
	userfile_free(&e);
	return true;
}

/* Say whose it is, and let others of that name in. */
static int
give(int fd, const char *name)
{
	size_t n = strlen(name);

	return ftruncate(fd, 0) == 0 && pwrite(fd, name, n, 0) == (ssize_t)n ? lock_share(fd) : -1;
}

/* Who holds it already has written its name. */
static int
share(int fd, const char *name)
{
	char has[NAME_MAX + 1];
	ssize_t n;

	if (lock_share(fd) != 0)
		return -1;
	n = pread(fd, has, sizeof has, 0);
	if (n >= 0 && (size_t)n == strlen(name) && memcmp(has, name, (size_t)n) == 0)
		return 0;
	if (n >= 0)
		errno = EAGAIN;
	return -1;
}

static int
lock_id(const char *dir, uid_t id, const char *name)
{
	char *path = mem_fmt("%s/%lu", dir, (unsigned long)id);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), saved;

	free(path);
	if (fd < 0 || (lock_take(fd) == 0 ? give(fd, name) : errno == EAGAIN ? share(fd, name) : -1) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
dynuser_take(const char *dir, const char *name, uid_t *uid, int *fd)
{
	if (file_mkdirs(dir) != 0)
		return -1;
	for (unsigned i = 0; i < TRIES; i++) {
		uid_t id = candidate(name, i);

		if (is_known(id))
			continue;
		*fd = lock_id(dir, id, name);
		if (*fd >= 0) {
			*uid = id;
			return 0;
		}
		if (errno != EAGAIN)
			return -1;
	}
	errno = ENOENT;
	return -1;
}
