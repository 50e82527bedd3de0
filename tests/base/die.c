#include "harness/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/die.h"

static char out[16384];

static void
do_warn(void *data)
{
	(void)data;
	errno = ENOENT;
	warn("unable to open %s", "x");
	warn_errno("unable to open %s", "x");
	_exit(errno == ENOENT ? 0 : 9);
}

static void
do_die(void *data)
{
	(void)data;
	die(4, "unable to start %s: %s", "x", "no reason");
}

static void
do_die_errno(void *data)
{
	(void)data;
	errno = EACCES;
	die_errno(111, "unable to start %s", "x");
}

static void
do_usage(void *data)
{
	(void)data;
	usage_die(2, "unknown option '%s'", "-q");
}

static void
do_bug(void *data)
{
	(void)data;
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	BUG("two are one");
}

static void
one_sentence_form(void **state)
{
	(void)state;
	progname = "prog";
	assert_int_equal(in_child(do_warn, NULL, out, sizeof out), 0);
	assert_string_equal(out, "prog: unable to open x\nprog: unable to open x: No such file or directory\n");
	assert_int_equal(WEXITSTATUS(in_child(do_die, NULL, out, sizeof out)), 4);
	assert_string_equal(out, "prog: unable to start x: no reason\n");
	assert_int_equal(WEXITSTATUS(in_child(do_die_errno, NULL, out, sizeof out)), 111);
	assert_string_equal(out, "prog: unable to start x: Permission denied\n");
	assert_int_equal(WEXITSTATUS(in_child(do_usage, NULL, out, sizeof out)), 2);
	assert_string_equal(out, "prog: unknown option '-q'\nTry 'prog --help' for more information.\n");
}

static void
a_bug_aborts_and_names_its_place(void **state)
{
	int status = in_child(do_bug, NULL, out, sizeof out);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_non_null(strstr(out, "BUG at tests/base/die.c:"));
	assert_non_null(strstr(out, ": two are one\n"));
}

static void
warn_long(void *data)
{
	warn("%s%s", "unable to use ", (char *)data);
	usage_die(2, "unable to use %s", (char *)data);
}

static void
long_text_is_cut_but_stays_a_line(void **state)
{
	char text[9000];

	(void)state;
	memset(text, 'z', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(WEXITSTATUS(in_child(warn_long, text, out, sizeof out)), 2);
	assert_true(strlen(out) > 4000 && strlen(out) < 10000);
	assert_int_equal(out[strlen(out) - 1], '\n');
	assert_non_null(strstr(out, "z\nprog: unable to use z"));
}

/* a pipe that takes datagram-like packets shows each write(2) on its own */
static void
each_message_is_one_write(void **state)
{
	int ends[2], saved = dup(2);
	char packet[256];

	(void)state;
	assert_int_equal(pipe2(ends, O_DIRECT), 0);
	dup2(ends[1], 2);
	errno = EIO;
	warn_errno("unable to %s", "write");
	dup2(saved, 2);
	assert_int_equal(read(ends[0], packet, sizeof packet), strlen("prog: unable to write: Input/output error\n"));
	close(saved);
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_sentence_form), T(a_bug_aborts_and_names_its_place), T(long_text_is_cut_but_stays_a_line),
		T(each_message_is_one_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
