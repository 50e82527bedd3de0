#ifndef OS_CLOCK_H
#define OS_CLOCK_H
#include <stdint.h>

#define CLOCK_FOREVER UINT64_MAX	/* a deadline that never comes */

/* Microseconds since boot, time asleep included (CLOCK_BOOTTIME).  Never fails. */
uint64_t clock_now(void);
/* Microseconds since 1970 (CLOCK_REALTIME). */
uint64_t clock_wall(void);
/* now + span, CLOCK_FOREVER when either is CLOCK_FOREVER or the sum overflows. */
uint64_t clock_after(uint64_t span);
/* Milliseconds from now to the deadline, rounded up, as poll(2) wants them: -1 for CLOCK_FOREVER, 0 when past. */
int clock_poll_ms(uint64_t deadline);

#endif
