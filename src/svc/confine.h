#ifndef SVC_CONFINE_H
#define SVC_CONFINE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
/*
 * What a service is kept from, as its description says it: the directives of systemd.exec(5) under "Capabilities", "Security",
 * "Sandboxing" and "System call filtering", and the limits of systemd.resource-control(5).  Part of struct service; the privilege dropper fills it
 * from options.  Nothing is looked up here: svc/sandbox.h resolves it.
 */

/* CLONE_NEWTIME, which older headers do not have; and the bits of all namespaces, from mount to time */
enum { CONFINE_NEWTIME = 0x80, CONFINE_ALL_NS = 0x7e020080 };
enum confine_system { CONFINE_SYSTEM_NO, CONFINE_SYSTEM_YES, CONFINE_SYSTEM_FULL, CONFINE_SYSTEM_STRICT };
enum confine_home { CONFINE_HOME_NO, CONFINE_HOME_YES, CONFINE_HOME_READ_ONLY, CONFINE_HOME_TMPFS };
enum confine_proc { CONFINE_PROC_DEFAULT, CONFINE_PROC_NOACCESS, CONFINE_PROC_INVISIBLE, CONFINE_PROC_PTRACEABLE };
enum confine_subset { CONFINE_SUBSET_ALL, CONFINE_SUBSET_PID };
enum confine_keyring { CONFINE_KEYRING_INHERIT, CONFINE_KEYRING_PRIVATE, CONFINE_KEYRING_SHARED };

/* Lists of paths, each path as written with its prefixes '-' (may be missing) and '+' (below RootDirectory=). */
enum confine_paths {
	CONFINE_READ_WRITE, CONFINE_READ_ONLY, CONFINE_INACCESSIBLE, CONFINE_EXEC, CONFINE_NO_EXEC, CONFINE_LANDLOCK_READ, CONFINE_LANDLOCK_WRITE,
	CONFINE_PATHS
};

/* BindPaths=, BindReadOnlyPaths= and TemporaryFileSystem=. */
struct confine_mount {
	char *source;		/* NULL: a new tmpfs */
	char *dest;
	char *options;		/* of the tmpfs; NULL: none */
	bool optional, read_only;
	bool plain;		/* norbind: without what is mounted below */
};

/* A list of system calls: names and @groups, a '~' in front of those taken away again, ":ERRNO" behind a name for its own error. */
struct confine_calls {
	enum { CONFINE_CALLS_NONE, CONFINE_CALLS_ALLOW, CONFINE_CALLS_DENY } mode;
	struct vec items;
};

/* How much of a resource; cgroup values as text, as the kernel's version 2 files have them. */
enum confine_resource {
	CONFINE_TASKS, CONFINE_MEMORY_MAX, CONFINE_MEMORY_HIGH, CONFINE_MEMORY_LOW, CONFINE_MEMORY_MIN, CONFINE_MEMORY_SWAP, CONFINE_CPU_QUOTA,
	CONFINE_CPU_WEIGHT, CONFINE_CPU_SHARES, CONFINE_IO_WEIGHT,
	CONFINE_OOM,		/* OOMPolicy=: "stop" or "kill"; svc/oom.h does the rest */
	CONFINE_RESOURCES
};

struct confine {
	uint64_t bounding;	/* capabilities that stay; default all */
	bool bounding_set;
	uint64_t ambient;
	unsigned securebits;
	bool securebits_set;
	enum confine_keyring keyring;
	bool dynamic_user, remove_ipc;

	bool private_tmp, private_devices, private_network, private_ipc, private_users, private_mounts;
	bool protect_tunables, protect_modules, protect_logs, protect_clock, protect_cgroups, protect_hostname;
	enum confine_system protect_system;
	enum confine_home protect_home;
	enum confine_proc protect_proc;
	enum confine_subset proc_subset;
	unsigned long mount_flags;	/* MS_SHARED, MS_SLAVE, MS_PRIVATE; 0: not given */
	int mount_api_vfs;		/* -1: not given */
	struct vec paths[CONFINE_PATHS];
	struct confine_mount *mounts;	/* n_mounts of them */
	size_t n_mounts, cap_mounts;

	struct confine_calls calls, log_calls;
	int calls_errno;		/* 0: kill */
	bool architectures_set;
	struct vec architectures;	/* names as systemd has them; "native" */
	enum { CONFINE_FAMILIES_ANY, CONFINE_FAMILIES_ALLOW, CONFINE_FAMILIES_DENY } families_mode;
	uint64_t families;		/* a bit for each AF_ number */
	uint64_t forbidden_ns;		/* CLONE_NEW bits */
	bool restrict_realtime, restrict_suid, lock_personality, deny_write_execute;
	bool no_tty_input;		/* ioctl_tty(2): TIOCSTI and TIOCLINUX, which type into the terminal of who started it */

	enum { CONFINE_DEVICES_AUTO, CONFINE_DEVICES_CLOSED, CONFINE_DEVICES_STRICT } device_policy;
	struct vec device_allow;	/* "NAME ACCESS": /dev/..., char-... or block-..., and some of rwm */
	struct vec ip_allow, ip_deny;	/* addresses as written, checked */
	char *resources[CONFINE_RESOURCES];	/* NULL: not given */
	struct vec load_credentials;	/* "ID:PATH", or "ID" alone */
	struct vec set_credentials;	/* "ID:VALUE" */
	char *apparmor, *selinux;	/* a '-' in front: no matter when it cannot be; NULL: none */
	struct vec policies;		/* FEATURE:refuse, :warn, :ignore, see svc/feature.h */
};

void confine_init(struct confine *);
void confine_free(struct confine *);
/* Does anything in it need a mount namespace? */
bool confine_needs_mounts(const struct confine *);
/* Does anything in it need a system call filter? */
bool confine_needs_filter(const struct confine *);
/* What other settings mean for the capability bounding set: the ones that may stay. */
uint64_t confine_bounding(const struct confine *);
/* Append a mount; the strings are taken over. */
void confine_add_mount(struct confine *, const struct confine_mount *);
void confine_clear_mounts(struct confine *, bool tmpfs, bool read_only);
/* Add one word of a list of system calls; `deny` when the line began with '~'. */
void confine_add_call(struct confine_calls *, const char *word, bool deny);
/* Settings that DynamicUser= brings with it. */
void confine_imply(struct confine *);

#endif
