#include "harness/unit.h"

#include <limits.h>
#include <time.h>

#include "os/clock.h"

static void
goes_forward(void **state)
{
	uint64_t a = clock_now(), b = clock_now();
	time_t wall = time(NULL);

	(void)state;
	assert_true(a > 0 && b >= a && b - a < 10000000);
	assert_true(clock_wall() / 1000000 - (uint64_t)wall <= 2);
}

static void
deadlines_do_not_overflow(void **state)
{
	uint64_t now = clock_now();

	(void)state;
	assert_true(clock_after(0) >= now);
	assert_true(clock_after(1000000) - now >= 1000000);
	assert_true(clock_after(CLOCK_FOREVER) == CLOCK_FOREVER);
	assert_true(clock_after(CLOCK_FOREVER - 1) == CLOCK_FOREVER);
}

static void
poll_times_round_up(void **state)
{
	int ms;

	(void)state;
	assert_int_equal(clock_poll_ms(CLOCK_FOREVER), -1);
	assert_int_equal(clock_poll_ms(0), 0);
	assert_int_equal(clock_poll_ms(clock_now()), 0);
	ms = clock_poll_ms(clock_after(100000));
	assert_true(ms > 0 && ms <= 100);
	assert_int_equal(clock_poll_ms(CLOCK_FOREVER - 1), INT_MAX);
	/* never early: when poll says that the time is over, it is */
	for (int i = 0; i < 20; i++) {
		uint64_t end = clock_after(1500);

		while ((ms = clock_poll_ms(end)) > 0)
			nanosleep(&(struct timespec){ 0, (long)ms * 1000000 }, NULL);
		assert_true(clock_now() >= end);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(goes_forward), T(deadlines_do_not_overflow), T(poll_times_round_up) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
