#include "svc/feature.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/vercmp.h"
#include "os/caps.h"
#include "os/cgctl.h"
#include "os/host.h"
#include "os/landlock.h"
#include "os/lsm.h"
#include "os/ns.h"
#include "os/seccomp.h"

static int
has_ns(long flag)
{
	return ns_probe((int)flag) == 0;
}

static int
has_seccomp(long arg)
{
	(void)arg;
	return seccomp_probe() == 0 && syscalls_native() != SYSCALLS_ARCHES;
}

static int
has_landlock(long arg)
{
	(void)arg;
	return landlock_version() > 0;
}

static int
has_proc_options(long arg)
{
	char *release = host_kernel();
	int r = vercmp(release, "5.8") >= 0;

	(void)arg;
	free(release);
	return r;
}

static int
has_ambient(long arg)
{
	(void)arg;
	return caps_has_ambient();
}

static int
has_lsm(long which)
{
	return lsm_active((enum lsm)which);
}

static int
has_controller(long which)
{
	return cgctl_version((enum cgctl)which) > 0;
}

static const struct {
	const char *name;
	int (*probe)(long);
	long arg;
	enum feature_policy policy;
} rows[FEATURES] = {
	[FEATURE_MOUNT_NS] = { "mount-namespace", has_ns, CLONE_NEWNS, FEATURE_REFUSE },
	[FEATURE_NET_NS] = { "network-namespace", has_ns, CLONE_NEWNET, FEATURE_REFUSE },
	[FEATURE_IPC_NS] = { "ipc-namespace", has_ns, CLONE_NEWIPC, FEATURE_REFUSE },
	[FEATURE_UTS_NS] = { "uts-namespace", has_ns, CLONE_NEWUTS, FEATURE_REFUSE },
	[FEATURE_USER_NS] = { "user-namespace", has_ns, CLONE_NEWUSER, FEATURE_REFUSE },
	[FEATURE_PID_NS] = { "pid-namespace", has_ns, CLONE_NEWPID, FEATURE_REFUSE },
	[FEATURE_CGROUP_NS] = { "cgroup-namespace", has_ns, CLONE_NEWCGROUP, FEATURE_REFUSE },
	[FEATURE_SECCOMP] = { "seccomp", has_seccomp, 0, FEATURE_REFUSE },
	[FEATURE_LANDLOCK] = { "landlock", has_landlock, 0, FEATURE_REFUSE },
	[FEATURE_PROC_OPTIONS] = { "proc-options", has_proc_options, 0, FEATURE_REFUSE },
	[FEATURE_AMBIENT] = { "ambient-capabilities", has_ambient, 0, FEATURE_REFUSE },
	[FEATURE_APPARMOR] = { "apparmor", has_lsm, LSM_APPARMOR, FEATURE_REFUSE },
	[FEATURE_SELINUX] = { "selinux", has_lsm, LSM_SELINUX, FEATURE_REFUSE },
	[FEATURE_CGROUP_CPU] = { "cgroup-cpu", has_controller, CGCTL_CPU, FEATURE_WARN },
	[FEATURE_CGROUP_MEMORY] = { "cgroup-memory", has_controller, CGCTL_MEMORY, FEATURE_WARN },
	[FEATURE_CGROUP_PIDS] = { "cgroup-pids", has_controller, CGCTL_PIDS, FEATURE_WARN },
	[FEATURE_CGROUP_IO] = { "cgroup-io", has_controller, CGCTL_IO, FEATURE_WARN },
	[FEATURE_CGROUP_DEVICES] = { "cgroup-devices", has_controller, CGCTL_DEVICES, FEATURE_REFUSE },
	[FEATURE_CGROUP_ADDRESSES] = { "cgroup-addresses", has_controller, CGCTL_ADDRESSES, FEATURE_REFUSE },
};

static const char *const policy_names[] = { [FEATURE_REFUSE] = "refuse", [FEATURE_WARN] = "warn", [FEATURE_IGNORE] = "ignore" };

const char *
feature_name(enum feature f)
{
	return rows[f].name;
}

int
feature_probe(enum feature f, const char **detail)
{
	static char text[32];
	int r = rows[f].probe(rows[f].arg), version = 0;

	if (f == FEATURE_LANDLOCK)
		version = landlock_version();
	else if (rows[f].probe == has_controller)
		version = cgctl_version((enum cgctl)rows[f].arg);
	fmt_to(text, sizeof text, "version %d", version);
	*detail = version > 0 ? text : "";
	return r;
}

/* the policy that the item has for it, or -1 */
static int
policy_in(const char *item, enum feature f)
{
	size_t n = strcspn(item, ":");

	if (item[n] != ':' || ((strlen(rows[f].name) != n || memcmp(item, rows[f].name, n) != 0) && (n != 3 || memcmp(item, "all", 3) != 0)))
		return -1;
	for (int i = FEATURE_REFUSE; i <= FEATURE_IGNORE; i++)
		if (strcmp(item + n + 1, policy_names[i]) == 0)
			return i;
	return -1;
}

enum feature_policy
feature_policy(const struct vec *policies, enum feature f)
{
	for (size_t i = policies->n; i-- > 0;) {
		int p = policy_in(policies->v[i], f);

		if (p >= 0)
			return (enum feature_policy)p;
	}
	return rows[f].policy;
}

int
feature_check(const char *item)
{
	for (int f = 0; f < FEATURES; f++)
		if (policy_in(item, (enum feature)f) >= 0)
			return 0;
	return -1;
}

int
feature_want(const struct vec *policies, enum feature f, struct vec *remarks, char **reason)
{
	if (rows[f].probe(rows[f].arg))
		return 1;
	switch (feature_policy(policies, f)) {
	case FEATURE_REFUSE:
		*reason = mem_fmt("this host has no %s, which it asks for", rows[f].name);
		return -1;
	case FEATURE_WARN:
		vec_take(remarks, mem_fmt("this host has no %s, it goes on without", rows[f].name));
		break;
	case FEATURE_IGNORE:
		break;
	}
	return 0;
}
