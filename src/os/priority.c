#include "os/priority.h"

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
