#include "harness/unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "svc/provision.h"
#include "svc/unit.h"

static void
read_lines(struct service *s, const char *lines)
{
	struct diag d = DIAG_INIT;
	char text[512];
	int n = snprintf(text, sizeof text, "[Service]\nExecStart=/bin/x\n%s\n", lines);

	assert_int_equal(unit_read_text(s, text, (size_t)n, "x.service", "x", NULL, &d), 0);
	diag_free(&d);
}

/* What was made below the working directory for these lines: its paths, each behind a blank, and how many remarks there are. */
static void
makes(const char *lines, const char *want, size_t remarks)
{
	struct vec made = VEC_INIT;
	struct diag d = DIAG_INIT;
	struct service s;
	char *root = getcwd(NULL, 0), got[512] = "";
	size_t noted;

	read_lines(&s, lines);
	provision_directories(&made, &s, root, false, &d);
	noted = made.n;
	provision_directories(&made, &s, root, true, &d);
	assert_int_equal(made.n, noted);
	for (size_t i = 0; i < made.n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), " %s", made.v[i]);
	assert_string_equal(got, want);
	assert_int_equal(d.n, remarks);
	vec_free(&made);
	service_free(&s);
	diag_free(&d);
	free(root);
}

static void
makes_directories_and_says_which(void **state)
{
	struct stat st;

	(void)state;
	makes("StateDirectory=a/b\nStateDirectoryMode=0750\nConfigurationDirectory=c\nRuntimeDirectory=r", " /var/lib/a /var/lib/a/b /etc/c", 0);
	assert_int_equal(stat("var/lib/a/b", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(stat("etc/c", &st), 0);
	assert_int_equal(access("run", F_OK), -1);
	makes("StateDirectory=a/b a/d\nStateDirectoryMode=0750", " /var/lib/a/d", 0);
}

static void
users_of_another_root_are_not_ours(void **state)
{
	(void)state;
	makes("User=root\nStateDirectory=u", "", 0);
	assert_int_equal(access("var/lib/u", F_OK), -1);
}

static void
the_start_of_another_one_starts_it(void **state)
{
	(void)state;
	makes("[Install]\nWantedBy=a.service multi-user.target\nRequiredBy=b.service",
	    " /etc /etc/initwright /etc/initwright/a.wants /etc/initwright/a.wants/x /etc/initwright/b.wants /etc/initwright/b.wants/x", 0);
	assert_int_equal(access("etc/initwright/a.wants/x", F_OK), 0);
}

static void
says_what_cannot_be_made(void **state)
{
	(void)state;
	assert_int_equal(mkdir("var", 0755), 0);
	assert_int_equal(symlink("/nowhere", "var/log"), 0);
	makes("LogsDirectory=l", " /var/log/l", 1);
}

static void
finds_the_files_that_people_edit(void **state)
{
	struct vec paths = VEC_INIT;
	struct service s;

	(void)state;
	read_lines(&s, "EnvironmentFile=-/etc/default/a\nEnvironmentFile=/etc/sysconfig/b\nEnvironmentFile=-/etc/default/*.c\nEnvironmentFile=-/run/d");
	provision_defaults(&paths, &s);
	assert_int_equal(paths.n, 2);
	assert_string_equal(paths.v[0], "/etc/default/a");
	assert_string_equal(paths.v[1], "/etc/sysconfig/b");
	vec_free(&paths);
	service_free(&s);
}

#define IN_DIRECTORY(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(makes_directories_and_says_which), IN_DIRECTORY(users_of_another_root_are_not_ours),
		IN_DIRECTORY(the_start_of_another_one_starts_it), IN_DIRECTORY(says_what_cannot_be_made), T(finds_the_files_that_people_edit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
