#include "os/rlimit.h"

#include "harness/live.h"

static void
names_and_numbers_agree(void **state)
{
	(void)state;
	for (int i = 0; i < RLIM_NLIMITS; i++)
		assert_int_equal(rlimit_number(rlimit_name(i)), i);
	assert_int_equal(rlimit_number("nofile"), RLIMIT_NOFILE);
	assert_int_equal(rlimit_number("NOFILE "), -1);
	assert_int_equal(rlimit_number("LimitNOFILE"), -1);
	assert_int_equal(rlimit_number(""), -1);
	assert_string_equal(rlimit_name(-1), "?");
	assert_string_equal(rlimit_name(RLIM_NLIMITS), "?");
}

static void
set_and_look(void *arg)
{
	const struct rlimit want = { 17, 40 }, more = { 30, 50 }, both_more = { 60, RLIM_INFINITY }, wrong = { 9, 8 };
	struct rlimit now;

	(void)arg;
	REQUIRE(rlimit_set_nearest(RLIMIT_NOFILE, &want) == 0);
	REQUIRE(getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur == 17 && now.rlim_max == 40);
	REQUIRE(rlimit_set_nearest(RLIMIT_NOFILE, &wrong) == -1 && errno == EINVAL);
	REQUIRE(rlimit_set_nearest(-1, &want) == -1 && errno == EINVAL);
	if (geteuid() == 0)
		REQUIRE(setresuid(65534, 65534, 65534) == 0);
	/* what is above our hard limit is cut, what is below it is kept */
	REQUIRE(rlimit_set_nearest(RLIMIT_NOFILE, &more) == 0);
	REQUIRE(getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur == 30 && now.rlim_max == 40);
	REQUIRE(rlimit_set_nearest(RLIMIT_NOFILE, &both_more) == 0);
	REQUIRE(getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur == 40 && now.rlim_max == 40);
}

static void
sets_it_as_near_as_it_may(void **state)
{
	(void)state;
	live_in_child(set_and_look, NULL);
}

static void
ask_for_init(void *arg)
{
	struct rlimit of_init = { 1, 1 }, own;

	(void)arg;
	REQUIRE(getrlimit(RLIMIT_NOFILE, &own) == 0);
	own.rlim_cur = 33;
	REQUIRE(setrlimit(RLIMIT_NOFILE, &own) == 0);
	if (geteuid() == 0) {
		REQUIRE(rlimit_of_init(RLIMIT_NOFILE, &of_init) == 0);
		REQUIRE(of_init.rlim_cur != 33);
		REQUIRE(setresuid(65534, 65534, 65534) == 0);
	}
	/* who may not ask gets what it has itself */
	REQUIRE(rlimit_of_init(RLIMIT_NOFILE, &of_init) == -1);
	REQUIRE(errno == EPERM);
	REQUIRE(of_init.rlim_cur == 33 && of_init.rlim_max == own.rlim_max);
}

static void
tells_the_limits_of_init(void **state)
{
	(void)state;
	live_in_child(ask_for_init, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(names_and_numbers_agree), T(sets_it_as_near_as_it_may), T(tells_the_limits_of_init) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
