#include "harness/unit.h"

#include <errno.h>
#include <sys/stat.h>

#include "svc/unitfile.h"

static void
put(const char *path, const char *text)
{
	char cmd[512];
	FILE *f;

	snprintf(cmd, sizeof cmd, "mkdir -p \"$(dirname '%s')\"", path);
	assert_int_equal(system(cmd), 0);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
finds_and_reads(const char *operand, const char *name, const char *service, const char *program)
{
	struct unitfile u = UNITFILE_INIT;

	assert_int_equal(unitfile_find(&u, ".", operand), 0);
	assert_int_equal(unitfile_read(&u, ".", name), UNITFILE_OK);
	assert_true(u.read);
	assert_string_equal(u.service.name, service);
	assert_string_equal(u.service.cmd[SERVICE_START].v[0].path, program);
	unitfile_free(&u);
	assert_null(u.path);
}

static void
finds_by_name_path_and_template(void **state)
{
	(void)state;
	put("lib/systemd/system/a.service", "[Service]\nExecStart=/bin/a\n");
	put("lib/systemd/system/t@.service", "[Service]\nExecStart=/bin/%i\n");
	put("here.service", "[Service]\nExecStart=/bin/here\n");
	put("etc/systemd/system/a.service.d/1.conf", "[Service]\nExecStart=\nExecStart=/bin/dropin\n");
	finds_and_reads("a", NULL, "a", "/bin/dropin");
	finds_and_reads("a.service", "b", "b", "/bin/dropin");
	finds_and_reads("./here.service", NULL, "here", "/bin/here");
	finds_and_reads("here.service", NULL, "here", "/bin/here");
	finds_and_reads("t@one", NULL, "t@one", "/bin/one");
	finds_and_reads("t@", NULL, "t@INSTANCE", "/bin/INSTANCE");
}

static void
a_link_is_what_it_points_at(void **state)
{
	(void)state;
	put("lib/systemd/system/real.service", "[Service]\nExecStart=/bin/a\n");
	assert_int_equal(symlink("/lib/systemd/system/real.service", "lib/systemd/system/other.service"), 0);
	finds_and_reads("other", NULL, "real", "/bin/a");
}

static void
without_install_the_links_of_packages_count(void **state)
{
	struct unitfile u = UNITFILE_INIT;

	(void)state;
	put("lib/systemd/system/w.service", "[Service]\nExecStart=/bin/w\n");
	put("lib/systemd/system/sysinit.target.wants/w.service", "");
	assert_int_equal(unitfile_find(&u, ".", "w"), 0);
	assert_int_equal(unitfile_read(&u, ".", NULL), UNITFILE_OK);
	assert_true(vec_has(&u.service.deps[SERVICE_WANTED_BY], "sysinit.target"));
	unitfile_free(&u);
}

static void
fails(const char *operand, enum unitfile_result want)
{
	struct unitfile u = UNITFILE_INIT;

	assert_int_equal(unitfile_find(&u, ".", operand), 0);
	assert_int_equal(unitfile_read(&u, ".", NULL), want);
	assert_true(u.diag.errors > 0);
	unitfile_free(&u);
}

static void
says_why_it_cannot(void **state)
{
	struct unitfile u = UNITFILE_INIT;

	(void)state;
	put("bad.service", "[Service]\n");
	put("empty.service", "");
	fails("./bad.service", UNITFILE_BAD);
	fails("./empty.service", UNITFILE_BAD);
	fails("./none.service", UNITFILE_MISSING);
	assert_int_equal(unitfile_find(&u, ".", "none"), -1);
	assert_int_equal(errno, ENOENT);
	unitfile_free(&u);
	put("alone.socket", "[Socket]\nListenStream=1\n");
	assert_int_equal(unitfile_find(&u, ".", "./alone.socket"), 0);
	assert_int_equal(unitfile_read(&u, ".", NULL), UNITFILE_OK);
	assert_true(!u.read && u.triggers.n == 1);
	unitfile_free(&u);
	fails("./none.socket", UNITFILE_MISSING);
	assert_int_equal(unitfile_find(&u, ".", "a.target"), -1);
	assert_int_equal(errno, EINVAL);
	unitfile_free(&u);
}

#define IN_DIRECTORY(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(finds_by_name_path_and_template), IN_DIRECTORY(a_link_is_what_it_points_at),
		IN_DIRECTORY(without_install_the_links_of_packages_count), IN_DIRECTORY(says_why_it_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
