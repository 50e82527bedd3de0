#include "harness/unit.h"

#include <errno.h>
#include <sys/stat.h>

#include "svc/dropin.h"

/* An empty file with the folders to it. */
static void
touch(const char *path)
{
	char cmd[512];

	snprintf(cmd, sizeof cmd, "mkdir -p \"$(dirname '%s')\" && : >'%s'", path, path);
	assert_int_equal(system(cmd), 0);
}

static void
is(struct vec *v, const char *const *want)
{
	for (size_t i = 0; i < v->n || want[i]; i++)
		assert_string_equal(i < v->n ? v->v[i] : "nothing", want[i] ? want[i] : "nothing");
	vec_free(v);
}

static void
finds_native_ones(void **state)
{
	static const char *const plain[] = { "./etc/initwright/a.d/1.conf", "./etc/initwright/a.d/2.conf", NULL };
	static const char *const instance[] = { "./etc/initwright/t@i.d/1.conf", "./etc/initwright/t@.d/2.conf", NULL };
	static const char *const none[] = { NULL };
	struct vec v = VEC_INIT;

	(void)state;
	touch("etc/initwright/a.d/2.conf");
	touch("etc/initwright/a.d/1.conf");
	touch("etc/initwright/a.d/.hidden.conf");
	touch("etc/initwright/a.d/x.conf~");
	touch("etc/initwright/t@i.d/1.conf");
	touch("etc/initwright/t@.d/1.conf");
	touch("etc/initwright/t@.d/2.conf");
	dropin_native(&v, ".", "a");
	is(&v, plain);
	dropin_native(&v, ".", "t@i");
	is(&v, instance);
	dropin_native(&v, ".", "none");
	is(&v, none);
}

static void
merges_as_systemd_does(void **state)
{
	static const char *const want[] = {
		"./etc/systemd/system/a-b@i.service.d/1.conf", "./run/systemd/system/a-b@i.service.d/2.conf", "./etc/systemd/system/a-b@.service.d/3.conf",
		"./etc/systemd/system/a-.service.d/4.conf", "./lib/systemd/system/a-b@i.service.d/5.conf", "beside/a-b@.service.d/6.conf",
		"./usr/lib/systemd/system/service.d/7.conf", NULL
	};
	struct vec v = VEC_INIT;

	(void)state;
	touch("etc/systemd/system/a-b@i.service.d/1.conf");
	touch("lib/systemd/system/a-b@i.service.d/1.conf");
	touch("run/systemd/system/a-b@i.service.d/2.conf");
	touch("usr/lib/systemd/system/a-b@i.service.d/2.conf");
	touch("etc/systemd/system/a-b@.service.d/1.conf");
	touch("etc/systemd/system/a-b@.service.d/3.conf");
	touch("etc/systemd/system/a-.service.d/3.conf");
	touch("etc/systemd/system/a-.service.d/4.conf");
	touch("lib/systemd/system/a-b@i.service.d/5.conf");
	touch("beside/a-b@.service.d/6.conf");
	touch("beside/a-b@i.service.d/5.conf");
	touch("usr/lib/systemd/system/service.d/7.conf");
	touch("usr/lib/systemd/system/service.d/6.conf");
	touch("etc/systemd/system/b@i.service.d/8.conf");
	dropin_systemd(&v, ".", "a-b@i.service", "beside");
	is(&v, want);
}

static void
finds(const char *unit, const char *path, const char *real)
{
	char *got_real, *got = dropin_find(".", unit, &got_real);

	if (!path) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, path);
	assert_string_equal(got_real ? got_real : "", real ? real : "");
	free(got);
	free(got_real);
}

static void
finds_units(void **state)
{
	(void)state;
	touch("lib/systemd/system/a.service");
	touch("usr/lib/systemd/system/a.service");
	touch("lib/systemd/system/b.service");
	touch("lib/systemd/system/t@.service");
	touch("etc/systemd/system/x");
	assert_int_equal(symlink("/lib/systemd/system/b.service", "etc/systemd/system/alias.service") |
	    symlink("b.service", "lib/systemd/system/near.service") | symlink("/dev/null", "etc/systemd/system/masked.service") |
	    symlink("loop.service", "etc/systemd/system/loop.service") | symlink("/lib/systemd/system/t@.service", "etc/systemd/system/t@one.service"), 0);
	finds("a.service", "./usr/lib/systemd/system/a.service", NULL);
	finds("b.service", "./lib/systemd/system/b.service", NULL);
	finds("alias.service", "./lib/systemd/system/b.service", "b.service");
	finds("near.service", "./lib/systemd/system/b.service", "b.service");
	finds("masked.service", "./etc/systemd/system/masked.service", NULL);
	finds("t@i.service", "./lib/systemd/system/t@.service", NULL);
	finds("t@one.service", "./lib/systemd/system/t@.service", NULL);
	finds("none.service", NULL, NULL);
	assert_int_equal(errno, ENOENT);
	finds("loop.service", NULL, NULL);
	assert_int_equal(errno, ELOOP);
}

static void
finds_ties_of_packages(void **state)
{
	struct vec v = VEC_INIT;

	(void)state;
	touch("lib/systemd/system/multi-user.target.wants/dbus.service");
	touch("usr/lib/systemd/system/multi-user.target.wants/dbus.service");
	touch("usr/lib/systemd/system/sysinit.target.requires/dbus.service");
	touch("usr/lib/systemd/system/sysinit.target.wants/other.service");
	dropin_wanted_by(&v, ".", "dbus.service");
	assert_int_equal(v.n, 2);
	assert_true(vec_has(&v, "multi-user.target") && vec_has(&v, "sysinit.target"));
	vec_free(&v);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = { IN_DIR(finds_native_ones), IN_DIR(merges_as_systemd_does), IN_DIR(finds_units), IN_DIR(finds_ties_of_packages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
