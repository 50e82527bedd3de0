#ifndef OS_CRED_H
#define OS_CRED_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
/*
 * Who a process runs as.  Names are looked up (os/users.h) while we still are what we were; applying needs no more look-ups, no
 * memory and no locks, so that it may be done between fork and exec.
 */
struct cred {
	uid_t uid;
	gid_t gid;
	gid_t *groups;		/* owned; supplementary groups, exactly these */
	size_t n_groups;
	bool set_uid;		/* false: uid stays what it is */
	bool set_gid;
	bool set_groups;
	char *user;		/* owned; name, or the number as text; NULL when the uid is left alone */
	char *home, *shell;	/* owned; NULL when the uid has no passwd entry */
};
#define CRED_INIT { (uid_t)-1, (gid_t)-1, NULL, 0, false, false, false, NULL, NULL, NULL }

/*
 * Resolve as systemd.exec(5) User=, Group= and SupplementaryGroups= have it.  user, group: name or number, NULL for none; all digits is
 * always a number; a number without a passwd entry needs a group.  extra is NULL or NULL-terminated names.  Without user: uid left alone; groups
 * emptied of all but extra when we are root.  NULL on success; else what is wrong ("no such user 'x'"), which the caller frees.
 */
char *cred_lookup(struct cred *, const char *user, const char *group, char *const *extra);
/* A user's uid by name or number alone: 0, or -1 with errno ENOENT. */
int cred_uid(const char *user, uid_t *out);
int cred_gid(const char *group, gid_t *out);
/*
 * setresuid(2) and setresgid(2) themselves.  The C library's are for all threads of a process: they block signals and take locks, and may not be called
 * where memory is shared with a parent.
 */
int cred_set_uids(uid_t real, uid_t effective, uid_t saved);
int cred_set_gids(gid_t real, gid_t effective, gid_t saved);
/*
 * Become it: groups, then gid, then uid, all three of each kind, and look that it is so and cannot be taken back.  0, or -1 with errno.
 * Async-signal-safe; the process must have one thread.
 */
int cred_apply_groups(const struct cred *);
int cred_apply_uid(const struct cred *);
/*
 * Are we exactly that, with no way back to root (unless it is root)?  0, or -1 with errno EPERM.  Groups are a question of their own: in a user namespace
 * they may have no numbers to be asked for.  ENOMEM when there is no room to compare very many.
 */
int cred_verify(const struct cred *);
int cred_verify_groups(const struct cred *);
void cred_free(struct cred *);

#endif
