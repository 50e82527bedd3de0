#include "os/lsm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "os/file.h"
#include "os/host.h"

bool
lsm_active(enum lsm which)
{
	return host_has_security(which == LSM_APPARMOR ? "apparmor" : "selinux");
}

int
lsm_on_exec(enum lsm which, const char *label)
{
	char text[512];

	if (fmt_to(text, sizeof text, which == LSM_APPARMOR ? "exec %s" : "%s", label) >= sizeof text) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (which == LSM_APPARMOR && file_put(AT_FDCWD, "/proc/self/attr/apparmor/exec", text) == 0)
		return 0;
	return file_put(AT_FDCWD, "/proc/self/attr/exec", text);
}
