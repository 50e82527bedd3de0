#include "os/priority.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { IO_WHO_PROCESS = 1, IO_CLASS_SHIFT = 13 };

static const struct {
	const char *name;
	int number;
} policies[] = {
	{ "other", SCHED_OTHER }, { "batch", SCHED_BATCH }, { "idle", SCHED_IDLE }, { "fifo", SCHED_FIFO }, { "rr", SCHED_RR },
};

int
priority_policy(const char *name)
{
	for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
		if (strcmp(policies[i].name, name) == 0)
			return policies[i].number;
	return -1;
}

int
priority_policy_range(int policy, int *min, int *max)
{
	*min = sched_get_priority_min(policy);
	*max = sched_get_priority_max(policy);
	return *min < 0 || *max < 0 ? -1 : 0;
}

int
priority_set_policy(int policy, int priority)
{
	struct sched_param param = { .sched_priority = priority };

	/* musl's sched_setscheduler() does nothing but fail: Linux has it per thread, POSIX per process */
	return (int)syscall(SYS_sched_setscheduler, 0, policy, &param);
}

int
priority_io_class(const char *name)
{
	static const char *const classes[] = { "none", "real-time", "best-effort", "idle" };

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (strcmp(classes[i], name) == 0)
			return (int)i;
	return -1;
}

int
priority_io(int io_class, int priority)
{
	return io_class << IO_CLASS_SHIFT | priority;
}

int
priority_set_io(int ioprio)
{
	return (int)syscall(SYS_ioprio_set, IO_WHO_PROCESS, 0, ioprio);
}

int
priority_get_io(int pid)
{
	return (int)syscall(SYS_ioprio_get, IO_WHO_PROCESS, pid);
}

static int
cpu_number(const char *s, size_t n, unsigned *out)
{
	unsigned v = 0;

	errno = EINVAL;
	if (n == 0 || n > 4)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (unsigned)(s[i] - '0');
	}
	*out = v;
	return v < 1024 ? 0 : -1;
}

int
priority_parse_cpus(const char *text, struct priority_cpus *cpus)
{
	const unsigned width = 8 * sizeof *cpus->bits;

	for (text += strspn(text, ", \t"); *text; text += strspn(text, ", \t")) {
		size_t n = strcspn(text, ", \t"), dash = strcspn(text, "-");
		unsigned from, to;

		if (dash >= n)
			dash = n;
		if (cpu_number(text, dash, &from) != 0 || cpu_number(dash < n ? text + dash + 1 : text, dash < n ? n - dash - 1 : n, &to) != 0)
			return -1;
		for (unsigned i = from; i <= to; i++) {
			cpus->n += !(cpus->bits[i / width] >> i % width & 1);
			cpus->bits[i / width] |= 1UL << i % width;
		}
		text += n;
	}
	return 0;
}

int
priority_set_cpus(const struct priority_cpus *cpus)
{
	return syscall(SYS_sched_setaffinity, 0, sizeof cpus->bits, cpus->bits) < 0 ? -1 : 0;
}
