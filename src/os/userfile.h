#ifndef OS_USERFILE_H
#define OS_USERFILE_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
/*
 * passwd(5) and group(5), read from the files.  Lines that are no entries (comments, NIS's + and -, too few fields, numbers that are none)
 * are passed over.  Commands ask os/users.h, which knows where else users are kept.
 */

struct userfile_entry {
	char *name, *home, *shell;	/* owned */
	uid_t uid;
	gid_t gid;
};

/* The first user of that name, or with name NULL of that uid.  0; -1 with errno, ENOENT when there is none. */
int userfile_user(const char *path, const char *name, uid_t uid, struct userfile_entry *out);
void userfile_free(struct userfile_entry *);
/* The gid of the first group of that name, or with name NULL of that gid.  0; -1 with errno, ENOENT when there is none. */
int userfile_group(const char *path, const char *name, gid_t gid, gid_t *out);
/* The gids of the groups that list the user as a member, without repetition, behind the *n that are there.  0; -1 with errno.  The caller frees *groups. */
int userfile_memberships(const char *path, const char *user, gid_t **groups, size_t *n);

#endif
