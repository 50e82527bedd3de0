#include "svc/mounts.h"

#include <sys/mount.h>

#include "harness/unit.h"

static const struct mounts_entry *
find(const struct mounts *m, const char *path, enum mounts_kind kind)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->v[i].path, path) == 0 && m->v[i].kind == kind)
			return &m->v[i];
	return NULL;
}

static void
plans(void **state)
{
	struct vec writable = VEC_INIT, binds = VEC_INIT;
	struct confine c;
	struct mounts m;

	(void)state;
	confine_init(&c);
	c.protect_system = CONFINE_SYSTEM_STRICT;
	c.protect_home = CONFINE_HOME_TMPFS;
	c.protect_proc = CONFINE_PROC_INVISIBLE;
	c.proc_subset = CONFINE_SUBSET_PID;
	c.private_devices = true;
	vec_add(&c.paths[CONFINE_INACCESSIBLE], "-/secret");
	vec_add(&writable, "/var/lib/x");
	vec_add(&binds, "/var/lib/private/y:/var/lib/private/y");
	mounts_plan(&m, &c, NULL, "/tmp/p/tmp", NULL, &writable);
	mounts_add_binds(&m, &binds);
	assert_true(find(&m, "/", MOUNTS_READ_ONLY)->read_only);
	assert_non_null(find(&m, "/proc", MOUNTS_LEAVE));
	assert_string_equal(find(&m, "/proc", MOUNTS_PROC)->options, "hidepid=invisible,subset=pid");
	assert_string_equal(find(&m, "/root", MOUNTS_TMPFS)->options, "mode=0700");
	assert_string_equal(find(&m, "/tmp", MOUNTS_BIND)->source, "/tmp/p/tmp");
	assert_null(find(&m, "/var/tmp", MOUNTS_BIND));
	assert_true(find(&m, "/secret", MOUNTS_INACCESSIBLE)->optional);
	assert_non_null(find(&m, "/var/lib/x", MOUNTS_READ_WRITE));
	assert_non_null(find(&m, "/dev", MOUNTS_PRIVATE_DEV));
	/* the closed parent is an empty one there */
	assert_true(find(&m, "/var/lib/private", MOUNTS_TMPFS)->read_only);
	assert_non_null(find(&m, "/var/lib/private/y", MOUNTS_BIND));
	assert_true(m.propagation == MS_SLAVE);
	mounts_free(&m);
	vec_free(&writable);
	vec_free(&binds);
	confine_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(plans) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
