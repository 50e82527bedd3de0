#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/caps.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/sig.h"
#include "svc/drop.h"
#include "svc/feature.h"

enum {
	OPT_UNIT = OPT_LONG, OPT_EXPLAIN, OPT_FEATURES, OPT_MISSING, OPT_GROUPS, OPT_CLEAR_GROUPS, OPT_KEEP_GROUPS, OPT_KEEP_CAPS, OPT_BOUNDING,
	OPT_INHERITABLE, OPT_AMBIENT, OPT_SECUREBITS, OPT_ALLOW_NEW, OPT_NO_NEW, OPT_LIMIT, OPT_IONICE, OPT_SCHED, OPT_KEEP_ENV, OPT_KEEP_ALL_ENV,
	OPT_ENV_DIR, OPT_KEEP_FD, OPT_KEEP_FDS, OPT_CHROOT, OPT_NEW_PID, OPT_NEW_CGROUP, OPT_CGROUP, OPT_PDEATHSIG, OPT_SETSID, OPT_LOCK,
	OPT_LOCK_WAIT, OPT_ARGV0, OPT_DIRECTIVE, OPT_RESET_ENV, OPT_INIT_GROUPS, OPT_REUID, OPT_REGID,
	OPT_PLAIN,	/* from here on: the directives of the table below */
};

/* Options that are directives of a unit by another name. */
static const struct {
	const char *name, *key, *value;
} directives[] = {
	{ "nice", "Nice", NULL }, { "affinity", "CPUAffinity", NULL }, { "oom-score", "OOMScoreAdjust", NULL }, { "umask", "UMask", NULL },
	{ "chdir", "WorkingDirectory", NULL }, { "env", "Environment", NULL }, { "env-file", "EnvironmentFile", NULL },
	{ "private-mounts", "PrivateMounts", "yes" }, { "private-network", "PrivateNetwork", "yes" }, { "private-ipc", "PrivateIPC", "yes" },
	{ "private-hostname", "ProtectHostname", "yes" }, { "private-users", "PrivateUsers", "yes" }, { "private-tmp", "PrivateTmp", "yes" },
	{ "private-dev", "PrivateDevices", "yes" }, { "protect-system", "ProtectSystem", NULL }, { "protect-home", "ProtectHome", NULL },
	{ "read-only", "ReadOnlyPaths", NULL }, { "read-write", "ReadWritePaths", NULL }, { "inaccessible", "InaccessiblePaths", NULL },
	{ "no-exec", "NoExecPaths", NULL }, { "bind", "BindPaths", NULL }, { "bind-read-only", "BindReadOnlyPaths", NULL },
	{ "tmpfs", "TemporaryFileSystem", NULL }, { "seccomp", "SystemCallFilter", NULL }, { "seccomp-errno", "SystemCallErrorNumber", NULL },
	{ "address-families", "RestrictAddressFamilies", NULL }, { "landlock-read", "X-LandlockRead", NULL },
	{ "landlock-write", "X-LandlockWrite", NULL }, { "apparmor", "AppArmorProfile", NULL }, { "selinux", "SELinuxContext", NULL },
	{ "tasks-max", "TasksMax", NULL }, { "memory-max", "MemoryMax", NULL }, { "cpu-quota", "CPUQuota", NULL },
};
enum { DIRECTIVES = sizeof directives / sizeof *directives };

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
	{ OPT_PLAIN + 0, "nice", "N", "nice value" },
	{ OPT_IONICE, "ionice", "CLASS[:N]", "I/O class real-time, best-effort or idle, and priority" },
	{ OPT_SCHED, "sched", "POLICY[:N]", "other, batch, idle, fifo or rr, and priority" },
	{ OPT_PLAIN + 1, "affinity", "LIST", "processors to run on" },
	{ OPT_PLAIN + 2, "oom-score", "N", "OOM score adjustment" },
	{ OPT_PLAIN + 3, "umask", "MODE", "file mode mask" },
	{ OPT_PLAIN + 4, "chdir", "DIR", "working directory, entered as the user" },
	{ OPT_CHROOT, "chroot", "DIR", "root directory" },
	{ OPT_KEEP_ENV, "keep-env", "NAME", "a variable to keep" },
	{ OPT_KEEP_ALL_ENV, "keep-all-env", NULL, "keep the whole environment" },
	{ OPT_RESET_ENV, "reset-env", NULL, "a clean environment (the default)" },
	{ OPT_PLAIN + 5, "env", "NAME=VALUE", "a variable to set" },
	{ OPT_PLAIN + 6, "env-file", "FILE", "variables of a file, as EnvironmentFile= reads it" },
	{ OPT_ENV_DIR, "env-dir", "DIR", "variables of a directory, a file each" },
	{ OPT_KEEP_FD, "keep-fd", "N", "a descriptor to keep open" },
	{ OPT_KEEP_FDS, "keep-fds", NULL, "close no descriptor" },
	{ OPT_PLAIN + 7, "private-mounts", NULL, "a mount namespace" },
	{ OPT_PLAIN + 8, "private-network", NULL, "a network with only a loopback" },
	{ OPT_PLAIN + 9, "private-ipc", NULL, "an IPC namespace" },
	{ OPT_PLAIN + 10, "private-hostname", NULL, "a host name that it cannot change" },
	{ OPT_PLAIN + 11, "private-users", NULL, "a user namespace" },
	{ OPT_NEW_PID, "private-pids", NULL, "a pid namespace; its parent waits for the command" },
	{ OPT_NEW_CGROUP, "private-cgroup", NULL, "a control group namespace" },
	{ OPT_PLAIN + 12, "private-tmp", NULL, "an empty /tmp and /var/tmp" },
	{ OPT_PLAIN + 13, "private-dev", NULL, "a small /dev" },
	{ OPT_PLAIN + 14, "protect-system", "HOW", "yes, full or strict" },
	{ OPT_PLAIN + 15, "protect-home", "HOW", "yes, read-only or tmpfs" },
	{ OPT_PLAIN + 16, "read-only", "PATH", "a path to be read-only" },
	{ OPT_PLAIN + 17, "read-write", "PATH", "a path to be writable all the same" },
	{ OPT_PLAIN + 18, "inaccessible", "PATH", "a path to be hidden" },
	{ OPT_PLAIN + 19, "no-exec", "PATH", "a path from which nothing is executed" },
	{ OPT_PLAIN + 20, "bind", "FROM[:TO]", "a path to be seen at another place" },
	{ OPT_PLAIN + 21, "bind-read-only", "FROM[:TO]", "the same, read-only" },
	{ OPT_PLAIN + 22, "tmpfs", "PATH[:OPTIONS]", "an empty file system in memory" },
	{ OPT_PLAIN + 23, "seccomp", "CALLS", "system calls and @groups allowed, or with ~ denied" },
	{ OPT_PLAIN + 24, "seccomp-errno", "ERROR", "fail with it instead of being killed" },
	{ OPT_PLAIN + 25, "address-families", "LIST", "address families allowed, or with ~ denied" },
	{ OPT_PLAIN + 26, "landlock-read", "PATH", "Landlock: may be read; what is not named is closed" },
	{ OPT_PLAIN + 27, "landlock-write", "PATH", "Landlock: may be changed" },
	{ OPT_PLAIN + 28, "apparmor", "PROFILE", "AppArmor profile" },
	{ OPT_PLAIN + 29, "selinux", "CONTEXT", "SELinux context" },
	{ OPT_CGROUP, "cgroup", "DIR", "control group to enter" },
	{ OPT_PLAIN + 30, "tasks-max", "N", "at most that many tasks" },
	{ OPT_PLAIN + 31, "memory-max", "SIZE", "at most that much memory" },
	{ OPT_PLAIN + 32, "cpu-quota", "N%", "at most that much of a processor" },
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

/* "cap_a,cap_b", "all", "none", "cap_a=eip cap_b+i": the sets that the letters name, e and p being one */
static void
caps_of(const char *text, uint64_t *permitted, uint64_t *inheritable)
{
	struct vec words = VEC_INIT;

	*permitted = *inheritable = 0;
	str_split(&words, text, " ,");
	for (size_t i = 0; i < words.n; i++) {
		char *flags = strpbrk(words.v[i], "=+");
		uint64_t bits = caps_all();
		int n;

		if (flags)
			*flags++ = '\0';
		if (flags && flags[strspn(flags, "eip")])
			usage_die(USAGE, "bad capability flags '%s'", flags);
		if (strcmp(words.v[i], "none") == 0)
			continue;
		if (*words.v[i] && strcmp(words.v[i], "all") != 0) {
			n = caps_number(words.v[i]);
			if (n < 0)
				usage_die(USAGE, "no such capability '%s'", words.v[i]);
			bits = UINT64_C(1) << n;
		}
		if (!flags || strpbrk(flags, "ep"))
			*permitted |= bits;
		if (!flags || strchr(flags, 'i'))
			*inheritable |= bits;
	}
	vec_free(&words);
}

static void
cap_lines(struct drop *d, const char *key, uint64_t set)
{
	for (int i = 0; i < 64; i++)
		if (set >> i & 1) {
			char number[4];

			snprintf(number, sizeof number, "%d", i);
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
	if (d->n_pass == sizeof d->pass / sizeof *d->pass)
		usage_die(USAGE, "too many descriptors");
	if (n > 2)
		d->pass[d->n_pass++] = (int)n;
}

/* the lock lives as long as the command keeps its descriptor */
static void
take_lock(struct drop *d, const char *path, bool wait)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		die_errno(FAILED, "unable to open %s", path);
	if ((wait ? lock_wait(fd, CLOCK_FOREVER) : lock_take(fd)) != 0)
		die_errno(FAILED, "unable to lock %s", path);
	d->pass[d->n_pass++] = fd;
}

static int
print_features(void)
{
	for (int i = 0; i < FEATURES; i++) {
		static const char *const policies[] = { "refused", "a warning", "passed over" };
		struct vec none = VEC_INIT;
		const char *detail;
		int has = feature_probe((enum feature)i, &detail);

		printf("%-22s %-4s %s%swhen missing: %s\n", feature_name((enum feature)i), has ? "yes" : "no", detail, *detail ? ", " : "",
		    policies[feature_policy(&none, (enum feature)i)]);
	}
	return fflush(stdout) == 0 ? 0 : FAILED;
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
		d->chroot = optarg;
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
explain(const struct drop *d)
{
	struct buf b = BUF_INIT;

	drop_explain(d, &b);
	if (fd_write_all(STDOUT_FILENO, b.s, b.len) != 0)
		die_errno(FAILED, "unable to write standard output");
	return 0;
}

static int
go(struct drop *d)
{
	struct child_error e;
	char *reason;
	int status = drop_exec(d, &e, &reason);

	if (reason)
		die(FAILED, "%s", reason);
	if (e.step == CHILD_OK)
		return status;
	errno = e.err;
	if (e.step == CHILD_EXEC)
		die_errno(e.err == ENOENT || e.err == ENOTDIR ? NOT_FOUND : NOT_EXECUTABLE, "unable to execute %s", d->spec.path);
	die_errno(child_step_status(e.step), "unable to %s", child_step_text(e.step));
}

static int
privdrop_main(int argc, char *argv[])
{
	struct request r = { .explain = false };
	struct optscan s;
	char *bad;
	int c, code;

	drop_init(&r.d);
	opt_begin(&s, opts, OPT_STOP);
	while ((c = opt_next(&s, argc, argv)) != -1)
		if (c == '?')
			return USAGE;
		else if (c >= OPT_PLAIN && c < OPT_PLAIN + DIRECTIVES)
			line(&r.d, directives[c - OPT_PLAIN].key, directives[c - OPT_PLAIN].value ? directives[c - OPT_PLAIN].value : optarg);
		else
			take(&r, c);
	/* with a unit, or as setpriv has it, the user comes from elsewhere */
	if (!r.d.unit && !r.d.user && optind < argc && drop_account(&r.d, argv[optind++]) != 0)
		usage_die(USAGE, "a user is needed, or USER:GROUP");
	if (optind < argc && strcmp(argv[optind], "--") == 0)
		optind++;
	if (optind >= argc)
		usage_die(USAGE, "a %s is needed", r.d.user || r.d.unit ? "command" : "user and a command");
	bad = drop_plan(&r.d, argv + optind, &code);
	if (bad)
		die(code == 1 ? USAGE : FAILED, "%s", bad);
	for (size_t i = 0; i < drop_remarks(&r.d)->n; i++)
		warn("warning: %s", drop_remarks(&r.d)->v[i]);
	if (r.explain)
		return explain(&r.d);
	if (r.lock)
		take_lock(&r.d, r.lock, r.lock_wait);
	r.d.spec.n_pass = r.d.n_pass;
	return go(&r.d);
}

const struct applet privdrop_applet = {
	.name = "privdrop",
	.synopsis = "[option ...] USER[:GROUP] [--] COMMAND [argument ...]\n[option ...] --unit FILE [--] COMMAND [argument ...]",
	.summary = "run a command as another user, with nothing that it does not need",
	.opts = opts,
	.main = privdrop_main,
};
