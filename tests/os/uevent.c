#include "os/uevent.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "harness/live.h"

static void
a_network_interface_goes(void **state)
{
	struct pollfd p = { uevent_open(), POLLIN, 0 };
	char path[PATH_MAX];

	(void)state;
	assert_true(p.fd >= 0);
	assert_int_equal(fcntl(p.fd, F_GETFD), FD_CLOEXEC);
	if (!live_in_throwaway() || system("ip link add unit0 type bridge 2>/dev/null") != 0)
		skip();
	assert_int_equal(system("ip link del unit0"), 0);
	do {
		assert_true(poll(&p, 1, 10000) == 1);
		assert_true(uevent_removed(p.fd, path) >= 0);
	} while (strcmp(path, "/sys/devices/virtual/net/unit0") != 0);
	close(p.fd);
}

/* anyone may send there, and is not believed */
static void
others_are_not_heard(void **state)
{
	static const char lie[] = "remove@/devices/x";
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof to;
	int fd = uevent_open(), liar = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	char path[PATH_MAX];
	int r;

	(void)state;
	assert_int_equal(getsockname(fd, (struct sockaddr *)&to, &len), 0);
	to.nl_groups = 0;
	if (sendto(liar, lie, sizeof lie, 0, (struct sockaddr *)&to, sizeof to) < 0)
		skip();
	while ((r = uevent_removed(fd, path)) > 0)
		assert_string_not_equal(path, "/sys/devices/x");
	assert_int_equal(r, 0);
	close(fd);
	close(liar);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(a_network_interface_goes), T(others_are_not_heard) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
