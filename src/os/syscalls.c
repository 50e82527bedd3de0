#include "os/syscalls.h"

#include <linux/audit.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "os/host.h"

enum { X86_64, I386, X32, GENERIC, ARM, MIPS, COLUMNS };

/* all names one behind the other, each with a NUL: a row has the place of its own, a quarter of a pointer */
static const struct names {
#define X(name, x86_64, i386, x32, generic, arm, mips) char name_##name[sizeof #name];
#include "os/syscalls.def"
#undef X
} names = {
#define X(name, x86_64, i386, x32, generic, arm, mips) #name,
#include "os/syscalls.def"
#undef X
};

/* sorted by name, for bsearch(3) */
static const struct row {
	unsigned short name;
	short number[COLUMNS];
} rows[SYSCALLS_COUNT] = {
#define X(name, x86_64, i386, x32, generic, arm, mips) { offsetof(struct names, name_##name), { x86_64, i386, x32, generic, arm, mips } },
#include "os/syscalls.def"
#undef X
};

enum {
#define GROUP(name) GROUP_##name,
#define IN(name)
#define CALL(name)
#include "os/sysgroups.def"
#undef GROUP
#undef IN
	GROUPS
};

static const char *const group_names[GROUPS] = {
#define GROUP(name) #name,
#define IN(name)
#include "os/sysgroups.def"
#undef GROUP
#undef IN
#undef CALL
};

/* one list: a group's start as -1 - GROUP_, a group inside as -100 - GROUP_, calls as they are */
enum { START = -1, INSIDE = -100 };
static const short members[] = {
#define GROUP(name) START - GROUP_##name,
#define IN(name) INSIDE - GROUP_##name,
#define CALL(name) SYSCALLS_##name,
#include "os/sysgroups.def"
#undef GROUP
#undef IN
#undef CALL
};

static const struct {
	const char *name;
	uint32_t audit;
	int column;
} arches[SYSCALLS_ARCHES] = {
	[SYSCALLS_X86_64] = { "x86-64", AUDIT_ARCH_X86_64, X86_64 },
	[SYSCALLS_I386] = { "x86", AUDIT_ARCH_I386, I386 },
	[SYSCALLS_X32] = { "x32", AUDIT_ARCH_X86_64, X32 },
	[SYSCALLS_AARCH64] = { "arm64", AUDIT_ARCH_AARCH64, GENERIC },
	[SYSCALLS_RISCV64] = { "riscv64", AUDIT_ARCH_RISCV64, GENERIC },
	[SYSCALLS_ARM] = { "arm", AUDIT_ARCH_ARM, ARM },
	[SYSCALLS_MIPS] = { "mips", AUDIT_ARCH_MIPS, MIPS },
	[SYSCALLS_MIPSEL] = { "mips-le", AUDIT_ARCH_MIPSEL, MIPS },
};

static int
compare(const void *name, const void *row)
{
	return strcmp(name, (const char *)&names + ((const struct row *)row)->name);
}

int
syscalls_find(const char *name)
{
	const struct row *r = bsearch(name, rows, SYSCALLS_COUNT, sizeof *rows, compare);

	return r ? (int)(r - rows) : -1;
}

const char *
syscalls_name(int index)
{
	return index >= 0 && index < SYSCALLS_COUNT ? (const char *)&names + rows[index].name : "?";
}

int64_t
syscalls_number(int index, enum syscalls_arch arch)
{
	int n = rows[index].number[arches[arch].column];

	if (n >= 0x7000 && arch == SYSCALLS_ARM)
		return n - 0x7000 + 0xf0000;
	return n >= 0 && arch == SYSCALLS_X32 ? n | 0x40000000 : n;
}

static int
find_group(const char *name)
{
	for (int i = 0; i < GROUPS; i++) {
		const char *a = group_names[i], *b = name;

		/* "@raw-io" is raw_io here */
		while (*a && (*a == *b || (*a == '_' && *b == '-'))) {
			a++;
			b++;
		}
		if (!*a && !*b)
			return i;
	}
	return -1;
}

static void
add_group(int group, struct syscalls_set *set)
{
	size_t i = 0, n = sizeof members / sizeof *members;

	while (i < n && members[i] != START - group)
		i++;
	for (i++; i < n && (members[i] >= 0 || members[i] <= INSIDE); i++)
		if (members[i] >= 0)
			set->bits[members[i] / 64] |= UINT64_C(1) << members[i] % 64;
		else
			add_group(INSIDE - members[i], set);
}

int
syscalls_group(const char *name, struct syscalls_set *set)
{
	int group = *name == '@' ? find_group(name + 1) : -1;

	if (group < 0)
		return -1;
	add_group(group, set);
	return 0;
}

bool
syscalls_has(const struct syscalls_set *set, int index)
{
	return index >= 0 && set->bits[index / 64] >> index % 64 & 1;
}

/* may it be that one, of those that share a list? */
static bool
is_ours(enum syscalls_arch a)
{
	const uint16_t one = 1;
	bool little = *(const uint8_t *)&one;

	switch (a) {
	case SYSCALLS_AARCH64: case SYSCALLS_RISCV64:
		return strcmp(host_arch(), arches[a].name) == 0;
	case SYSCALLS_MIPS:
		return !little;
	case SYSCALLS_MIPSEL:
		return little;
	default:
		return true;
	}
}

enum syscalls_arch
syscalls_native(void)
{
	/* the compiler's own numbers tell */
	const long own[] = { SYS_openat, SYS_execve, SYS_getpid, SYS_dup3 };
	const int calls[] = { SYSCALLS_openat, SYSCALLS_execve, SYSCALLS_getpid, SYSCALLS_dup3 };

	for (int a = 0; a < SYSCALLS_ARCHES; a++) {
		size_t i = 0;

		while (i < 4 && syscalls_number(calls[i], (enum syscalls_arch)a) == own[i])
			i++;
		if (i == 4 && is_ours((enum syscalls_arch)a))
			return (enum syscalls_arch)a;
	}
	return SYSCALLS_ARCHES;
}

unsigned
syscalls_family(enum syscalls_arch arch)
{
	static const unsigned families[] = {
		1U << SYSCALLS_X86_64 | 1U << SYSCALLS_I386 | 1U << SYSCALLS_X32, 1U << SYSCALLS_AARCH64 | 1U << SYSCALLS_ARM,
	};

	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (families[i] >> arch & 1)
			return families[i];
	return 1U << arch;
}

uint32_t
syscalls_audit(enum syscalls_arch arch)
{
	return arches[arch].audit;
}

enum syscalls_arch
syscalls_arch_of(const char *name)
{
	if (strcmp(name, "native") == 0)
		return syscalls_native();
	for (int a = 0; a < SYSCALLS_ARCHES; a++)
		if (strcmp(arches[a].name, name) == 0)
			return (enum syscalls_arch)a;
	return SYSCALLS_ARCHES;
}
