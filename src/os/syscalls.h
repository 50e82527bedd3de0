#ifndef OS_SYSCALLS_H
#define OS_SYSCALLS_H
#include <stdbool.h>
#include <stdint.h>
/*
 * System calls by name.  A call is known by its index in one table for all architectures; its number depends on the architecture.
 * Groups ("@clock") are those of systemd.exec(5).
 */
#define X(name, x86_64, i386, x32, generic, arm, mips) SYSCALLS_##name,
enum {
#include "os/syscalls.def"
	SYSCALLS_COUNT
};
#undef X

/* What system calls can be made through. */
enum syscalls_arch {
	SYSCALLS_X86_64, SYSCALLS_I386, SYSCALLS_X32, SYSCALLS_AARCH64, SYSCALLS_RISCV64, SYSCALLS_ARM, SYSCALLS_MIPS, SYSCALLS_MIPSEL, SYSCALLS_ARCHES
};

/* A set of calls, a bit for each index. */
struct syscalls_set {
	uint64_t bits[(SYSCALLS_COUNT + 63) / 64];
};

/* The index of a name, or -1. */
int syscalls_find(const char *name);
const char *syscalls_name(int index);
/* The number of a call, or -1 when the architecture does not have it; for x32 with its bit. */
int64_t syscalls_number(int index, enum syscalls_arch);
/* Add the members of "@group" to the set: 0, or -1 when there is no such group. */
int syscalls_group(const char *name, struct syscalls_set *);
bool syscalls_has(const struct syscalls_set *, int index);
/* The one that this program is built for; SYSCALLS_ARCHES: none that we know. */
enum syscalls_arch syscalls_native(void);
/* All that programs of a kernel for this architecture, or of one that runs its programs, can be made for: a bit for each enum syscalls_arch. */
unsigned syscalls_family(enum syscalls_arch);
/* The AUDIT_ARCH_ number that the kernel gives to seccomp(2) filters. */
uint32_t syscalls_audit(enum syscalls_arch);
/* The architecture of systemd's name ("x86", "x86-64", "x32", "arm64", "arm", "mips-le", "native" ...), or SYSCALLS_ARCHES. */
enum syscalls_arch syscalls_arch_of(const char *name);

#endif
