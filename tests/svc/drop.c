#include "svc/drop.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "harness/live.h"

static void
accounts(void **state)
{
	char plain[] = "a", pair[] = "a:b", many[] = ":1:2:3:4", bad[] = "a:", none[] = ":", gap[] = "a:b::c";
	struct drop d;

	(void)state;
	drop_init(&d);
	assert_int_equal(drop_account(&d, plain), 0);
	assert_string_equal(d.user, "a");
	assert_null(d.group);
	assert_int_equal(drop_account(&d, pair), 0);
	assert_string_equal(d.group, "b");
	assert_false(d.exact_groups);
	assert_int_equal(drop_account(&d, many), 0);
	assert_string_equal(d.user, "1");
	assert_string_equal(d.group, "2");
	assert_int_equal(d.groups.n, 2);
	assert_true(d.exact_groups);
	assert_int_equal(drop_account(&d, bad), -1);
	assert_int_equal(drop_account(&d, none), -1);
	assert_int_equal(drop_account(&d, gap), -1);
	drop_free(&d);
}

static void
lines_hold_values_and_nothing_else(void **state)
{
	struct drop d;

	(void)state;
	drop_init(&d);
	assert_int_equal(drop_line(&d, "Environment", "A=%h"), 0);
	assert_string_equal(d.lines.s, "Environment=A=%%h\n");
	assert_int_equal(drop_line(&d, "Environment", "A=1\nUser=root"), -1);
	assert_int_equal(drop_line(&d, "Environment", "A=1\rUser=root"), -1);
	assert_int_equal(drop_line(&d, "Environment", "A=1\\"), -1);
	assert_int_equal(drop_line(&d, "Nice=1\nUser", "root"), -1);
	assert_int_equal(drop_line(&d, "", "x"), -1);
	assert_string_equal(d.lines.s, "Environment=A=%%h\n");
	drop_free(&d);
	drop_init(&d);
	assert_int_equal(drop_line(&d, "CPUQuota", "50%"), 0);
	assert_int_equal(drop_word(&d, "ReadOnlyPaths", "/a \"b\\"), 0);
	assert_int_equal(drop_word(&d, "ReadOnlyPaths", "/a\r"), -1);
	assert_string_equal(d.lines.s, "CPUQuota=50%\nReadOnlyPaths=\"/a \\\"b\\\\\"\n");
	assert_int_equal(drop_setenv(&d, "A=b c\nd"), 0);
	assert_string_equal(vec_getenv(&d.env, "A", 1), "b c\nd");
	assert_int_equal(drop_setenv(&d, "=x"), -1);
	assert_int_equal(drop_setenv(&d, "A"), -1);
	drop_free(&d);
}

static void
descriptors_have_an_end(void **state)
{
	struct drop d;
	int n = 0;

	(void)state;
	drop_init(&d);
	while (drop_pass(&d, 100 + n) == 0)
		assert_true(n++ < 1000);
	assert_int_equal(errno, EMFILE);
	assert_int_equal(drop_lock(&d, "/dev/null", false), -1);
	assert_int_equal(d.n_pass, n);
	drop_free(&d);
}

static void
put(const char *path, const char *text, size_t n)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, n), n);
	close(fd);
}

static void
directories_of_variables(void **state)
{
	struct drop d;

	(void)state;
	assert_int_equal(mkdir("env", 0700), 0);
	put("env/A", "one \t\nrest", 10);
	put("env/B", "x\0y", 3);
	put("env/GONE", "", 0);
	drop_init(&d);
	assert_int_equal(drop_envdir(&d, "env"), 0);
	assert_string_equal(vec_getenv(&d.env, "A", 1), "one");
	assert_string_equal(vec_getenv(&d.env, "B", 1), "x\ny");
	assert_true(vec_has(&d.unset, "GONE") && !vec_getenv(&d.env, "GONE", 4));
	drop_free(&d);
	/* a FIFO must not stop us */
	assert_int_equal(mkfifo("env/F", 0600), 0);
	drop_init(&d);
	assert_int_equal(drop_envdir(&d, "env"), -1);
	drop_free(&d);
}

static void
plans_are_safe_by_default(void **state)
{
	char *argv[] = { (char *)(uintptr_t)"true", NULL }, *bad;
	struct drop d;
	int code;

	(void)state;
	if (geteuid() != 0)
		skip();
	drop_init(&d);
	d.user = "1";
	d.group = "1";
	d.new_session = true;
	bad = drop_plan(&d, argv, &code);
	if (bad)
		fail_msg("%s", bad);
	assert_true(d.spec.no_new_privs && d.spec.verify_caps && !d.spec.keep_fds && d.spec.new_keyring);
	assert_true(d.spec.caps->dropped == caps_all() && d.spec.caps->exact && d.spec.caps->ambient == 0);
	assert_true(d.spec.cred->set_groups && d.spec.cred->set_uid);
	assert_false(d.spec.set_nice || d.spec.set_umask || d.spec.set_oom_score);
	drop_free(&d);
	drop_init(&d);
	d.user = "0day";
	bad = drop_plan(&d, argv, &code);
	assert_string_equal(bad, "no such user '0day'");
	free(bad);
	drop_free(&d);
	drop_init(&d);
	d.user = "54321";
	bad = drop_plan(&d, argv, &code);
	assert_non_null(strstr(bad, "no group was given"));
	free(bad);
	drop_free(&d);
	/* what is not understood is an error, and not passed over */
	drop_init(&d);
	drop_line(&d, "BPFProgram", "egress:/x");
	bad = drop_plan(&d, argv, &code);
	assert_non_null(strstr(bad, "BPFProgram"));
	free(bad);
	drop_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(accounts), T(lines_hold_values_and_nothing_else), T(descriptors_have_an_end),
		cmocka_unit_test_setup_teardown(directories_of_variables, enter_directory, leave_directory), T(plans_are_safe_by_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
