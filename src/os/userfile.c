#include "os/userfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "os/fd.h"
#include "os/file.h"

enum { FILE_MAX = 64 << 20, USER_FIELDS = 7, GROUP_FIELDS = 4, FIELDS_MAX = 7 };

struct reader {
	char small[4096];		/* the whole text, where it fits */
	struct buf text;		/* ... and where it does not */
	bool members;			/* what has none is passed over: most groups are so */
	char *next;			/* the line that comes next; NULL at the end */
	char *field[FIELDS_MAX];	/* of the line that was read */
};

/* these files are small, and a program that is not large itself would have to ask the kernel for the memory */
static int
open_reader(struct reader *r, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n = fd < 0 ? 0 : fd_read_full(fd, r->small, sizeof r->small);

	r->text = (struct buf)BUF_INIT;
	r->members = false;
	r->next = r->small;
	if (fd < 0)
		return -1;
	close(fd);
	if (n >= 0 && n < (ssize_t)sizeof r->small) {
		r->small[n] = '\0';
		return 0;
	}
	/* larger, or no file */
	if (file_read(AT_FDCWD, path, 0, FILE_MAX, &r->text, NULL) != 0)
		return -1;
	r->next = r->text.s;
	return 0;
}

static bool
split(char *line, char *field[], int fields)
{
	for (int i = 0; i < fields; i++) {
		field[i] = line;
		line = strchr(line, ':');
		if (i + 1 < fields && !line)
			return false;
		if (line)
			*line++ = '\0';
	}
	return true;
}

/* the next line that has so many fields, the one with the number `id` among them; with a name, the first field is that */
static bool
next_entry(struct reader *r, int fields, const char *name, uint64_t *id)
{
	while (r->next && *r->next) {
		char *line = r->next, *end = strchr(line, '\n');

		r->next = end ? end + 1 : NULL;
		if (end)
			*end = '\0';
		if (strchr("#+-", *line) || (name && *line != *name) || (r->members && end && end[-1] == ':') || !split(line, r->field, fields))
			continue;
		if (num_u64(r->field[2], 0, UINT32_MAX, id) == 0 && (!name || strcmp(name, r->field[0]) == 0))
			return true;
	}
	return false;
}

/* 0 if there was one, else ENOENT */
static int
close_reader(struct reader *r, bool found)
{
	buf_free(&r->text);
	errno = ENOENT;
	return found ? 0 : -1;
}

int
userfile_user(const char *path, const char *name, uid_t uid, struct userfile_entry *out)
{
	struct reader r;
	uint64_t u, g;
	bool found = false;

	if (open_reader(&r, path) != 0)
		return -1;
	while (!found && next_entry(&r, USER_FIELDS, name, &u)) {
		if (!name && u != uid)
			continue;
		found = num_u64(r.field[3], 0, UINT32_MAX, &g) == 0;
		if (found)
			*out = (struct userfile_entry){ mem_str(r.field[0]), mem_str(r.field[5]), mem_str(r.field[6]), (uid_t)u, (gid_t)g };
	}
	return close_reader(&r, found);
}

void
userfile_free(struct userfile_entry *e)
{
	free(e->name);
	free(e->home);
	free(e->shell);
}

int
userfile_group(const char *path, const char *name, gid_t gid, gid_t *out)
{
	struct reader r;
	uint64_t g;
	bool found = false;

	if (open_reader(&r, path) != 0)
		return -1;
	while (!found && next_entry(&r, GROUP_FIELDS, name, &g))
		found = name || g == gid;
	if (found)
		*out = (gid_t)g;
	return close_reader(&r, found);
}

static bool
is_member(const char *list, const char *user)
{
	const size_t n = strlen(user);

	while (*list) {
		size_t k = strcspn(list, ",");

		if (k == n && memcmp(list, user, n) == 0)
			return true;
		list += k + (list[k] == ',');
	}
	return false;
}

static bool
has(const gid_t *groups, size_t n, gid_t gid)
{
	while (n-- > 0)
		if (groups[n] == gid)
			return true;
	return false;
}

int
userfile_memberships(const char *path, const char *user, gid_t **groups, size_t *n)
{
	size_t cap = *n;
	struct reader r;
	uint64_t g;

	if (open_reader(&r, path) != 0)
		return -1;
	r.members = true;
	while (next_entry(&r, GROUP_FIELDS, NULL, &g)) {
		if (!is_member(r.field[3], user) || has(*groups, *n, (gid_t)g))
			continue;
		*groups = mem_grow(*groups, &cap, *n + 1, sizeof **groups);
		(*groups)[(*n)++] = (gid_t)g;
	}
	return close_reader(&r, true);
}
