#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/caps.h"

static void
reads_names(void **state)
{
	(void)state;
	assert_int_equal(caps_number("cap_chown"), 0);
	assert_int_equal(caps_number("NET_BIND_SERVICE"), 10);
	assert_int_equal(caps_number("CAP_SYS_ADMIN"), 21);
	assert_int_equal(caps_number("cap_setfcap"), 31);
	assert_int_equal(caps_number("checkpoint_restore"), 40);
	assert_int_equal(caps_number("12"), 12);
	assert_int_equal(caps_number("cap_nothing"), -1);
	assert_int_equal(caps_number(""), -1);
	assert_int_equal(caps_number("64"), -1);
}

static void
reads_lists(void **state)
{
	struct caps c;

	(void)state;
	assert_int_equal(caps_parse("cap_chown,^cap_kill,!cap_sys_admin,!%cap_setuid", &c), 0);
	assert_true(c.inheritable == (1u << 0 | 1u << 5 | 1u << 7));
	assert_true(c.ambient == 1u << 5);
	assert_true(c.dropped == (1u << 21 | 1u << 7));
	assert_int_equal(caps_parse("", &c), -1);
	assert_int_equal(caps_parse("cap_chown,", &c), -1);
	assert_int_equal(caps_parse("!", &c), -1);
	assert_int_equal(caps_parse("all=ep", &c), -1);
}

static void
gives_a_user_one_capability(void **state)
{
	struct caps c;
	pid_t pid;
	int status;

	(void)state;
	if (geteuid() != 0 || prctl(PR_CAPBSET_READ, 10, 0, 0, 0) != 1)
		skip();
	assert_int_equal(caps_parse("^cap_net_bind_service,!cap_mknod", &c), 0);
	pid = fork();
	if (pid == 0) {
		if (caps_before_user(&c, false) != 0 || setresuid(65534, 65534, 65534) != 0 || caps_after_user(&c, false) != 0)
			_exit(1);
		if (prctl(PR_CAPBSET_READ, 27, 0, 0, 0) != 0)
			_exit(2);
		execl("/bin/sh", "sh", "-c", "grep -q '^CapEff:.0*400$' /proc/self/status && grep -q '^CapAmb:.0*400$' /proc/self/status", (char *)NULL);
		_exit(3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_names), cmocka_unit_test(reads_lists), cmocka_unit_test(gives_a_user_one_capability),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
