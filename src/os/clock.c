#include "os/clock.h"

#include <limits.h>
#include <time.h>

static uint64_t
get(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint64_t
clock_now(void)
{
	return get(CLOCK_BOOTTIME);
}

uint64_t
clock_wall(void)
{
	return get(CLOCK_REALTIME);
}

uint64_t
clock_after(uint64_t span)
{
	uint64_t now = clock_now();

	return span >= CLOCK_FOREVER - now ? CLOCK_FOREVER : now + span;
}

int
clock_poll_ms(uint64_t deadline)
{
	uint64_t now = clock_now(), ms;

	if (deadline == CLOCK_FOREVER)
		return -1;
	if (deadline <= now)
		return 0;
	ms = (deadline - now + 999) / 1000;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}
