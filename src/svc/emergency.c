#include "svc/emergency.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/power.h"
#include "svc/child_spawn.h"

enum { GRACE_S = 5 };	/* seconds to end in, for -force */

const char *const emergency_words[] = {
	"none", "reboot", "reboot-force", "reboot-immediate", "poweroff", "poweroff-force", "poweroff-immediate", "exit", "exit-force", "halt",
	"halt-force", "halt-immediate", NULL
};

enum way { ORDERLY, FORCE, IMMEDIATE };

static const struct {
	enum power_how how;
	enum way way;
} rows[] = {
	[SERVICE_REBOOT] = { POWER_REBOOT, ORDERLY }, [SERVICE_REBOOT_FORCE] = { POWER_REBOOT, FORCE },
	[SERVICE_REBOOT_IMMEDIATE] = { POWER_REBOOT, IMMEDIATE },
	[SERVICE_POWEROFF] = { POWER_OFF, ORDERLY }, [SERVICE_POWEROFF_FORCE] = { POWER_OFF, FORCE },
	[SERVICE_POWEROFF_IMMEDIATE] = { POWER_OFF, IMMEDIATE },
	/* a manager that is not a container's switches off */
	[SERVICE_EXIT] = { POWER_OFF, ORDERLY }, [SERVICE_EXIT_FORCE] = { POWER_OFF, FORCE },
	[SERVICE_HALT] = { POWER_HALT, ORDERLY }, [SERVICE_HALT_FORCE] = { POWER_HALT, FORCE }, [SERVICE_HALT_IMMEDIATE] = { POWER_HALT, IMMEDIATE },
};

/* what an init other than busybox's is told by, the best first */
static const struct {
	enum power_how how;
	const char *argv[6];
} programs[] = {
	{ POWER_REBOOT, { "/sbin/shutdown", "-r", "now" } }, { POWER_REBOOT, { "/sbin/openrc-shutdown", "-r", "now" } }, { POWER_REBOOT, { "/sbin/reboot" } },
	{ POWER_OFF, { "/sbin/shutdown", "-h", "-P", "now" } }, { POWER_OFF, { "/sbin/openrc-shutdown", "-p", "now" } }, { POWER_OFF, { "/sbin/poweroff" } },
	{ POWER_HALT, { "/sbin/shutdown", "-h", "-H", "now" } }, { POWER_HALT, { "/sbin/openrc-shutdown", "-H", "now" } }, { POWER_HALT, { "/sbin/halt" } },
};

static const char *const *
program_for(enum power_how how)
{
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		if (programs[i].how == how && access(programs[i].argv[0], X_OK) == 0)
			return programs[i].argv;
	return NULL;
}

char *
emergency_refused(enum service_action a)
{
	char name[16];
	enum power_init init = power_init(name);

	if (geteuid() != 0)
		return mem_str("only root can do that");
	if (init == POWER_NO_INIT)
		return mem_fmt("process 1 (%s) is no init that it can be asked of", name);
	if (rows[a].way == ORDERLY && init == POWER_INIT && !program_for(rows[a].how))
		return mem_str("there is no /sbin/shutdown");
	return NULL;
}

static int
tell(enum power_how how)
{
	char path[] = "PATH=" SERVICE_PATH, *env[] = { path, NULL };
	struct child_spec spec = CHILD_SPEC_INIT;
	const char *const *argv = program_for(how);
	struct child_error e;
	char name[16];

	if (power_init(name) == POWER_BUSYBOX)
		return power_signal(how);
	errno = ENOENT;
	if (!argv)
		return -1;
	spec.path = argv[0];
	spec.argv = (char *const *)(uintptr_t)argv;
	spec.envp = env;
	spec.new_session = true;
	spec.chdir = "/";
	if (child_spawn(&spec, &e) > 0)
		return 0;
	errno = e.err;
	return -1;
}

int
emergency_act(enum service_action a)
{
	if (rows[a].way == ORDERLY)
		return tell(rows[a].how);
	if (rows[a].way == FORCE)
		power_end_all(GRACE_S);
	return power_now(rows[a].how);
}
