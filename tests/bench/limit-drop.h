#ifndef BENCH_LIMIT_DROP_H
#define BENCH_LIMIT_DROP_H
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
/*
 * The system calls without which no drop of privileges is one: groups, gid, every capability but one out of the bounding set, secure bits, uid, the
 * other sets, that one made ambient, no new privileges, no descriptor left.  Nothing is looked up, nothing looked at afterwards.  0, or -1.
 */
static inline int
limit_drop(unsigned id, int keep, int capabilities)
{
	const unsigned groups[] = { id };
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = { { 1U << keep, 1U << keep, 1U << keep }, { 0, 0, 0 } };

	if (syscall(SYS_setgroups, 1, groups) != 0 || syscall(SYS_setresgid, id, id, id) != 0)
		return -1;
	for (int i = 0; i < capabilities; i++)
		if (i != keep && syscall(SYS_prctl, PR_CAPBSET_DROP, i, 0, 0, 0) != 0)
			return -1;
	if (syscall(SYS_prctl, PR_SET_SECUREBITS, 1 << 4, 0, 0, 0) != 0 || syscall(SYS_setresuid, id, id, id) != 0 || syscall(SYS_capset, &h, d) != 0 ||
	    syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, keep, 0, 0) != 0 || syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_close_range, 3, ~0U, 0);
}

enum { LIMIT_DROP_ID = 4701, LIMIT_DROP_KEEP = CAP_NET_BIND_SERVICE, LIMIT_DROP_CAPABILITIES = CAP_LAST_CAP + 1 };

#endif
