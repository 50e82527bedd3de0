#ifndef SVC_FEATURE_H
#define SVC_FEATURE_H
#include "base/vec.h"
/*
 * What a kernel may lack.  For each such feature there is a policy for the case that it is asked for and not there: refuse to start, go on with a remark, go on.
 * Unless it is said otherwise, what protects is refused, and the rest is a remark.
 */
enum feature {
	FEATURE_MOUNT_NS, FEATURE_NET_NS, FEATURE_IPC_NS, FEATURE_UTS_NS, FEATURE_USER_NS, FEATURE_PID_NS, FEATURE_CGROUP_NS, FEATURE_SECCOMP,
	FEATURE_LANDLOCK, FEATURE_PROC_OPTIONS, FEATURE_AMBIENT, FEATURE_APPARMOR, FEATURE_SELINUX, FEATURE_CGROUP_CPU, FEATURE_CGROUP_MEMORY,
	FEATURE_CGROUP_PIDS, FEATURE_CGROUP_IO, FEATURE_CGROUP_DEVICES, FEATURE_CGROUP_ADDRESSES, FEATURES
};
enum feature_policy { FEATURE_REFUSE, FEATURE_WARN, FEATURE_IGNORE };

/* "seccomp", "mount-namespace", ... */
const char *feature_name(enum feature);
/* Is it here?  1 or 0; *detail then says more ("ABI 7"), static storage, or "". */
int feature_probe(enum feature, const char **detail);
/* The policy: the last of the list's items NAME:POLICY that names it, or "all", else the default. */
enum feature_policy feature_policy(const struct vec *policies, enum feature);
/* Is an item of such a list well formed? */
int feature_check(const char *item);
/*
 * It is asked for.  1: it is here.  0: it is not, and that is all right; a remark was added when the policy says so.  -1: it must be refused, and
 * *reason, which the caller frees, says why.
 */
int feature_want(const struct vec *policies, enum feature, struct vec *remarks, char **reason);

#endif
