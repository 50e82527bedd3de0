#include "svc/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "os/errname.h"

#define DENY(number) (SECCOMP_ERRNO | (uint32_t)(number))
#define ALL UINT32_MAX

static void
stricter(struct seccomp_policy *p, int call, uint32_t action)
{
	if (seccomp_stricter(action, p->action[call]))
		p->action[call] = action;
}

static void
deny_group(struct seccomp_policy *p, const char *group)
{
	struct syscalls_set set = { { 0 } };

	syscalls_group(group, &set);
	for (int i = 0; i < SYSCALLS_COUNT; i++)
		if (syscalls_has(&set, i))
			stricter(p, i, DENY(EPERM));
}

static void
deny_one(struct seccomp_policy *p, int call, unsigned arg, int op, uint32_t mask, uint32_t value, int error)
{
	struct seccomp_check c = { .call = call, .test = { { .op = op, .arg = arg, .mask = mask, .value = value } }, .action = DENY(error) };

	seccomp_check(p, &c);
}

/* deny when both masks have all their bits in their arguments */
static void
deny_two(struct seccomp_policy *p, int call, unsigned arg, uint32_t mask, unsigned arg2, uint32_t mask2)
{
	struct seccomp_check c = {
		.call = call, .action = DENY(EPERM),
		.test = { { SECCOMP_EQ, arg, mask, mask }, { SECCOMP_EQ, arg2, mask2, mask2 } },
	};

	seccomp_check(p, &c);
}

/* --- lists of calls --- */

/* what one word of the list names, and the error it asks for: 0 none of its own, -1 kill */
static int
resolve(const char *word, struct syscalls_set *set)
{
	char *name = mem_str(word), *colon = strchr(name, ':');
	int error = 0, call;

	if (colon) {
		*colon = '\0';
		error = strcmp(colon + 1, "kill") == 0 ? -1 : errname_number(colon + 1);
	}
	call = syscalls_find(name);
	if (*name == '@')
		syscalls_group(name, set);
	else if (call >= 0)
		set->bits[call / 64] |= UINT64_C(1) << call % 64;
	free(name);
	return error;
}

static void
list_calls(const struct confine_calls *l, bool filter, int fallback, uint32_t actions[SYSCALLS_COUNT])
{
	uint32_t deny = fallback ? DENY(fallback) : SECCOMP_KILL;
	bool allow = l->mode == CONFINE_CALLS_ALLOW;
	struct syscalls_set set = { { 0 } };

	/* without these no program could even end */
	if (allow && filter)
		syscalls_group("@default", &set);
	for (int i = 0; i < SYSCALLS_COUNT; i++)
		actions[i] = allow && !syscalls_has(&set, i) ? deny : SECCOMP_ALLOW;
	for (size_t k = 0; k < l->items.n; k++) {
		bool undo = l->items.v[k][0] == '~';
		int error;
		uint32_t action;

		memset(&set, 0, sizeof set);
		error = resolve(l->items.v[k] + undo, &set);
		action = error > 0 ? DENY(error) : error < 0 ? SECCOMP_KILL : deny;
		/* in an allow list a name with an error of its own is denied by that error */
		if (!error && allow != undo)
			action = SECCOMP_ALLOW;
		for (int i = 0; i < SYSCALLS_COUNT; i++)
			if (syscalls_has(&set, i))
				actions[i] = action;
	}
}

/* numbers that came after us fail as on a kernel without them, so that programs take their older way */
static void
add_calls(const struct confine *c, struct seccomp_policy *p)
{
	uint32_t actions[SYSCALLS_COUNT];
	struct syscalls_set known = { { 0 } };

	if (c->calls.mode == CONFINE_CALLS_NONE)
		return;
	list_calls(&c->calls, true, c->calls_errno, actions);
	syscalls_group("@known", &known);
	for (int i = 0; i < SYSCALLS_COUNT; i++) {
		if (c->calls.mode == CONFINE_CALLS_ALLOW && actions[i] == SECCOMP_KILL && !syscalls_has(&known, i))
			actions[i] = DENY(ENOSYS);
		stricter(p, i, actions[i]);
	}
	if (c->calls.mode == CONFINE_CALLS_ALLOW)
		p->unknown = DENY(ENOSYS);
}

static void
add_log(const struct confine *c, struct seccomp_policy *p)
{
	uint32_t actions[SYSCALLS_COUNT];

	if (c->log_calls.mode == CONFINE_CALLS_NONE || !seccomp_knows(SECCOMP_LOG))
		return;
	list_calls(&c->log_calls, false, 0, actions);
	for (int i = 0; i < SYSCALLS_COUNT; i++)
		if (actions[i] == SECCOMP_ALLOW)
			stricter(p, i, SECCOMP_LOG);
}

static void
add_architectures(const struct confine *c, struct seccomp_policy *p)
{
	enum syscalls_arch native = syscalls_native();

	if (native == SYSCALLS_ARCHES)
		return;
	p->arches = 1U << native;
	/* what a filter cannot see into must not be a way around it */
	p->foreign = SECCOMP_KILL;
	if (c->architectures.n == 0)
		p->arches |= syscalls_family(native);
	for (size_t i = 0; i < c->architectures.n; i++) {
		enum syscalls_arch a = syscalls_arch_of(c->architectures.v[i]);

		if (a < SYSCALLS_ARCHES)
			p->arches |= 1U << a;
	}
}

/* --- restrictions by argument --- */

static void
add_families(const struct confine *c, struct seccomp_policy *p)
{
	bool allow = c->families_mode == CONFINE_FAMILIES_ALLOW;

	if (c->families_mode == CONFINE_FAMILIES_ANY)
		return;
	/* i386 has all of them behind one number, with its arguments in memory */
	stricter(p, SYSCALLS_socketcall, DENY(ENOSYS));
	for (unsigned i = 0; i < 64; i++)
		if (allow != (c->families >> i & 1))
			deny_one(p, SYSCALLS_socket, 0, SECCOMP_EQ, ALL, i, EAFNOSUPPORT);
	if (allow)
		deny_one(p, SYSCALLS_socket, 0, SECCOMP_GT, ALL, 63, EAFNOSUPPORT);
}

static void
add_namespaces(const struct confine *c, struct seccomp_policy *p)
{
	if (!c->forbidden_ns)
		return;
	/* its flags are in memory; programs fall back to clone */
	stricter(p, SYSCALLS_clone3, DENY(ENOSYS));
	deny_one(p, SYSCALLS_setns, 1, SECCOMP_EQ, ALL, 0, EPERM);
	/* where none may be entered, none will be that comes after us */
	if (c->forbidden_ns == CONFINE_ALL_NS)
		stricter(p, SYSCALLS_setns, DENY(EPERM));
	for (unsigned i = 0; i < 32; i++) {
		uint32_t flag = 1U << i;

		if (!(c->forbidden_ns & flag))
			continue;
		deny_one(p, SYSCALLS_unshare, 0, SECCOMP_EQ, flag, flag, EPERM);
		deny_one(p, SYSCALLS_clone, 0, SECCOMP_EQ, flag, flag, EPERM);
		deny_one(p, SYSCALLS_setns, 1, SECCOMP_EQ, flag, flag, EPERM);
	}
}

static void
add_realtime(const struct confine *c, struct seccomp_policy *p)
{
	static const uint32_t fine[] = { SCHED_OTHER, SCHED_BATCH, SCHED_IDLE };

	if (!c->restrict_realtime)
		return;
	for (uint32_t i = 0; i <= SCHED_IDLE; i++)
		if (i != fine[0] && i != fine[1] && i != fine[2])
			deny_one(p, SYSCALLS_sched_setscheduler, 1, SECCOMP_EQ, ALL, i, EPERM);
	deny_one(p, SYSCALLS_sched_setscheduler, 1, SECCOMP_GT, ALL, SCHED_IDLE, EPERM);
}

/* a mode with a set-id bit in the argument */
static void
deny_mode(struct seccomp_policy *p, int call, unsigned arg)
{
	deny_one(p, call, arg, SECCOMP_EQ, S_ISUID, S_ISUID, EPERM);
	deny_one(p, call, arg, SECCOMP_EQ, S_ISGID, S_ISGID, EPERM);
}

static void
deny_create(struct seccomp_policy *p, int call, unsigned flags)
{
	/* O_TMPFILE has O_DIRECTORY in it, which alone makes nothing */
	static const uint32_t making[] = { O_CREAT, O_TMPFILE & ~O_DIRECTORY };

	for (size_t i = 0; i < 2; i++) {
		deny_two(p, call, flags, making[i], flags + 1, S_ISUID);
		deny_two(p, call, flags, making[i], flags + 1, S_ISGID);
	}
}

static void
add_suid(const struct confine *c, struct seccomp_policy *p)
{
	if (!c->restrict_suid)
		return;
	deny_mode(p, SYSCALLS_chmod, 1);
	deny_mode(p, SYSCALLS_fchmod, 1);
	deny_mode(p, SYSCALLS_fchmodat, 2);
	deny_mode(p, SYSCALLS_fchmodat2, 2);
	deny_mode(p, SYSCALLS_mkdir, 1);
	deny_mode(p, SYSCALLS_mkdirat, 2);
	deny_mode(p, SYSCALLS_mknod, 1);
	deny_mode(p, SYSCALLS_mknodat, 2);
	deny_mode(p, SYSCALLS_creat, 1);
	deny_create(p, SYSCALLS_open, 1);
	deny_create(p, SYSCALLS_openat, 2);
	stricter(p, SYSCALLS_openat2, DENY(ENOSYS));
}

/* what shmat(2) is behind the one number that older programs have for all of System V's calls: number 21, in the low half of the first argument */
static const struct seccomp_check attach_by_ipc = {
	.call = SYSCALLS_ipc, .action = DENY(EPERM),
	.test = { { SECCOMP_EQ, 0, 0xffff, 21 }, { SECCOMP_EQ, 2, SHM_EXEC, SHM_EXEC } },
};
/* where mmap(2) has its arguments in memory, out of sight; the C libraries there use mmap2(2) */
static const struct seccomp_check map_by_pointer = { .call = SYSCALLS_mmap, .arches = 1U << SYSCALLS_I386, .action = DENY(EPERM) };

static void
add_memory(const struct confine *c, struct seccomp_policy *p)
{
	static const int maps[] = { SYSCALLS_mmap, SYSCALLS_mmap2 };

	if (!c->deny_write_execute)
		return;
	seccomp_check(p, &map_by_pointer);
	seccomp_check(p, &attach_by_ipc);
	for (size_t i = 0; i < 2; i++)
		deny_one(p, maps[i], 2, SECCOMP_EQ, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC, EPERM);
	deny_one(p, SYSCALLS_mprotect, 2, SECCOMP_EQ, PROT_EXEC, PROT_EXEC, EPERM);
	deny_one(p, SYSCALLS_pkey_mprotect, 2, SECCOMP_EQ, PROT_EXEC, PROT_EXEC, EPERM);
	deny_one(p, SYSCALLS_shmat, 2, SECCOMP_EQ, SHM_EXEC, SHM_EXEC, EPERM);
}

static void
add_protections(const struct confine *c, struct seccomp_policy *p)
{
	const struct {
		bool on;
		const char *group;
	} groups[] = { { c->protect_modules, "@module" }, { c->protect_clock, "@clock" }, { c->private_devices, "@raw-io" } };
	const struct {
		bool on;
		int call;
	} calls[] = {
		{ c->protect_logs, SYSCALLS_syslog }, { c->protect_tunables, SYSCALLS__sysctl }, { c->protect_hostname, SYSCALLS_sethostname },
		{ c->protect_hostname, SYSCALLS_setdomainname },
	};

	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (groups[i].on)
			deny_group(p, groups[i].group);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (calls[i].on)
			stricter(p, calls[i].call, DENY(EPERM));
}

void
filter_policy(const struct confine *c, struct seccomp_policy *p)
{
	seccomp_policy_init(p);
	add_architectures(c, p);
	add_calls(c, p);
	add_log(c, p);
	add_families(c, p);
	add_namespaces(c, p);
	add_realtime(c, p);
	add_suid(c, p);
	add_memory(c, p);
	add_protections(c, p);
	if (c->no_tty_input) {
		deny_one(p, SYSCALLS_ioctl, 1, SECCOMP_EQ, ALL, TIOCSTI, EPERM);
		deny_one(p, SYSCALLS_ioctl, 1, SECCOMP_EQ, ALL, TIOCLINUX, EPERM);
	}
	if (c->lock_personality)
		deny_one(p, SYSCALLS_personality, 0, SECCOMP_NE, ALL, (uint32_t)personality(0xffffffff), EPERM);
}
