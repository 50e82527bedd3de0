#include "svc/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>

#include "harness/unit.h"
#include "svc/unit.h"

static const uint64_t none[6];

/* the program for a unit with these lines */
static struct seccomp_program
compiled(const char *lines)
{
	struct diag d = DIAG_INIT;
	struct service s;
	struct seccomp_policy p;
	struct seccomp_program prog;
	char text[2048];

	snprintf(text, sizeof text, "[Service]\nExecStart=/bin/x\n%s", lines);
	if (unit_read_text(&s, text, strlen(text), "t.service", "t", NULL, &d) != 0)
		fail_msg("%s", diag_text(&d.v[0]));
	filter_policy(&s.confine, &p);
	assert_int_equal(seccomp_compile(&p, &prog), 0);
	seccomp_policy_free(&p);
	service_free(&s);
	diag_free(&d);
	return prog;
}

static uint32_t
fate(const char *lines, int call, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	struct seccomp_program prog = compiled(lines);
	const uint64_t args[6] = { a0, a1, a2, a3 };
	uint32_t r = seccomp_run(&prog, AUDIT_ARCH_X86_64, (uint32_t)syscalls_number(call, SYSCALLS_X86_64), args);

	seccomp_free(&prog);
	return r;
}
#define ERR(e) (SECCOMP_ERRNO | (e))

static void
allow_lists(void **state)
{
	static const char redis[] = "SystemCallFilter=@system-service\nSystemCallFilter=~@privileged @resources\n";

	(void)state;
	assert_int_equal(fate(redis, SYSCALLS_read, 0, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate(redis, SYSCALLS_execve, 0, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate(redis, SYSCALLS_mount, 0, 0, 0, 0), SECCOMP_KILL);
	assert_int_equal(fate(redis, SYSCALLS_setuid, 0, 0, 0, 0), SECCOMP_KILL);
	assert_int_equal(fate(redis, SYSCALLS_mseal, 0, 0, 0, 0), ERR(ENOSYS));
	assert_int_equal(fate("SystemCallFilter=@basic-io\nSystemCallErrorNumber=EPERM\n", SYSCALLS_mount, 0, 0, 0, 0), ERR(EPERM));
	assert_int_equal(fate("SystemCallFilter=@basic-io mount:EDOM\n", SYSCALLS_mount, 0, 0, 0, 0), ERR(EDOM));
	assert_int_equal(fate("SystemCallFilter=@basic-io\n", SYSCALLS_exit_group, 0, 0, 0, 0), SECCOMP_ALLOW);
}

static void
deny_lists(void **state)
{
	(void)state;
	assert_int_equal(fate("SystemCallFilter=~@mount\n", SYSCALLS_mount, 0, 0, 0, 0), SECCOMP_KILL);
	assert_int_equal(fate("SystemCallFilter=~@mount\n", SYSCALLS_read, 0, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate("SystemCallFilter=~@mount\nSystemCallFilter=mount\n", SYSCALLS_mount, 0, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate("SystemCallFilter=~ptrace:EXDEV\n", SYSCALLS_ptrace, 0, 0, 0, 0), ERR(EXDEV));
	assert_int_equal(fate("SystemCallFilter=~@mount\nSystemCallFilter=\n", SYSCALLS_mount, 0, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate("SystemCallLog=mount\n", SYSCALLS_mount, 0, 0, 0, 0), SECCOMP_LOG);
	assert_int_equal(fate("SystemCallLog=~mount\n", SYSCALLS_mount, 0, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate("SystemCallLog=~mount\n", SYSCALLS_read, 0, 0, 0, 0), SECCOMP_LOG);
}

static void
restrictions_by_argument(void **state)
{
	static const char families[] = "RestrictAddressFamilies=AF_UNIX AF_INET\n", ns[] = "RestrictNamespaces=~user\n";

	(void)state;
	assert_int_equal(fate(families, SYSCALLS_socket, 1, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate(families, SYSCALLS_socket, 10, 0, 0, 0), ERR(EAFNOSUPPORT));
	assert_int_equal(fate(families, SYSCALLS_socket, 16 | UINT64_C(1) << 40, 0, 0, 0), ERR(EAFNOSUPPORT));
	assert_int_equal(fate(families, SYSCALLS_socket, 200, 0, 0, 0), ERR(EAFNOSUPPORT));
	assert_int_equal(fate("RestrictAddressFamilies=none\n", SYSCALLS_socket, 1, 0, 0, 0), ERR(EAFNOSUPPORT));
	assert_int_equal(fate("RestrictAddressFamilies=~AF_PACKET\n", SYSCALLS_socket, 17, 0, 0, 0), ERR(EAFNOSUPPORT));
	assert_int_equal(fate("RestrictAddressFamilies=~AF_PACKET\n", SYSCALLS_socket, 1, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate(ns, SYSCALLS_unshare, CLONE_NEWUSER, 0, 0, 0), ERR(EPERM));
	assert_int_equal(fate(ns, SYSCALLS_unshare, CLONE_NEWNS, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate(ns, SYSCALLS_clone, CLONE_NEWUSER | 17, 0, 0, 0), ERR(EPERM));
	assert_int_equal(fate(ns, SYSCALLS_clone, 17, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate(ns, SYSCALLS_clone3, 0, 0, 0, 0), ERR(ENOSYS));
	assert_int_equal(fate(ns, SYSCALLS_setns, 3, 0, 0, 0), ERR(EPERM));
	assert_int_equal(fate("RestrictNamespaces=yes\n", SYSCALLS_unshare, CLONE_NEWNET, 0, 0, 0), ERR(EPERM));
	assert_int_equal(fate("RestrictNamespaces=yes\n", SYSCALLS_unshare, 0x80, 0, 0, 0), ERR(EPERM));
	assert_int_equal(fate("RestrictNamespaces=yes\n", SYSCALLS_setns, 3, 1, 0, 0), ERR(EPERM));
	assert_int_equal(fate("RestrictNamespaces=~user\n", SYSCALLS_setns, 3, 1, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate("RestrictNamespaces=net\n", SYSCALLS_unshare, CLONE_NEWNET, 0, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate("RestrictRealtime=yes\n", SYSCALLS_sched_setscheduler, 0, 1, 0, 0), ERR(EPERM));
	assert_int_equal(fate("RestrictRealtime=yes\n", SYSCALLS_sched_setscheduler, 0, 3, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate("RestrictRealtime=yes\n", SYSCALLS_sched_setscheduler, 0, 6, 0, 0), ERR(EPERM));
	assert_int_equal(fate("LockPersonality=yes\n", SYSCALLS_personality, 8, 0, 0, 0), ERR(EPERM));
	assert_int_equal(fate("LockPersonality=yes\n", SYSCALLS_personality, 0, 0, 0, 0), SECCOMP_ALLOW);
}

static void
set_id_bits_and_memory(void **state)
{
	static const char suid[] = "RestrictSUIDSGID=yes\n", mem[] = "MemoryDenyWriteExecute=yes\n";

	(void)state;
	assert_int_equal(fate(suid, SYSCALLS_chmod, 0, 04755, 0, 0), ERR(EPERM));
	assert_int_equal(fate(suid, SYSCALLS_chmod, 0, 01755, 0, 0), SECCOMP_ALLOW);
	assert_int_equal(fate(suid, SYSCALLS_fchmodat2, 0, 0, 02755, 0), ERR(EPERM));
	assert_int_equal(fate(suid, SYSCALLS_openat, 0, 0, 0101, 04755), ERR(EPERM));
	assert_int_equal(fate(suid, SYSCALLS_openat, 0, 0, 1, 04755), SECCOMP_ALLOW);
	/* an unnamed file can be given a name later */
	assert_int_equal(fate(suid, SYSCALLS_openat, 0, 0, 020200001, 04755), ERR(EPERM));
	assert_int_equal(fate(suid, SYSCALLS_openat2, 0, 0, 0, 0), ERR(ENOSYS));
	assert_int_equal(fate(mem, SYSCALLS_mmap, 0, 0, 6, 0), ERR(EPERM));
	assert_int_equal(fate(mem, SYSCALLS_mmap, 0, 0, 5, 0), SECCOMP_ALLOW);
	assert_int_equal(fate(mem, SYSCALLS_mprotect, 0, 0, 4, 0), ERR(EPERM));
	assert_int_equal(fate("ProtectClock=yes\n", SYSCALLS_clock_settime, 0, 0, 0, 0), ERR(EPERM));
	assert_int_equal(fate("ProtectHostname=yes\n", SYSCALLS_sethostname, 0, 0, 0, 0), ERR(EPERM));
	assert_int_equal(fate("ProtectKernelModules=yes\n", SYSCALLS_init_module, 0, 0, 0, 0), ERR(EPERM));
	/* the stricter one counts */
	assert_int_equal(fate("ProtectHostname=yes\nSystemCallFilter=~sethostname\n", SYSCALLS_sethostname, 0, 0, 0, 0), SECCOMP_KILL);
}

/* what 32-bit programs have behind other numbers, or in memory */
static void
no_way_around_by_older_calls(void **state)
{
	struct seccomp_program p = compiled("MemoryDenyWriteExecute=yes\n");
	const uint64_t attach[6] = { 0x10015, 1, 0100000 }, look[6] = { 0x10015, 1, 010000 }, semaphore[6] = { 1, 1, 0100000 };
	const uint64_t write_execute[6] = { 0, 0, 6 };

	(void)state;
	if (syscalls_native() != SYSCALLS_X86_64)
		skip();
	assert_int_equal(seccomp_run(&p, AUDIT_ARCH_I386, 90, none), ERR(EPERM));
	assert_int_equal(seccomp_run(&p, AUDIT_ARCH_I386, 192, none), SECCOMP_ALLOW);
	assert_int_equal(seccomp_run(&p, AUDIT_ARCH_I386, 192, write_execute), ERR(EPERM));
	assert_int_equal(seccomp_run(&p, AUDIT_ARCH_X86_64, 9, none), SECCOMP_ALLOW);
	assert_int_equal(seccomp_run(&p, AUDIT_ARCH_X86_64, 0x40000009, none), SECCOMP_ALLOW);
	assert_int_equal(seccomp_run(&p, AUDIT_ARCH_X86_64, 0x40000009, write_execute), ERR(EPERM));
	assert_int_equal(seccomp_run(&p, AUDIT_ARCH_I386, 117, attach), ERR(EPERM));
	assert_int_equal(seccomp_run(&p, AUDIT_ARCH_I386, 117, look), SECCOMP_ALLOW);
	assert_int_equal(seccomp_run(&p, AUDIT_ARCH_I386, 117, semaphore), SECCOMP_ALLOW);
	seccomp_free(&p);
}

static void
no_typing_into_terminals(void **state)
{
	struct confine c;
	struct seccomp_policy p;
	struct seccomp_program prog;
	uint64_t args[6] = { 0, 0x5412 };	/* TIOCSTI */

	(void)state;
	if (syscalls_native() != SYSCALLS_X86_64)
		skip();
	confine_init(&c);
	c.no_tty_input = true;
	filter_policy(&c, &p);
	assert_int_equal(seccomp_compile(&p, &prog), 0);
	assert_int_equal(seccomp_run(&prog, AUDIT_ARCH_X86_64, 16, args), ERR(EPERM));
	/* CVE-2019-7303: bits that the kernel does not look at */
	args[1] |= UINT64_C(1) << 32;
	assert_int_equal(seccomp_run(&prog, AUDIT_ARCH_X86_64, 16, args), ERR(EPERM));
	assert_int_equal(seccomp_run(&prog, AUDIT_ARCH_I386, 54, args), ERR(EPERM));
	args[1] = 0x5413;
	assert_int_equal(seccomp_run(&prog, AUDIT_ARCH_X86_64, 16, args), SECCOMP_ALLOW);
	seccomp_free(&prog);
	seccomp_policy_free(&p);
}

static void
architectures(void **state)
{
	struct seccomp_program native = compiled("SystemCallArchitectures=native\n"), both = compiled("SystemCallArchitectures=native x86\n");
	struct seccomp_program any = compiled("SystemCallFilter=~mount\n");

	(void)state;
	if (syscalls_native() != SYSCALLS_X86_64)
		skip();
	assert_int_equal(seccomp_run(&native, AUDIT_ARCH_I386, 1, none), SECCOMP_KILL);
	assert_int_equal(seccomp_run(&native, AUDIT_ARCH_X86_64, 0x40000001, none), SECCOMP_KILL);
	assert_int_equal(seccomp_run(&both, AUDIT_ARCH_I386, 1, none), SECCOMP_ALLOW);
	assert_int_equal(seccomp_run(&any, AUDIT_ARCH_I386, 21, none), SECCOMP_KILL);
	assert_int_equal(seccomp_run(&any, AUDIT_ARCH_I386, 20, none), SECCOMP_ALLOW);
	seccomp_free(&native);
	seccomp_free(&both);
	seccomp_free(&any);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(allow_lists), T(deny_lists), T(restrictions_by_argument), T(set_id_bits_and_memory),
		T(no_way_around_by_older_calls), T(no_typing_into_terminals),
		T(architectures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
