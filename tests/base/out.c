#include "harness/unit.h"

#include <errno.h>
#include <fcntl.h>

#include "base/die.h"
#include "base/out.h"

static char out[65536];

static void
waits(void *data)
{
	(void)data;
	out_str("one ");
	(void)!write(1, "first ", 6);
	out_fmt("%s %d\n", "two", 3);
	out_add("four", 2);
	_exit(out_flush());
}

static void
asks_die(void *data)
{
	(void)data;
	out_str("told\n");
	die(4, "unable to go on");
}

static void
much(void *data)
{
	(void)data;
	for (int i = 0; i < 4000; i++)
		out_fmt("%08d\n", i);
	_exit(out_flush());
}

static void
to_full(void *data)
{
	(void)data;
	dup2(open("/dev/full", O_WRONLY), 1);
	if (out_flush() != 0)
		_exit(1);
	for (int i = 0; i < 4000; i++)
		out_str("12345678");
	if (out_flush() != -1 || errno != ENOSPC)
		_exit(2);
	/* said once */
	_exit(out_flush() == 0 ? 0 : 3);
}

static void
to_stderr(void *data)
{
	(void)data;
	errno = EPERM;
	out_err("%s: not of a message's form\n", "x");
	_exit(0);
}

static void
it_waits_until_it_is_flushed(void **state)
{
	(void)state;
	assert_int_equal(in_child(waits, NULL, out, sizeof out), 0);
	assert_string_equal(out, "first one two 3\nfo");
}

static void
die_flushes(void **state)
{
	(void)state;
	progname = "prog";
	assert_int_equal(WEXITSTATUS(in_child(asks_die, NULL, out, sizeof out)), 4);
	assert_non_null(strstr(out, "told\n"));
	assert_non_null(strstr(out, "prog: unable to go on\n"));
}

static void
any_amount_comes_whole(void **state)
{
	(void)state;
	assert_int_equal(in_child(much, NULL, out, sizeof out), 0);
	assert_int_equal(strlen(out), 36000);
	assert_memory_equal(out + 35991, "00003999\n", 9);
}

static void
a_full_disk_is_told(void **state)
{
	(void)state;
	assert_int_equal(in_child(to_full, NULL, out, sizeof out), 0);
}

static void
messages_as_they_are(void **state)
{
	(void)state;
	assert_int_equal(in_child(to_stderr, NULL, out, sizeof out), 0);
	assert_string_equal(out, "x: not of a message's form\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_waits_until_it_is_flushed), T(die_flushes), T(any_amount_comes_whole), T(a_full_disk_is_told), T(messages_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
