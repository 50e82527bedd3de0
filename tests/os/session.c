#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/session.h"

static int
status_of(void (*body)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		body();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
member(void)
{
	int status = -1;

	_exit(!session_enter(&status) && getsid(0) == getpid() && status == -1 ? 5 : 1);
}

static void
leader(void)
{
	pid_t first = getpid();
	int status = -1;

	if (setpgid(0, 0) != 0)
		_exit(1);
	if (session_enter(&status))
		_exit(status == 6 && getpid() == first && getsid(0) != first ? 7 : 2);
	_exit(getsid(0) == getpid() && getpid() != first ? 6 : 3);
}

static void
killed(void)
{
	int status = -1;

	setpgid(0, 0);
	if (session_enter(&status))
		_exit(status == 128 + SIGKILL ? 8 : 2);
	raise(SIGKILL);
	_exit(3);
}

static void
goes_itself_or_by_a_copy(void **state)
{
	(void)state;
	assert_int_equal(status_of(member), 5);
	assert_int_equal(status_of(leader), 7);
	assert_int_equal(status_of(killed), 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(goes_itself_or_by_a_copy) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
