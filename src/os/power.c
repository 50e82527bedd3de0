#include "os/power.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "base/str.h"
#include "os/proc.h"

static bool
shares_our_sight(void)
{
	struct stat ours, its;
	char self[32] = "";

	if (readlink("/proc/self", self, sizeof self - 1) <= 0 || (pid_t)num_leading(self) != getpid())
		return false;
	return stat("/", &ours) == 0 && stat("/proc/1/root/.", &its) == 0 && ours.st_dev == its.st_dev && ours.st_ino == its.st_ino;
}

enum power_init
power_init(char *name)
{
	static const char *const inits[] = {
		"init", "linuxrc", "systemd", "openrc-init", "runit", "s6-svscan", "s6-linux-init", "dinit", "finit", "procd",
	};
	struct proc_stat st;
	char exe[PATH_MAX];

	strcpy(name, "?");
	if (proc_stat(1, &st) != 0)
		return POWER_NO_INIT;
	fmt_to(name, 16, "%s", st.comm);
	if (!shares_our_sight())
		return POWER_NO_INIT;
	for (size_t i = 0; i < sizeof inits / sizeof *inits; i++)
		if (strcmp(st.comm, inits[i]) == 0)
			return proc_exe(1, exe, sizeof exe) > 0 && str_starts(str_base(exe), "busybox") ? POWER_BUSYBOX : POWER_INIT;
	return POWER_NO_INIT;
}

int
power_signal(enum power_how how)
{
	static const int signals[] = { [POWER_REBOOT] = SIGTERM, [POWER_OFF] = SIGUSR2, [POWER_HALT] = SIGUSR1 };

	return kill(1, signals[how]);
}

void
power_end_all(unsigned grace)
{
	struct timespec wait = { .tv_sec = (time_t)grace };

	/* of those who are not our children nobody tells us when they end */
	if (kill(-1, SIGTERM) == 0)
		nanosleep(&wait, NULL);
	kill(-1, SIGKILL);
	sync();
}

int
power_now(enum power_how how)
{
	static const int commands[] = { [POWER_REBOOT] = RB_AUTOBOOT, [POWER_OFF] = RB_POWER_OFF, [POWER_HALT] = RB_HALT_SYSTEM };

	return reboot(commands[how]);
}
