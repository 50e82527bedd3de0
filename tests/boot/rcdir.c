#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot/rcdir.h"

static void
test_ignored(void **state)
{
	static const char *const never[] = {
		"", ".depend.start", "README", "README.xx", "Makefile", "skeleton", "skeleton2", "powerfail", "core", "rx", "rc", "rcS",
		"a~", "a,v", "#a", "$a", "%a", "_a", "+a", "-a", "a.rpmnew", "a.bak", "a.ba", "a.old", "a.new", "a.org", "a.orig",
		"a.dpkg-dist", "a.ucf-old", "a.save", "a.swp", "a.core", "a b", "a\nb",
	};
	static const char *const fine[] = { "a", "hwclock.sh", "rc.local", "rcX", "corex", "a.older", "a.b.c", "1", "example.com-x" };

	(void)state;
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		assert_true(rcdir_is_ignored(never[i]));
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
		assert_false(rcdir_is_ignored(fine[i]));
}

static void
test_links(void **state)
{
	const char *name;
	int number;
	char kind;

	(void)state;
	assert_true(rcdir_is_link("S07a.sh", &kind, &number, &name));
	assert_int_equal(kind, 'S');
	assert_int_equal(number, 7);
	assert_string_equal(name, "a.sh");
	assert_false(rcdir_is_link("S7a", &kind, &number, &name));
	assert_false(rcdir_is_link("s07a", &kind, &number, &name));
	assert_false(rcdir_is_link("S07", &kind, &number, &name));
	assert_false(rcdir_is_link("README", &kind, &number, &name));
	assert_false(rcdir_is_link("", &kind, &number, &name));
}

static void
test_words(void **state)
{
	char name[8];

	(void)state;
	assert_string_equal(rcdir_name(3, name), "rc3.d");
	assert_string_equal(rcdir_name(LEVEL_S, name), "rcS.d");
	assert_int_equal(rcdir_scheme_of("debian"), RCDIR_DEBIAN);
	assert_int_equal(rcdir_scheme_of("rhel"), RCDIR_RHEL);
	assert_int_equal(rcdir_scheme_of("suse"), -1);
}

/* which tree is which, and that one without scripts is none */
static void
test_schemes(void **state)
{
	char root[] = "/tmp/rcdir-test.XXXXXX";
	struct diag diag = DIAG_INIT;
	struct rcdir d;

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_int_equal(rcdir_open(&d, root, RCDIR_DETECT, NULL, &diag), -2);
	assert_int_equal(diag.errors, 1);
	diag_free(&diag);
	assert_int_equal(chdir(root), 0);
	assert_int_equal(mkdir("etc", 0755) | mkdir("etc/init.d", 0755) | mkdir("etc/rcS.d", 0755), 0);
	assert_int_equal(rcdir_open(&d, root, RCDIR_DETECT, NULL, &diag), 0);
	assert_int_equal(d.scheme, RCDIR_DEBIAN);
	assert_true(d.level[LEVEL_S] >= 0);
	assert_int_equal(d.level[3], -1);
	rcdir_close(&d);
	assert_int_equal(mkdir("etc/rc.d", 0755) | mkdir("etc/rc.d/rc3.d", 0755), 0);
	assert_int_equal(rcdir_open(&d, root, RCDIR_DETECT, NULL, &diag), 0);
	assert_int_equal(d.scheme, RCDIR_RHEL);
	assert_string_equal(d.init_path, "/etc/init.d");
	assert_true(d.level[3] >= 0);
	assert_int_equal(d.level[LEVEL_S], -1);
	rcdir_close(&d);
	assert_int_equal(rmdir("etc/rc.d/rc3.d") | rmdir("etc/rc.d") | rmdir("etc/rcS.d") | rmdir("etc/init.d") | rmdir("etc"), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(root), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ignored), cmocka_unit_test(test_links), cmocka_unit_test(test_words), cmocka_unit_test(test_schemes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
