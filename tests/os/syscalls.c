#include "os/syscalls.h"

#include <sys/syscall.h>

#include "harness/unit.h"

static void
rows_are_sorted(void **state)
{
	(void)state;
	for (int i = 0; i + 1 < SYSCALLS_COUNT; i++)
		if (strcmp(syscalls_name(i), syscalls_name(i + 1)) >= 0)
			fail_msg("%s is not before %s", syscalls_name(i), syscalls_name(i + 1));
	for (int i = 0; i < SYSCALLS_COUNT; i++)
		assert_int_equal(syscalls_find(syscalls_name(i)), i);
	assert_int_equal(syscalls_find("nope"), -1);
	assert_int_equal(syscalls_find(""), -1);
}

static void
numbers_are_the_compilers(void **state)
{
	enum syscalls_arch own = syscalls_native();

	(void)state;
	if (own == SYSCALLS_ARCHES)
		skip();
	assert_int_equal(syscalls_number(SYSCALLS_seccomp, own), SYS_seccomp);
	assert_int_equal(syscalls_number(SYSCALLS_exit_group, own), SYS_exit_group);
	assert_int_equal(syscalls_number(SYSCALLS_openat2, own), SYS_openat2);
	assert_int_equal(syscalls_number(SYSCALLS_socketcall, SYSCALLS_X86_64), -1);
	assert_int_equal(syscalls_number(SYSCALLS_socketcall, SYSCALLS_I386), 102);
	assert_int_equal(syscalls_number(SYSCALLS_execve, SYSCALLS_X32), 0x40000000 | 520);
	assert_int_equal(syscalls_number(SYSCALLS_execve, SYSCALLS_AARCH64), 221);
	assert_int_equal(syscalls_number(SYSCALLS_openat, SYSCALLS_ARM), 322);
	assert_int_equal(syscalls_number(SYSCALLS_set_tls, SYSCALLS_ARM), 0xf0005);
	assert_int_equal(syscalls_number(SYSCALLS_openat, SYSCALLS_MIPSEL), 4288);
	assert_int_equal(syscalls_number(SYSCALLS_mseal, SYSCALLS_MIPS), 4462);
	assert_true(syscalls_family(own) >> own & 1);
	assert_int_equal(syscalls_family(SYSCALLS_ARM), syscalls_family(SYSCALLS_AARCH64));
	assert_int_equal(syscalls_family(SYSCALLS_MIPS), 1 << SYSCALLS_MIPS);
	assert_int_equal(syscalls_arch_of("native"), own);
	assert_int_equal(syscalls_arch_of("x86"), SYSCALLS_I386);
	assert_int_equal(syscalls_arch_of("vax"), SYSCALLS_ARCHES);
}

static void
groups_nest(void **state)
{
	struct syscalls_set set = { { 0 } }, known = { { 0 } };

	(void)state;
	assert_int_equal(syscalls_group("@privileged", &set), 0);
	assert_true(syscalls_has(&set, SYSCALLS_settimeofday));		/* of @clock */
	assert_true(syscalls_has(&set, SYSCALLS_init_module));		/* of @module */
	assert_true(syscalls_has(&set, SYSCALLS_iopl));			/* of @raw-io */
	assert_true(syscalls_has(&set, SYSCALLS_bpf));
	assert_false(syscalls_has(&set, SYSCALLS_read));
	assert_int_equal(syscalls_group("@raw-io", &set), 0);
	assert_int_equal(syscalls_group("@nope", &set), -1);
	assert_int_equal(syscalls_group("clock", &set), -1);
	assert_int_equal(syscalls_group("@known", &known), 0);
	assert_true(syscalls_has(&known, SYSCALLS_read));
	assert_false(syscalls_has(&known, -1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(rows_are_sorted), T(numbers_are_the_compilers), T(groups_nest) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
