#include "os/lsm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "os/fd.h"
#include "os/host.h"

bool
lsm_active(enum lsm which)
{
	return host_has_security(which == LSM_APPARMOR ? "apparmor" : "selinux");
}

static int
write_attr(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r, saved;

	if (fd < 0)
		return -1;
	r = fd_write_all(fd, text, strlen(text));
	saved = errno;
	close(fd);
	errno = saved;
	return r;
}

int
lsm_on_exec(enum lsm which, const char *label)
{
	char text[512];

	if (fmt_to(text, sizeof text, which == LSM_APPARMOR ? "exec %s" : "%s", label) >= sizeof text) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (which == LSM_APPARMOR && write_attr("/proc/thread-self/attr/apparmor/exec", text) == 0)
		return 0;
	return write_attr("/proc/thread-self/attr/exec", text);
}
