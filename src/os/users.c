#include "os/users.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>

#include "base/mem.h"

/* weak: a static program is linked without them, and they are NULL there */
#pragma weak getpwnam
#pragma weak getpwuid
#pragma weak getgrnam
#pragma weak getgrgid
#pragma weak getgrouplist

enum { GROUPS_MAX = 65536 };

static const char passwd_file[] = "/etc/passwd", group_file[] = "/etc/group";

static int
taken(const struct passwd *pw, struct userfile_entry *out)
{
	errno = ENOENT;
	if (!pw)
		return -1;
	*out = (struct userfile_entry){ mem_str(pw->pw_name), mem_str(pw->pw_dir), mem_str(pw->pw_shell), pw->pw_uid, pw->pw_gid };
	return 0;
}

int
users_by_name(const char *name, struct userfile_entry *out)
{
	return getpwnam ? taken(getpwnam(name), out) : userfile_user(passwd_file, name, 0, out);
}

int
users_by_uid(uid_t uid, struct userfile_entry *out)
{
	return getpwuid ? taken(getpwuid(uid), out) : userfile_user(passwd_file, NULL, uid, out);
}

int
users_group(const char *name, gid_t *out)
{
	const struct group *gr;

	if (!getgrnam)
		return userfile_group(group_file, name, 0, out);
	gr = getgrnam(name);
	errno = ENOENT;
	if (!gr)
		return -1;
	*out = gr->gr_gid;
	return 0;
}

bool
users_has_group(gid_t gid)
{
	return getgrgid ? getgrgid(gid) != NULL : userfile_group(group_file, NULL, gid, &gid) == 0;
}

static int
ask_libc(const char *user, gid_t gid, gid_t **groups, size_t *n)
{
	for (int room = 64; room <= GROUPS_MAX; room *= 2) {
		int got = room;

		*groups = mem_alloc((size_t)room * sizeof **groups);
		if (getgrouplist(user, gid, *groups, &got) >= 0) {
			*n = (size_t)got;
			return 0;
		}
		free(*groups);
		*groups = NULL;
	}
	return -1;
}

int
users_groups(const char *user, gid_t gid, gid_t **groups, size_t *n)
{
	if (getgrouplist)
		return ask_libc(user, gid, groups, n);
	*groups = mem_alloc(sizeof **groups);
	**groups = gid;
	*n = 1;
	/* no file, no memberships */
	(void)userfile_memberships(group_file, user, groups, n);
	return *n <= GROUPS_MAX ? 0 : -1;
}
