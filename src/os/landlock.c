#include "os/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/fd.h"

enum { CREATE = 444, ADD = 445, RESTRICT = 446 };
/* rights that came after the headers that we are built with: LANDLOCK_ACCESS_FS_REFER, _TRUNCATE, _IOCTL_DEV */
enum { REFER = 1 << 13, TRUNCATE = 1 << 14, IOCTL_DEV = 1 << 15, FIRST = (1 << 13) - 1 };

static const uint64_t reading = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t on_files = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE | IOCTL_DEV;

int
landlock_version(void)
{
	return (int)syscall(CREATE, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static uint64_t
all_rights(int version)
{
	return FIRST | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0) | (version >= 5 ? IOCTL_DEV : 0);
}

static int
add(int rules, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr a = { .allowed_access = rights };
	struct stat st;
	int r = -1;

	a.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (a.parent_fd < 0)
		return -1;
	if (fstat(a.parent_fd, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			a.allowed_access &= on_files;
		r = (int)syscall(ADD, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0);
	}
	fd_drop(a.parent_fd);
	return r;
}

static int
add_all(int rules, char *const *paths, uint64_t rights, const char **bad)
{
	for (; paths && *paths; paths++) {
		bool optional = **paths == '-';

		if (add(rules, *paths + optional, rights) == 0 || (optional && (errno == ENOENT || errno == ENOTDIR)))
			continue;
		*bad = *paths;
		return -1;
	}
	return 0;
}

int
landlock_apply(char *const *read, char *const *write, const char **bad)
{
	int version = landlock_version(), rules, r;
	struct landlock_ruleset_attr a = { .handled_access_fs = version > 0 ? all_rights(version) : 0 };

	*bad = NULL;
	if (version < 0)
		return -1;
	rules = (int)syscall(CREATE, &a, sizeof a.handled_access_fs, 0);
	if (rules < 0)
		return -1;
	r = add_all(rules, read, reading & a.handled_access_fs, bad);
	if (r == 0)
		r = add_all(rules, write, a.handled_access_fs, bad);
	if (r == 0)
		r = (int)syscall(RESTRICT, rules, 0);
	fd_drop(rules);
	return r;
}
