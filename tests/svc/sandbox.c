#include "svc/sandbox.h"

#include <errno.h>
#include <sys/stat.h>

#include "harness/live.h"
#include "base/mem.h"

static const struct vec nothing;

static void
shared_things_come_and_go(void **state)
{
	struct sandbox_for who = { .name = "unit", .writable = &nothing };
	struct sandbox s;
	struct confine c;
	struct stat st;
	char *tmp;

	(void)state;
	if (!live_in_throwaway())
		skip();
	confine_init(&c);
	c.private_tmp = c.private_network = true;
	assert_null(sandbox_init(&s, &c, &who));
	assert_true(sandbox_is_needed(&s) && !sandbox_needs_no_new_privs(&s));
	/* what is not there yet, or no more, is not gone without */
	assert_int_equal(s.steps->join(&s), -1);
	assert_int_equal(s.steps->mount(&s), -1);
	assert_null(sandbox_open(&s));
	tmp = mem_str(s.tmp);
	assert_int_equal(stat(tmp, &st), 0);
	assert_int_equal(st.st_mode & 07777, 01777);
	*strrchr(tmp, '/') = '\0';
	assert_int_equal(stat(tmp, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_true(s.net_fd >= 0);
	/* a second time nothing is made anew */
	assert_null(sandbox_open(&s));
	sandbox_close(&s);
	assert_int_equal(stat(tmp, &st), -1);
	assert_int_equal(s.net_fd, -1);
	assert_int_equal(s.steps->join(&s), -1);
	free(tmp);
	sandbox_free(&s);
}

static void
labels_that_cannot_be(void **state)
{
	struct sandbox_for who = { .name = "unit", .writable = &nothing };
	struct sandbox s;
	struct confine c;
	char *bad;

	(void)state;
	if (lsm_active(LSM_APPARMOR))
		skip();
	confine_init(&c);
	c.apparmor = mem_str("-mine");
	assert_null(sandbox_init(&s, &c, &who));
	assert_false(sandbox_is_needed(&s));
	sandbox_free(&s);
	free(c.apparmor);
	c.apparmor = mem_str("mine");
	bad = sandbox_init(&s, &c, &who);
	assert_non_null(strstr(bad, "apparmor"));
	free(bad);
	sandbox_free(&s);
	vec_add(&c.policies, "apparmor:warn");
	assert_null(sandbox_init(&s, &c, &who));
	assert_int_equal(s.remarks.n, 1);
	sandbox_free(&s);
	confine_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(shared_things_come_and_go), T(labels_that_cannot_be) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
