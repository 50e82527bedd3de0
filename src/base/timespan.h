#ifndef BASE_TIMESPAN_H
#define BASE_TIMESPAN_H
#include <stdint.h>
/*
 * Spans of time as systemd.time(7) writes them: "5min 20s", "1.5h", "90" (seconds), "infinity".
 * In microseconds; "infinity" is UINT64_MAX, the CLOCK_FOREVER of os/clock.h.
 */

/* 0, or -1 with errno EINVAL (no time span) or ERANGE (too long); *out is left alone then. */
int timespan_parse(const char *s, uint64_t *out);
/* The same, a number without a unit counting `unit` microseconds. */
int timespan_parse_unit(const char *s, uint64_t unit, uint64_t *out);
/* In nanoseconds, that a number without a unit counts too; there are "ns" and "nsec" then. */
int timespan_parse_ns(const char *s, uint64_t *out);
/* "1min 30s", "100ms", "0", "infinity".  The caller frees it. */
char *timespan_text(uint64_t us);

#endif
