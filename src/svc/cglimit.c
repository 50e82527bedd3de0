#include "svc/cglimit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/size.h"
#include "base/str.h"
#include "os/file.h"
#include "os/host.h"
#include "os/ns.h"
#include "svc/addresses.h"
#include "svc/devices.h"
#include "svc/feature.h"

static const struct {
	enum cgctl kind;
	const char *v2, *v1;
	const char *key;
} files[CONFINE_RESOURCES] = {
	[CONFINE_TASKS] = { CGCTL_PIDS, "pids.max", "pids.max", "TasksMax" },
	[CONFINE_MEMORY_MAX] = { CGCTL_MEMORY, "memory.max", "memory.limit_in_bytes", "MemoryMax" },
	[CONFINE_MEMORY_HIGH] = { CGCTL_MEMORY, "memory.high", NULL, "MemoryHigh" },
	[CONFINE_MEMORY_LOW] = { CGCTL_MEMORY, "memory.low", NULL, "MemoryLow" },
	[CONFINE_MEMORY_MIN] = { CGCTL_MEMORY, "memory.min", NULL, "MemoryMin" },
	[CONFINE_MEMORY_SWAP] = { CGCTL_MEMORY, "memory.swap.max", NULL, "MemorySwapMax" },
	[CONFINE_CPU_QUOTA] = { CGCTL_CPU, "cpu.max", "cpu.cfs_quota_us", "CPUQuota" },
	[CONFINE_CPU_WEIGHT] = { CGCTL_CPU, "cpu.weight", "cpu.shares", "CPUWeight" },
	[CONFINE_CPU_SHARES] = { CGCTL_CPU, "cpu.weight", "cpu.shares", "CPUShares" },
	[CONFINE_IO_WEIGHT] = { CGCTL_IO, "io.weight", NULL, "IOWeight" },
	[CONFINE_OOM] = { CGCTL_MEMORY, "memory.oom.group", "", "OOMPolicy" },
};

static const enum feature features[CGCTL_KINDS] = {
	[CGCTL_CPU] = FEATURE_CGROUP_CPU, [CGCTL_MEMORY] = FEATURE_CGROUP_MEMORY, [CGCTL_PIDS] = FEATURE_CGROUP_PIDS, [CGCTL_IO] = FEATURE_CGROUP_IO,
	[CGCTL_DEVICES] = FEATURE_CGROUP_DEVICES, [CGCTL_ADDRESSES] = FEATURE_CGROUP_ADDRESSES,
};

static uint64_t
number_in(const char *path, uint64_t otherwise)
{
	struct buf text = BUF_INIT;
	uint64_t n = otherwise;

	if (file_read(AT_FDCWD, path, 0, 64, &text, NULL) == 0 && text.s)
		num_u64(str_trim(text.s), 1, UINT64_MAX, &n);
	buf_free(&text);
	return n;
}

/* what 100 % of tasks are */
static uint64_t
most_tasks(void)
{
	uint64_t pids = number_in("/proc/sys/kernel/pid_max", 32768), threads = number_in("/proc/sys/kernel/threads-max", 32768);

	return pids < threads ? pids : threads;
}

static char *
amount(enum confine_resource r, const char *value, const char *endless)
{
	uint64_t n, percent = num_leading(value);

	if (strcmp(value, "infinity") == 0)
		return mem_str(endless);
	if (str_ends(value, "%"))
		n = (r == CONFINE_TASKS ? most_tasks() : host_memory()) / 100 * percent;
	else if (r == CONFINE_TASKS ? num_u64(value, 1, UINT64_MAX, &n) != 0 : size_parse(value, &n) != 0)
		return NULL;
	return mem_fmt("%llu", (unsigned long long)n);
}

static char *
scaled(const char *value, unsigned long from, unsigned long to, unsigned long min)
{
	unsigned long n = (unsigned long)num_leading(value) * to / from;

	return mem_fmt("%lu", n < min ? min : n);
}

char *
cglimit_value(enum confine_resource r, const char *value, int version)
{
	if (version == 1 && !files[r].v1)
		return NULL;
	switch (r) {
	case CONFINE_CPU_QUOTA:
		return mem_fmt(version == 2 ? "%lu 100000" : "%lu", (unsigned long)num_leading(value) * 1000);
	case CONFINE_CPU_WEIGHT:
		if (strcmp(value, "idle") == 0)
			return mem_str(version == 2 ? "1" : "2");
		return version == 2 ? mem_str(value) : scaled(value, 100, 1024, 2);
	case CONFINE_CPU_SHARES:
		return version == 1 ? mem_str(value) : scaled(value, 1024, 100, 1);
	case CONFINE_IO_WEIGHT:
		return mem_str(value);
	case CONFINE_OOM:
		return mem_str(strcmp(value, "kill") == 0 ? "1" : "0");
	default:
		return amount(r, value, version == 2 || r == CONFINE_TASKS ? "max" : "-1");
	}
}

/* it could not be limited: as the policy for its controller has it */
static char *
without(const struct confine *c, enum cgctl kind, char *what, const char *why, struct vec *remarks)
{
	enum feature_policy p = feature_policy(&c->policies, features[kind]);
	char *text = mem_fmt("%s has no effect on this host: %s", what, why);

	free(what);
	if (p == FEATURE_REFUSE)
		return text;
	if (p == FEATURE_WARN)
		vec_take(remarks, text);
	else
		free(text);
	return NULL;
}

static char *
line_of(const struct confine *c, enum confine_resource r)
{
	return mem_fmt("%s=%s", files[r].key, c->resources[r]);
}

/* in version 1 OOMPolicy= needs the group and no file in it: who watches does it all */
static int
set_file(enum confine_resource r, int version, const char *group, const char *value)
{
	if (version == 1 && !*files[r].v1)
		return 0;
	return cgctl_set(files[r].kind, group, files[r].v2, files[r].v1, value);
}

static char *
set_one(struct cglimit *l, const struct confine *c, enum confine_resource r, const char *group, struct vec *remarks)
{
	enum cgctl kind = files[r].kind;
	int version = cgctl_version(kind);
	char *value = version ? cglimit_value(r, c->resources[r], version) : NULL, *bad = NULL;

	if (!value)
		return without(c, kind, line_of(c, r), version ? "version 1 of control groups has no such limit" : "there is no controller for it", remarks);
	/* the service's own group first: while that is there, nobody takes away those above */
	if (l->fd[kind] < 0)
		l->fd[kind] = cgctl_open(kind, l->name);
	if (l->fd[kind] < 0 || set_file(r, version, group, value) != 0)
		bad = without(c, kind, line_of(c, r), strerror(errno), remarks);
	free(value);
	return bad;
}

char *
cglimit_above(struct cglimit *l, const struct confine *c, const char *group, struct vec *remarks)
{
	char *bad = NULL;

	for (int r = 0; !bad && r < CONFINE_RESOURCES; r++)
		if (c->resources[r] && !(r == CONFINE_OOM && l->asked_only))
			bad = set_one(l, c, (enum confine_resource)r, group, remarks);
	return bad;
}

/* what another setting means for devices is done where it can be, as systemd.exec(5) has it */
static char *
set_devices(struct cglimit *l, const struct confine *c, struct vec *remarks)
{
	enum devices_want want = devices_wanted(c);
	struct devcg_rule *rules;
	size_t n;
	int version, r;
	char *dir;

	if (want == DEVICES_ALL || (want == DEVICES_IMPLIED && l->asked_only) || geteuid() != 0)
		return want == DEVICES_ASKED ? without(c, CGCTL_DEVICES, mem_str("DevicePolicy="), "only root can restrict devices", remarks) : NULL;
	rules = devices_rules(c, &n);
	dir = cgctl_make(CGCTL_DEVICES, l->name, &version);
	r = dir ? devcg_set(dir, version, rules, n) : -1;
	if (r == 0) {
		l->fd[CGCTL_DEVICES] = cgctl_open_in(dir);
		r = l->fd[CGCTL_DEVICES] >= 0 ? 0 : -1;
	}
	free(rules);
	free(dir);
	return r == 0 || want == DEVICES_IMPLIED ? NULL : without(c, CGCTL_DEVICES, mem_str("DevicePolicy="), strerror(errno), remarks);
}

static char *
set_addresses(struct cglimit *l, const struct confine *c, struct vec *remarks)
{
	struct netcg_rule *rules;
	size_t n;
	int version, r = -1;
	char *dir;

	if (!c->ip_allow.n && !c->ip_deny.n)
		return NULL;
	rules = addresses_rules(c, &n);
	dir = cgctl_make(CGCTL_ADDRESSES, l->name, &version);
	if (dir && netcg_set(dir, rules, n) == 0) {
		l->fd[CGCTL_ADDRESSES] = cgctl_open_in(dir);
		r = l->fd[CGCTL_ADDRESSES] >= 0 ? 0 : -1;
	}
	free(rules);
	free(dir);
	return r == 0 ? NULL : without(c, CGCTL_ADDRESSES, mem_str("IPAddressDeny="), strerror(errno), remarks);
}

char *
cglimit_open(struct cglimit *l, const struct confine *c, const char *name, struct vec *remarks)
{
	char *bad;

	if (!l->name)
		l->name = mem_str(name);
	bad = cglimit_above(l, c, l->name, remarks);
	if (!bad)
		bad = set_devices(l, c, remarks);
	return bad ? bad : set_addresses(l, c, remarks);
}

int
cglimit_join(const struct cglimit *l, const struct cgroup *in)
{
	for (int i = 0; i < CGCTL_KINDS; i++)
		if (l->fd[i] >= 0 && !(in && cgroup_has_file(in, l->fd[i])) && cgctl_join(l->fd[i]) != 0)
			return -1;
	return 0;
}

void
cglimit_close(struct cglimit *l)
{
	for (int i = 0; i < CGCTL_KINDS; i++) {
		if (l->fd[i] < 0)
			continue;
		close(l->fd[i]);
		l->fd[i] = -1;
		cgctl_remove((enum cgctl)i, l->name);
	}
	free(l->name);
	l->name = NULL;
}

bool
cglimit_is_needed(const struct confine *c)
{
	for (int r = 0; r < CONFINE_RESOURCES; r++)
		if (c->resources[r])
			return true;
	return devices_wanted(c) != DEVICES_ALL || c->ip_allow.n || c->ip_deny.n;
}

void
cglimit_name_alone(struct cglimit *l, const char *prefix)
{
	char *known = mem_fmt("%s%lu-", prefix, ns_id(CLONE_NEWPID));

	free(l->name);
	l->name = mem_fmt("%s%ld", known, (long)getpid());
	for (int i = 0; i < CGCTL_KINDS; i++)
		cgctl_sweep((enum cgctl)i, known);
	free(known);
}

void
cglimit_explain(const struct confine *c, struct buf *out)
{
	const struct {
		const struct vec *words;
		const char *label;
	} lists[] = { { &c->device_allow, "devices allowed" }, { &c->ip_allow, "addresses allowed" }, { &c->ip_deny, "addresses denied" } };
	static const char *const devices[] = {
		[CONFINE_DEVICES_CLOSED] = "those that every program has, and what is allowed", [CONFINE_DEVICES_STRICT] = "only what is allowed",
	};

	for (int r = 0; r < CONFINE_RESOURCES; r++)
		if (c->resources[r])
			buf_fmt(out, "%s control group: %s %s\n", r == CONFINE_OOM ? "watched by" : "limit by", files[r].key, c->resources[r]);
	if (devices[c->device_policy])
		buf_fmt(out, "devices: %s\n", devices[c->device_policy]);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (size_t k = 0; k < lists[i].words->n; k++)
			buf_fmt(out, "%s: %s\n", lists[i].label, lists[i].words->v[k]);
}
