#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/out.h"
#include "base/str.h"
#include "os/caps.h"
#include "os/fd.h"
#include "os/sig.h"
#include "svc/drop.h"
#include "svc/feature.h"

enum {
	OPT_UNIT = OPT_LONG, OPT_EXPLAIN, OPT_FEATURES, OPT_MISSING, OPT_GROUPS, OPT_CLEAR_GROUPS, OPT_KEEP_GROUPS, OPT_KEEP_CAPS, OPT_BOUNDING,
	OPT_INHERITABLE, OPT_AMBIENT, OPT_SECUREBITS, OPT_ALLOW_NEW, OPT_NO_NEW, OPT_LIMIT, OPT_IONICE, OPT_SCHED, OPT_KEEP_ENV, OPT_KEEP_ALL_ENV,
	OPT_ENV_DIR, OPT_KEEP_FD, OPT_KEEP_FDS, OPT_CHROOT, OPT_NEW_PID, OPT_NEW_CGROUP, OPT_CGROUP, OPT_PDEATHSIG, OPT_SETSID, OPT_LOCK,
	OPT_LOCK_WAIT, OPT_ARGV0, OPT_DIRECTIVE, OPT_RESET_ENV, OPT_INIT_GROUPS, OPT_REUID, OPT_REGID,
	OPT_CHDIR, OPT_ENV,
	OPT_PLAIN,	/* from here on: the directives of the table below */
	OPT_NICE = OPT_PLAIN, OPT_AFFINITY, OPT_OOM_SCORE, OPT_UMASK, OPT_ENV_FILE, OPT_PRIVATE_MOUNTS, OPT_PRIVATE_NETWORK, OPT_PRIVATE_IPC,
	OPT_PRIVATE_HOSTNAME, OPT_PRIVATE_USERS, OPT_PRIVATE_TMP, OPT_PRIVATE_DEV, OPT_PROTECT_SYSTEM, OPT_PROTECT_HOME, OPT_READ_ONLY,
	OPT_READ_WRITE, OPT_INACCESSIBLE, OPT_NO_EXEC, OPT_BIND, OPT_BIND_READ_ONLY, OPT_TMPFS, OPT_SECCOMP, OPT_SECCOMP_ERRNO,
	OPT_ADDRESS_FAMILIES, OPT_LANDLOCK_READ, OPT_LANDLOCK_WRITE, OPT_APPARMOR, OPT_SELINUX, OPT_TASKS_MAX, OPT_MEMORY_MAX, OPT_CPU_QUOTA,
	OPT_DIRECTIVES
};

/* Options that are directives of a unit by another name. */
static const struct {
	const char *key, *value;	/* value: that the option without one gives */
	bool word;		/* the directive has a list of words, and the option is one of them */
} directives[OPT_DIRECTIVES - OPT_PLAIN] = {
	[OPT_NICE - OPT_PLAIN] = { .key = "Nice" },
	[OPT_AFFINITY - OPT_PLAIN] = { .key = "CPUAffinity" },
	[OPT_OOM_SCORE - OPT_PLAIN] = { .key = "OOMScoreAdjust" },
	[OPT_UMASK - OPT_PLAIN] = { .key = "UMask" },
	[OPT_ENV_FILE - OPT_PLAIN] = { .key = "EnvironmentFile" },
	[OPT_PRIVATE_MOUNTS - OPT_PLAIN] = { .key = "PrivateMounts", .value = "yes" },
	[OPT_PRIVATE_NETWORK - OPT_PLAIN] = { .key = "PrivateNetwork", .value = "yes" },
	[OPT_PRIVATE_IPC - OPT_PLAIN] = { .key = "PrivateIPC", .value = "yes" },
	[OPT_PRIVATE_HOSTNAME - OPT_PLAIN] = { .key = "ProtectHostname", .value = "yes" },
	[OPT_PRIVATE_USERS - OPT_PLAIN] = { .key = "PrivateUsers", .value = "yes" },
	[OPT_PRIVATE_TMP - OPT_PLAIN] = { .key = "PrivateTmp", .value = "yes" },
	[OPT_PRIVATE_DEV - OPT_PLAIN] = { .key = "PrivateDevices", .value = "yes" },
	[OPT_PROTECT_SYSTEM - OPT_PLAIN] = { .key = "ProtectSystem" },
	[OPT_PROTECT_HOME - OPT_PLAIN] = { .key = "ProtectHome" },
	[OPT_READ_ONLY - OPT_PLAIN] = { .key = "ReadOnlyPaths", .word = true },
	[OPT_READ_WRITE - OPT_PLAIN] = { .key = "ReadWritePaths", .word = true },
	[OPT_INACCESSIBLE - OPT_PLAIN] = { .key = "InaccessiblePaths", .word = true },
	[OPT_NO_EXEC - OPT_PLAIN] = { .key = "NoExecPaths", .word = true },
	[OPT_BIND - OPT_PLAIN] = { .key = "BindPaths", .word = true },
	[OPT_BIND_READ_ONLY - OPT_PLAIN] = { .key = "BindReadOnlyPaths", .word = true },
	[OPT_TMPFS - OPT_PLAIN] = { .key = "TemporaryFileSystem", .word = true },
	[OPT_SECCOMP - OPT_PLAIN] = { .key = "SystemCallFilter" },
	[OPT_SECCOMP_ERRNO - OPT_PLAIN] = { .key = "SystemCallErrorNumber" },
	[OPT_ADDRESS_FAMILIES - OPT_PLAIN] = { .key = "RestrictAddressFamilies" },
	[OPT_LANDLOCK_READ - OPT_PLAIN] = { .key = "X-LandlockRead", .word = true },
	[OPT_LANDLOCK_WRITE - OPT_PLAIN] = { .key = "X-LandlockWrite", .word = true },
	[OPT_APPARMOR - OPT_PLAIN] = { .key = "AppArmorProfile" },
	[OPT_SELINUX - OPT_PLAIN] = { .key = "SELinuxContext" },
	[OPT_TASKS_MAX - OPT_PLAIN] = { .key = "TasksMax" },
	[OPT_MEMORY_MAX - OPT_PLAIN] = { .key = "MemoryMax" },
	[OPT_CPU_QUOTA - OPT_PLAIN] = { .key = "CPUQuota" },
};

static const struct opt opts[] = {
	{ OPT_UNIT, "unit", "FILE", "take all of it from a unit file" },
	{ OPT_EXPLAIN, "explain", NULL, "print what would be done, step by step, and do nothing" },
	{ OPT_FEATURES, "features", NULL, "list what this host can do" },
	{ OPT_MISSING, "missing", "FEATURE:POLICY", "when the host lacks it: refuse, warn or ignore" },
	{ OPT_DIRECTIVE, "directive", "KEY=VALUE", "any other directive of systemd.exec(5)" },
	{ OPT_GROUPS, "groups", "LIST", "these supplementary groups, and not the user's" },
	{ OPT_CLEAR_GROUPS, "clear-groups", NULL, "no supplementary groups" },
	{ OPT_KEEP_GROUPS, "keep-groups", NULL, "the supplementary groups of the caller" },
	{ OPT_INIT_GROUPS, "init-groups", NULL, "the supplementary groups of the user (the default)" },
	{ OPT_REUID, "reuid", "USER", "the user, as setpriv has it" },
	{ OPT_REGID, "regid", "GROUP", "the group, as setpriv has it" },
	{ OPT_KEEP_CAPS, "keep-caps", "CAPS", "capabilities that the command shall have" },
	{ OPT_BOUNDING, "bounding-set", "CAPS", "capabilities that may ever be had" },
	{ OPT_INHERITABLE, "inh-caps", "CAPS", "the inheritable set" },
	{ OPT_AMBIENT, "ambient-caps", "CAPS", "the ambient set" },
	{ OPT_SECUREBITS, "securebits", "LIST", "secure bits" },
	{ OPT_NO_NEW, "no-new-privs", NULL, "never any new privileges (the default)" },
	{ OPT_ALLOW_NEW, "allow-new-privs", NULL, "let set-id programs work" },
	{ OPT_LIMIT, "limit", "NAME=SOFT[:HARD]", "a resource limit: nofile, core, nproc ..." },
	{ OPT_NICE, "nice", "N", "nice value" },
	{ OPT_IONICE, "ionice", "CLASS[:N]", "I/O class real-time, best-effort or idle, and priority" },
	{ OPT_SCHED, "sched", "POLICY[:N]", "other, batch, idle, fifo or rr, and priority" },
	{ OPT_AFFINITY, "affinity", "LIST", "processors to run on" },
	{ OPT_OOM_SCORE, "oom-score", "N", "OOM score adjustment" },
	{ OPT_UMASK, "umask", "MODE", "file mode mask" },
	{ OPT_CHDIR, "chdir", "DIR", "working directory, entered as the user" },
	{ OPT_CHROOT, "chroot", "DIR", "root directory" },
	{ OPT_KEEP_ENV, "keep-env", "NAME", "a variable to keep" },
	{ OPT_KEEP_ALL_ENV, "keep-all-env", NULL, "keep the whole environment" },
	{ OPT_RESET_ENV, "reset-env", NULL, "a clean environment (the default)" },
	{ OPT_ENV, "env", "NAME=VALUE", "a variable to set" },
	{ OPT_ENV_FILE, "env-file", "FILE", "variables of a file, as EnvironmentFile= reads it" },
	{ OPT_ENV_DIR, "env-dir", "DIR", "variables of a directory, a file each" },
	{ OPT_KEEP_FD, "keep-fd", "N", "a descriptor to keep open" },
	{ OPT_KEEP_FDS, "keep-fds", NULL, "close no descriptor" },
	{ OPT_PRIVATE_MOUNTS, "private-mounts", NULL, "a mount namespace" },
	{ OPT_PRIVATE_NETWORK, "private-network", NULL, "a network with only a loopback" },
	{ OPT_PRIVATE_IPC, "private-ipc", NULL, "an IPC namespace" },
	{ OPT_PRIVATE_HOSTNAME, "private-hostname", NULL, "a host name that it cannot change" },
	{ OPT_PRIVATE_USERS, "private-users", NULL, "a user namespace" },
	{ OPT_NEW_PID, "private-pids", NULL, "a pid namespace; its parent waits for the command" },
	{ OPT_NEW_CGROUP, "private-cgroup", NULL, "a control group namespace" },
	{ OPT_PRIVATE_TMP, "private-tmp", NULL, "an empty /tmp and /var/tmp" },
	{ OPT_PRIVATE_DEV, "private-dev", NULL, "a small /dev" },
	{ OPT_PROTECT_SYSTEM, "protect-system", "HOW", "yes, full or strict" },
	{ OPT_PROTECT_HOME, "protect-home", "HOW", "yes, read-only or tmpfs" },
	{ OPT_READ_ONLY, "read-only", "PATH", "a path to be read-only" },
	{ OPT_READ_WRITE, "read-write", "PATH", "a path to be writable all the same" },
	{ OPT_INACCESSIBLE, "inaccessible", "PATH", "a path to be hidden" },
	{ OPT_NO_EXEC, "no-exec", "PATH", "a path from which nothing is executed" },
	{ OPT_BIND, "bind", "FROM[:TO]", "a path to be seen at another place" },
	{ OPT_BIND_READ_ONLY, "bind-read-only", "FROM[:TO]", "the same, read-only" },
	{ OPT_TMPFS, "tmpfs", "PATH[:OPTIONS]", "an empty file system in memory" },
	{ OPT_SECCOMP, "seccomp", "CALLS", "system calls and @groups allowed, or with ~ denied" },
	{ OPT_SECCOMP_ERRNO, "seccomp-errno", "ERROR", "fail with it instead of being killed" },
	{ OPT_ADDRESS_FAMILIES, "address-families", "LIST", "address families allowed, or with ~ denied" },
	{ OPT_LANDLOCK_READ, "landlock-read", "PATH", "Landlock: may be read; what is not named is closed" },
	{ OPT_LANDLOCK_WRITE, "landlock-write", "PATH", "Landlock: may be changed" },
	{ OPT_APPARMOR, "apparmor", "PROFILE", "AppArmor profile" },
	{ OPT_SELINUX, "selinux", "CONTEXT", "SELinux context" },
	{ OPT_CGROUP, "cgroup", "DIR", "control group to enter" },
	{ OPT_TASKS_MAX, "tasks-max", "N", "at most that many tasks" },
	{ OPT_MEMORY_MAX, "memory-max", "SIZE", "at most that much memory" },
	{ OPT_CPU_QUOTA, "cpu-quota", "N%", "at most that much of a processor" },
	{ OPT_PDEATHSIG, "pdeathsig", "SIGNAL", "signal to get when the parent dies" },
	{ OPT_SETSID, "setsid", NULL, "a session of its own" },
	{ OPT_LOCK, "lock", "FILE", "take a lock, or fail" },
	{ OPT_LOCK_WAIT, "lock-wait", "FILE", "take a lock, waiting for it" },
	{ OPT_ARGV0, "argv0", "NAME", "the command's name for itself" },
	{ 0 }
};

enum { FAILED = 1, USAGE = 2, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

static void
line(struct drop *d, const char *key, const char *value)
{
	if (drop_line(d, key, value) != 0)
		usage_die(USAGE, "a value for %s that no line can hold", key);
}

static void
directive(struct drop *d, int c)
{
	const char *key = directives[c - OPT_PLAIN].key, *value = directives[c - OPT_PLAIN].value;

	if (!directives[c - OPT_PLAIN].word)
		line(d, key, value ? value : optarg);
	else if (drop_word(d, key, optarg) != 0)
		usage_die(USAGE, "a value for %s that no line can hold", key);
}

static uint64_t
cap_names(char *list)
{
	struct vec names = VEC_INIT;
	uint64_t bits = 0;

	str_split(&names, list, ",");
	for (size_t i = 0; i < names.n; i++) {
		int n = strcmp(names.v[i], "all") == 0 ? 64 : strcmp(names.v[i], "none") == 0 ? -2 : caps_number(names.v[i]);

		if (n == -1)
			usage_die(USAGE, "no such capability '%s'", names.v[i]);
		bits |= n == 64 ? caps_all() : n < 0 ? 0 : UINT64_C(1) << n;
	}
	vec_free(&names);
	return bits;
}

/* "cap_a,cap_b", "all", "none", "cap_a,cap_c=eip cap_b+i": the sets that the letters name, e and p being one */
static void
caps_of(const char *text, uint64_t *permitted, uint64_t *inheritable)
{
	struct vec clauses = VEC_INIT;

	*permitted = *inheritable = 0;
	str_split(&clauses, text, " ");
	for (size_t i = 0; i < clauses.n; i++) {
		char *flags = strpbrk(clauses.v[i], "=+");
		uint64_t bits;

		if (flags)
			*flags++ = '\0';
		if (flags && flags[strspn(flags, "eip")])
			usage_die(USAGE, "bad capability flags '%s'", flags);
		bits = *clauses.v[i] ? cap_names(clauses.v[i]) : caps_all();
		if (!flags || strpbrk(flags, "ep"))
			*permitted |= bits;
		if (!flags || strchr(flags, 'i'))
			*inheritable |= bits;
	}
	vec_free(&clauses);
}

static void
cap_lines(struct drop *d, const char *key, uint64_t set)
{
	for (int i = 0; i < 64; i++)
		if (set >> i & 1) {
			char number[4];

			fmt_to(number, sizeof number, "%d", i);
			line(d, key, number);
		}
}

/* -all and +cap, as setpriv(1) writes them, or a plain list */
static void
caps_option(struct drop *d, int c, char *text)
{
	uint64_t permitted, inheritable;
	bool none = str_starts(text, "-all");

	text += none ? strcspn(text, ",") : 0;
	for (char *p = text; *p; p++)
		if (*p == '+' && (p == text || p[-1] == ','))
			*p = ',';
	caps_of(*text || !none ? text : "none", &permitted, &inheritable);
	if (c == OPT_BOUNDING || c == OPT_KEEP_CAPS) {
		line(d, "CapabilityBoundingSet", "");
		cap_lines(d, "CapabilityBoundingSet", permitted | inheritable);
	}
	if (c == OPT_AMBIENT || c == OPT_KEEP_CAPS) {
		line(d, "AmbientCapabilities", "");
		cap_lines(d, "AmbientCapabilities", permitted);
	}
	if (c == OPT_INHERITABLE || (c == OPT_KEEP_CAPS && inheritable != permitted)) {
		d->any_inheritable = true;
		d->inheritable = inheritable;
	}
}

/* "a:b" as two directives */
static void
pair(struct drop *d, const char *first, const char *second, char *value)
{
	char *colon = strchr(value, ':');

	if (colon)
		*colon++ = '\0';
	line(d, first, value);
	if (colon)
		line(d, second, colon);
}

static void
limit_option(struct drop *d, char *value)
{
	char *equals = strchr(value, '='), *key;

	if (!equals)
		usage_die(USAGE, "'%s' is no NAME=LIMIT", value);
	*equals = '\0';
	for (char *p = value; *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	key = mem_fmt("Limit%s", value);
	line(d, key, equals + 1);
	free(key);
}

static void
keep_fd(struct drop *d, const char *text)
{
	uint64_t n;

	if (num_u64(text, 0, 65535, &n) != 0)
		usage_die(USAGE, "'%s' is no descriptor", text);
	if (n > 2 && drop_pass(d, (int)n) != 0)
		usage_die(USAGE, "too many descriptors");
}

static int
print_features(void)
{
	for (int i = 0; i < FEATURES; i++) {
		static const char *const policies[] = { "refused", "a warning", "passed over" };
		struct vec none = VEC_INIT;
		const char *detail;
		int has = feature_probe((enum feature)i, &detail);

		out_fmt("%-22s %-4s %s%swhen missing: %s\n", feature_name((enum feature)i), has ? "yes" : "no", detail, *detail ? ", " : "",
		    policies[feature_policy(&none, (enum feature)i)]);
	}
	return out_flush() == 0 ? 0 : FAILED;
}

static void
free_directive(struct drop *d, char *text)
{
	char *equals = strchr(text, '=');

	if (!equals)
		usage_die(USAGE, "'%s' is no KEY=VALUE", text);
	*equals = '\0';
	line(d, text, equals + 1);
}

struct request {
	struct drop d;
	bool explain;
	const char *lock;
	bool lock_wait;
};

static void
groups_option(struct drop *d, int c)
{
	d->keep_groups = c == OPT_KEEP_GROUPS;
	d->exact_groups = c == OPT_GROUPS || c == OPT_CLEAR_GROUPS;
	vec_clear(&d->groups);
	if (c == OPT_GROUPS)
		str_split(&d->groups, optarg, ",");
}

static void
take_rights(struct request *r, int c)
{
	struct drop *d = &r->d;

	switch (c) {
	case OPT_GROUPS: case OPT_CLEAR_GROUPS: case OPT_KEEP_GROUPS: case OPT_INIT_GROUPS:
		groups_option(d, c);
		break;
	case OPT_KEEP_CAPS: case OPT_BOUNDING: case OPT_INHERITABLE: case OPT_AMBIENT:
		caps_option(d, c, optarg);
		break;
	case OPT_SECUREBITS:
		line(d, "SecureBits", optarg);
		break;
	case OPT_NO_NEW: case OPT_ALLOW_NEW:
		line(d, "NoNewPrivileges", c == OPT_NO_NEW ? "yes" : "no");
		break;
	case OPT_REUID:
		d->user = optarg;
		break;
	case OPT_REGID:
		d->group = optarg;
		break;
	case OPT_MISSING:
		if (feature_check(optarg) != 0)
			usage_die(USAGE, "'%s' is no FEATURE:POLICY", optarg);
		line(d, "X-MissingFeature", optarg);
		break;
	default:
		BUG("an option without a meaning");
	}
}

static void
take_surroundings(struct request *r, int c)
{
	struct drop *d = &r->d;

	switch (c) {
	case OPT_LIMIT:
		limit_option(d, optarg);
		break;
	case OPT_IONICE:
		pair(d, "IOSchedulingClass", "IOSchedulingPriority", optarg);
		break;
	case OPT_SCHED:
		pair(d, "CPUSchedulingPolicy", "CPUSchedulingPriority", optarg);
		break;
	case OPT_KEEP_ENV:
		line(d, "PassEnvironment", optarg);
		break;
	case OPT_KEEP_ALL_ENV: case OPT_RESET_ENV:
		d->keep_env = c == OPT_KEEP_ALL_ENV;
		break;
	case OPT_ENV:
		if (drop_setenv(d, optarg) != 0)
			usage_die(USAGE, "'%s' is no NAME=VALUE", optarg);
		break;
	case OPT_ENV_DIR:
		if (drop_envdir(d, optarg) != 0)
			die_errno(FAILED, "unable to read %s", optarg);
		break;
	case OPT_KEEP_FD:
		keep_fd(d, optarg);
		break;
	case OPT_KEEP_FDS:
		d->keep_fds = true;
		break;
	case OPT_PDEATHSIG:
		d->death_signal = sig_number(optarg);
		if (d->death_signal <= 0)
			usage_die(USAGE, "'%s' is no signal", optarg);
		break;
	default:
		take_rights(r, c);
	}
}

static void
take(struct request *r, int c)
{
	struct drop *d = &r->d;

	switch (c) {
	case OPT_UNIT:
		d->unit = optarg;
		break;
	case OPT_EXPLAIN:
		r->explain = true;
		break;
	case OPT_FEATURES:
		exit(print_features());
	case OPT_DIRECTIVE:
		free_directive(d, optarg);
		break;
	case OPT_CHROOT:
		if (drop_chroot(d, optarg) != 0)
			die_errno(FAILED, "unable to use %s as a root directory", optarg);
		break;
	case OPT_CHDIR:
		if (drop_chdir(d, optarg) != 0)
			usage_die(USAGE, "'%s' is no directory", optarg);
		break;
	case OPT_NEW_PID:
		d->pid_namespace = true;
		break;
	case OPT_NEW_CGROUP:
		d->cgroup_namespace = true;
		break;
	case OPT_CGROUP:
		d->cgroup = optarg;
		break;
	case OPT_SETSID:
		d->new_session = true;
		break;
	case OPT_LOCK: case OPT_LOCK_WAIT:
		r->lock = optarg;
		r->lock_wait = c == OPT_LOCK_WAIT;
		break;
	case OPT_ARGV0:
		d->argv0 = optarg;
		break;
	default:
		take_surroundings(r, c);
	}
}

static int
explain(const struct request *r)
{
	struct buf b = BUF_INIT;

	if (r->lock)
		buf_fmt(&b, "lock: %s%s\n", r->lock, r->lock_wait ? ", waiting for it" : "");
	drop_explain(&r->d, &b);
	if (fd_write_all(STDOUT_FILENO, b.s, b.len) != 0)
		die_errno(FAILED, "unable to write standard output");
	return 0;
}

static _Noreturn void
not_executed(const struct drop *d, int err)
{
	int status = err == ENOENT || err == ENOTDIR ? NOT_FOUND : NOT_EXECUTABLE;

	/* we are where the command would have been */
	if (err == ENOENT && strchr(d->spec.path, '/') && access(d->spec.path, F_OK) == 0)
		die(status, "unable to execute %s: its interpreter or loader is not there", d->spec.path);
	errno = err;
	die_errno(status, "unable to execute %s", d->spec.path);
}

static int
go(struct drop *d)
{
	struct child_error e;
	char *reason;
	const char *at;
	int status = drop_exec(d, &e, &reason);

	if (reason)
		die(FAILED, "%s", reason);
	if (e.step == CHILD_OK)
		return status;
	if (e.step == CHILD_EXEC)
		not_executed(d, e.err);
	at = e.step == CHILD_MOUNTS || e.step == CHILD_LANDLOCK ? sandbox_culprit(&d->ctx.sandbox) : NULL;
	errno = e.err;
	die_errno(child_step_status(e.step), "unable to %s%s%s", child_step_text(e.step), at ? ": " : "", at ? at : "");
}

static void
read_options(struct request *r, int argc, char *argv[])
{
	struct optscan s;
	int c;

	drop_init(&r->d);
	opt_begin(&s, opts, OPT_STOP);
	while ((c = opt_next(&s, argc, argv)) != -1)
		if (c == '?')
			exit(USAGE);
		else if (c >= OPT_PLAIN && c < OPT_DIRECTIVES)
			directive(&r->d, c);
		else
			take(r, c);
	/* with a unit, or as setpriv has it, the user comes from elsewhere */
	if (!r->d.unit && !r->d.user && optind < argc && drop_account(&r->d, argv[optind++]) != 0)
		usage_die(USAGE, "a user is needed, or USER:GROUP");
	if (optind < argc && strcmp(argv[optind], "--") == 0)
		optind++;
	if (optind >= argc)
		usage_die(USAGE, "a %s is needed", r->d.user || r->d.unit ? "command" : "user and a command");
}

static int
privdrop_main(int argc, char *argv[])
{
	struct request r = { .explain = false };
	char *bad;
	int code;

	if (fd_fill_stdio() != 0)
		die_errno(FAILED, "unable to open /dev/null");
	read_options(&r, argc, argv);
	bad = drop_plan(&r.d, argv + optind, &code);
	if (!bad && !r.explain) {
		if (r.lock && drop_lock(&r.d, r.lock, r.lock_wait) != 0)
			die_errno(FAILED, "unable to lock %s", r.lock);
		bad = drop_open(&r.d);
		if (bad)
			die(r.d.ctx.status, "%s", bad);
	}
	if (bad)
		die(code == 1 ? USAGE : FAILED, "%s", bad);
	for (size_t i = 0; i < drop_remarks(&r.d)->n; i++)
		warn("warning: %s", drop_remarks(&r.d)->v[i]);
	return r.explain ? explain(&r) : go(&r.d);
}

const struct applet privdrop_applet = {
	.name = "privdrop",
	.synopsis = "[option ...] USER[:GROUP] [--] COMMAND [argument ...]\n[option ...] --unit FILE [--] COMMAND [argument ...]",
	.summary = "run a command as another user, with nothing that it does not need",
	.opts = opts,
	.main = privdrop_main,
};
