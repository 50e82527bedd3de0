#include "os/rlimit.h"

#include <errno.h>
#include <stddef.h>
#include <strings.h>

static const char *const names[RLIM_NLIMITS] = {
	[RLIMIT_CPU] = "CPU", [RLIMIT_FSIZE] = "FSIZE", [RLIMIT_DATA] = "DATA", [RLIMIT_STACK] = "STACK",
	[RLIMIT_CORE] = "CORE", [RLIMIT_RSS] = "RSS", [RLIMIT_NPROC] = "NPROC", [RLIMIT_NOFILE] = "NOFILE",
	[RLIMIT_MEMLOCK] = "MEMLOCK", [RLIMIT_AS] = "AS", [RLIMIT_LOCKS] = "LOCKS", [RLIMIT_SIGPENDING] = "SIGPENDING",
	[RLIMIT_MSGQUEUE] = "MSGQUEUE", [RLIMIT_NICE] = "NICE", [RLIMIT_RTPRIO] = "RTPRIO", [RLIMIT_RTTIME] = "RTTIME",
};

int
rlimit_number(const char *name)
{
	for (int i = 0; i < RLIM_NLIMITS; i++)
		if (names[i] && strcasecmp(names[i], name) == 0)
			return i;
	return -1;
}

const char *
rlimit_name(int number)
{
	return number >= 0 && number < RLIM_NLIMITS && names[number] ? names[number] : "?";
}

int
rlimit_set(int number, const struct rlimit *want)
{
	return prlimit(0, number, want, NULL);
}

int
rlimit_set_nearest(int number, const struct rlimit *want)
{
	struct rlimit own, near = *want;

	/* the libc's wrapper takes an int or an enum, by libc and by mode */
	if (prlimit(0, number, want, NULL) == 0)
		return 0;
	if (errno != EPERM || prlimit(0, number, NULL, &own) != 0)
		return -1;
	if (near.rlim_max > own.rlim_max)
		near.rlim_max = own.rlim_max;
	if (near.rlim_cur > near.rlim_max)
		near.rlim_cur = near.rlim_max;
	return prlimit(0, number, &near, NULL);
}

int
rlimit_of_init(int number, struct rlimit *out)
{
	int saved;

	if (prlimit(1, number, NULL, out) == 0)
		return 0;
	saved = errno;
	if (prlimit(0, number, NULL, out) != 0)
		*out = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	errno = saved;
	return -1;
}

int
rlimit_get(int number, struct rlimit *out)
{
	return prlimit(0, number, NULL, out);
}
