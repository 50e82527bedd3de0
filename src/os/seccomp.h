#ifndef OS_SECCOMP_H
#define OS_SECCOMP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/syscalls.h"
/*
 * System call filters, seccomp(2), made without a library.  A policy says for each call what happens, perhaps depending on arguments; all of
 * it becomes one classic BPF program: a jump on the architecture, then a search among ranges of numbers that share their fate.
 * Linux keeps a table of the numbers that such a program always allows, so most calls cost nothing.
 */

/* What can happen, as the kernel has it.  Errors are SECCOMP_ERRNO | errno.  Compare them with seccomp_stricter(). */
#define SECCOMP_KILL UINT32_C(0x80000000)
#define SECCOMP_ERRNO UINT32_C(0x00050000)
#define SECCOMP_LOG UINT32_C(0x7ffc0000)
#define SECCOMP_ALLOW UINT32_C(0x7fff0000)

/* A test of the low 32 bits of an argument: (arg & mask) compared with value. */
struct seccomp_test {
	enum { SECCOMP_ANY, SECCOMP_EQ, SECCOMP_NE, SECCOMP_GT } op;	/* ANY: holds always */
	unsigned arg;
	uint32_t mask, value;
};

/* What a call gets when both tests hold. */
struct seccomp_check {
	int call;		/* os/syscalls.h */
	struct seccomp_test test[2];
	uint32_t action;
	unsigned arches;	/* a bit for each enum syscalls_arch in which it counts; 0: all */
};

struct seccomp_policy {
	uint32_t action[SYSCALLS_COUNT];	/* when no check says otherwise */
	uint32_t unknown;			/* for numbers that we have no name for */
	uint32_t foreign;			/* for architectures that are not in `arches` */
	unsigned arches;			/* a bit for each enum syscalls_arch */
	struct seccomp_check *checks;		/* in their order: the first that holds counts */
	size_t n_checks, cap_checks;
};

struct seccomp_insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

struct seccomp_program {
	struct seccomp_insn *insns;	/* owned */
	size_t n;
};

/* Is a stricter than b? */
bool seccomp_stricter(uint32_t a, uint32_t b);
/* A policy that allows everything everywhere. */
void seccomp_policy_init(struct seccomp_policy *);
void seccomp_policy_free(struct seccomp_policy *);
void seccomp_check(struct seccomp_policy *, const struct seccomp_check *);
/* Compile.  0; -1 with errno ENOTSUP (an architecture that we do not know) or E2BIG (more than the kernel takes). */
int seccomp_compile(const struct seccomp_policy *, struct seccomp_program *out);
void seccomp_free(struct seccomp_program *);
/* What the program would answer: for tests and explanations. */
uint32_t seccomp_run(const struct seccomp_program *, uint32_t audit, uint32_t number, const uint64_t args[6]);
/*
 * Set it for the calling process.  It needs CAP_SYS_ADMIN or no_new_privs.  `log`: have the kernel log what is refused.  0, or -1 with errno.
 * Async-signal-safe.
 */
int seccomp_load(const struct seccomp_program *, bool log);
/* Does the kernel know the action?  Before Linux 4.14 it has no SECCOMP_LOG, and kills where it meets what it does not know. */
bool seccomp_knows(uint32_t action);
/* Does the kernel take filters?  0, or -1 with errno. */
int seccomp_probe(void);

#endif
