#include "os/uevent.h"

#include <errno.h>
#include <limits.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fmt.h"
#include "os/fd.h"

int
uevent_open(void)
{
	struct sockaddr_nl all = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&all, sizeof all) == 0)
		return fd;
	return fd_drop(fd);
}

int
uevent_removed(int fd, char *path)
{
	struct sockaddr_nl from = { 0 };
	socklen_t len = sizeof from;
	char text[8192];
	ssize_t n = recvfrom(fd, text, sizeof text - 1, 0, (struct sockaddr *)&from, &len);

	*path = '\0';
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	text[n] = '\0';
	if (from.nl_pid == 0 && strncmp(text, "remove@/", 8) == 0)
		fmt_to(path, PATH_MAX, "/sys%s", text + 7);
	return 1;
}
