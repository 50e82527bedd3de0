#include "os/keyring.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/cred.h"

static int
none_here(void)
{
	return errno == ENOSYS || errno == EACCES || errno == EPERM || errno == EDQUOT ? 0 : -1;
}

int
keyring_new_session(uid_t uid, gid_t gid, bool shared)
{
	long key = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0);
	uid_t was_uid = geteuid();
	gid_t was_gid = getegid();
	int r = 0;

	if (key < 0)
		return none_here();
	if (uid != (uid_t)-1 || gid != (gid_t)-1)
		if (syscall(SYS_keyctl, KEYCTL_CHOWN, key, uid, gid, 0) != 0 && none_here() != 0)
			return -1;
	if (!shared)
		return 0;
	/* the user's keyring is the one of the process's real user */
	if (gid != (gid_t)-1 && cred_set_gids(gid, (gid_t)-1, (gid_t)-1) != 0)
		return -1;
	if (uid != (uid_t)-1 && cred_set_uids(uid, (uid_t)-1, (uid_t)-1) != 0)
		return -1;
	if (syscall(SYS_keyctl, KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING, 0, 0) != 0)
		r = none_here();
	if (cred_set_uids(was_uid, (uid_t)-1, (uid_t)-1) != 0 || cred_set_gids(was_gid, (gid_t)-1, (gid_t)-1) != 0)
		return -1;
	return r;
}
