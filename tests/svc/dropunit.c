#include "svc/dropunit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "harness/live.h"

static void
put(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static char *
read_with(struct service *s, const char *unit, const char *lines, struct vec *remarks)
{
	const struct dropunit_lines own = { lines, strlen(lines), true };

	return dropunit_read(s, unit, &own, remarks);
}

static void
lines_alone_are_safe_and_exact(void **state)
{
	struct vec remarks = VEC_INIT;
	struct service s;
	char *bad;

	(void)state;
	assert_null(read_with(&s, NULL, "LimitNOFILE=77\n", &remarks));
	assert_true(s.no_new_privileges && s.confine.bounding_set && s.confine.bounding == 0 && s.limits[RLIMIT_NOFILE].set);
	service_free(&s);
	bad = read_with(&s, NULL, "LimitNOFILE=many\n", &remarks);
	assert_non_null(strstr(bad, "LimitNOFILE"));
	free(bad);
	service_free(&s);
	vec_free(&remarks);
}

static void
units_come_with_their_dropins(void **state)
{
	struct vec remarks = VEC_INIT;
	struct service s;
	char *bad;

	(void)state;
	put("x.service", "[Service]\nExecStart=/bin/true\nUser=one\nNice=3\n");
	assert_int_equal(mkdir("x.service.d", 0700), 0);
	put("x.service.d/a.conf", "[Service]\nUser=two\nNice=4\n");
	assert_null(read_with(&s, "./x.service", "Nice=5\n", &remarks));
	assert_string_equal(s.user, "two");
	assert_int_equal(s.nice, 5);
	assert_false(s.no_new_privileges);
	service_free(&s);
	/* a protection that we do not have is no reason to go on without, unless somebody says so */
	put("x.service.d/b.conf", "[Service]\nBPFProgram=egress:/x\nNoSuchThing=1\n");
	bad = read_with(&s, "./x.service", "", &remarks);
	assert_non_null(bad);
	assert_non_null(strstr(bad, "BPFProgram"));
	free(bad);
	service_free(&s);
	vec_clear(&remarks);
	assert_null(read_with(&s, "./x.service", "BPFProgram=\n", &remarks));
	service_free(&s);
	assert_true(remarks.n > 0);
	vec_clear(&remarks);
	/* a drop-in that cannot be read, a unit that is not there */
	assert_int_equal(mkdir("x.service.d/c.conf", 0700), 0);
	bad = read_with(&s, "./x.service", "BPFProgram=\n", &remarks);
	assert_non_null(bad);
	free(bad);
	service_free(&s);
	bad = read_with(&s, "./no-such.service", "", &remarks);
	assert_non_null(strstr(bad, "no-such.service"));
	free(bad);
	service_free(&s);
	vec_free(&remarks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(lines_alone_are_safe_and_exact), cmocka_unit_test_setup_teardown(units_come_with_their_dropins, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
