#include "os/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "harness/live.h"

static const uint64_t none[6];

static uint32_t
ask(const struct seccomp_program *p, int call, enum syscalls_arch arch, const uint64_t args[6])
{
	return seccomp_run(p, syscalls_audit(arch), (uint32_t)syscalls_number(call, arch), args);
}

/* every number of every architecture gets what the policy says */
static void
compiles_what_was_said(void **state)
{
	struct seccomp_policy p;
	struct seccomp_program prog;

	(void)state;
	seccomp_policy_init(&p);
	p.arches = 1U << SYSCALLS_X86_64 | 1U << SYSCALLS_I386 | 1U << SYSCALLS_X32 | 1U << SYSCALLS_AARCH64 | 1U << SYSCALLS_ARM;
	p.foreign = SECCOMP_KILL;
	p.unknown = SECCOMP_ERRNO | ENOSYS;
	for (int i = 0; i < SYSCALLS_COUNT; i++)
		p.action[i] = i % 3 == 0 ? SECCOMP_KILL : i % 3 == 1 ? SECCOMP_ERRNO | EPERM : SECCOMP_ALLOW;
	assert_int_equal(seccomp_compile(&p, &prog), 0);
	assert_in_range(prog.n, 100, 4096);
	for (int a = 0; a < SYSCALLS_ARCHES; a++)
		for (int i = 0; i < SYSCALLS_COUNT; i++)
			if (syscalls_number(i, (enum syscalls_arch)a) >= 0 && p.arches >> a & 1 && a != SYSCALLS_X32)
				if (ask(&prog, i, (enum syscalls_arch)a, none) != p.action[i])
					fail_msg("%s of %d", syscalls_name(i), a);
	assert_int_equal(ask(&prog, SYSCALLS_execve, SYSCALLS_X32, none), p.action[SYSCALLS_execve]);
	assert_int_equal(seccomp_run(&prog, AUDIT_ARCH_X86_64, 5000, none), SECCOMP_ERRNO | ENOSYS);
	assert_int_equal(seccomp_run(&prog, AUDIT_ARCH_PPC64, 1, none), SECCOMP_KILL);
	seccomp_free(&prog);
	seccomp_policy_free(&p);
}

static void
tests_arguments(void **state)
{
	struct seccomp_policy p;
	struct seccomp_program prog;
	uint64_t args[6] = { 0 };

	(void)state;
	seccomp_policy_init(&p);
	p.arches = 1U << SYSCALLS_X86_64;
	p.foreign = SECCOMP_KILL;
	seccomp_check(&p, &(struct seccomp_check){ SYSCALLS_socket, { { SECCOMP_EQ, 0, UINT32_MAX, 16 } }, SECCOMP_ERRNO | EAFNOSUPPORT, 0 });
	seccomp_check(&p, &(struct seccomp_check){ SYSCALLS_socket, { { SECCOMP_GT, 0, UINT32_MAX, 63 } }, SECCOMP_ERRNO | EINVAL, 0 });
	seccomp_check(&p, &(struct seccomp_check){ SYSCALLS_personality, { { SECCOMP_NE, 0, UINT32_MAX, 0 } }, SECCOMP_ERRNO | EPERM, 0 });
	seccomp_check(&p, &(struct seccomp_check){
	    SYSCALLS_openat, { { SECCOMP_EQ, 2, 0100, 0100 }, { SECCOMP_EQ, 3, 04000, 04000 } }, SECCOMP_ERRNO | EPERM, 0 });
	assert_int_equal(seccomp_compile(&p, &prog), 0);
	assert_int_equal(ask(&prog, SYSCALLS_socket, SYSCALLS_X86_64, args), SECCOMP_ALLOW);
	args[0] = 16;
	assert_int_equal(ask(&prog, SYSCALLS_socket, SYSCALLS_X86_64, args), SECCOMP_ERRNO | EAFNOSUPPORT);
	/* the kernel looks at 32 bits of it, and so must we */
	args[0] = UINT64_C(0x700000010);
	assert_int_equal(ask(&prog, SYSCALLS_socket, SYSCALLS_X86_64, args), SECCOMP_ERRNO | EAFNOSUPPORT);
	args[0] = UINT64_C(0xffffffff);
	assert_int_equal(ask(&prog, SYSCALLS_socket, SYSCALLS_X86_64, args), SECCOMP_ERRNO | EINVAL);
	assert_int_equal(ask(&prog, SYSCALLS_personality, SYSCALLS_X86_64, args), SECCOMP_ERRNO | EPERM);
	args[2] = 0101;
	assert_int_equal(ask(&prog, SYSCALLS_openat, SYSCALLS_X86_64, args), SECCOMP_ALLOW);
	args[3] = 04755;
	assert_int_equal(ask(&prog, SYSCALLS_openat, SYSCALLS_X86_64, args), SECCOMP_ERRNO | EPERM);
	args[2] = 1;
	assert_int_equal(ask(&prog, SYSCALLS_openat, SYSCALLS_X86_64, args), SECCOMP_ALLOW);
	/* x32 was not let in */
	assert_int_equal(seccomp_run(&prog, AUDIT_ARCH_X86_64, 0x40000000 | 1, none), SECCOMP_KILL);
	seccomp_free(&prog);
	seccomp_policy_free(&p);
}

static void
the_kernel_agrees(void *arg)
{
	struct seccomp_policy p;
	struct seccomp_program prog;

	(void)arg;
	seccomp_policy_init(&p);
	p.arches = 1U << syscalls_native();
	p.action[SYSCALLS_getppid] = SECCOMP_ERRNO | EDOM;
	REQUIRE(seccomp_compile(&p, &prog) == 0);
	REQUIRE(!seccomp_knows(0x7ff12345));
	REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	REQUIRE(seccomp_load(&prog, false) == 0);
	errno = 0;
	REQUIRE(syscall(SYS_getppid) == -1 && errno == EDOM);
	REQUIRE(getpid() > 0);
	_exit(7);
}

static void
loads(void **state)
{
	char out[512];

	(void)state;
	if (seccomp_probe() != 0)
		skip();
	if (WEXITSTATUS(in_child(the_kernel_agrees, NULL, out, sizeof out)) != 7)
		fail_msg("%s", out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(compiles_what_was_said), T(tests_arguments), T(loads) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
