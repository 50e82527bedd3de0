#include "os/netcg.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "harness/live.h"
#include "os/ns.h"

static const char group[] = "/sys/fs/cgroup/netcg-test";

/* 0, or the errno of a datagram to that address */
static int
sent(const char *address)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(4711) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(4711) };
	bool is6 = strchr(address, ':') != NULL;
	int fd = socket(is6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	REQUIRE(fd >= 0 && inet_pton(is6 ? AF_INET6 : AF_INET, address, is6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) == 1);
	errno = 0;
	(void)!sendto(fd, "x", 1, 0, is6 ? (void *)&v6 : (void *)&v4, is6 ? sizeof v6 : sizeof v4);
	err = errno;
	close(fd);
	return err;
}

static void
inside(void *arg)
{
	const struct netcg_rule first[] = {
		{ true, false, { 127, 0, 0, 1 }, 30 }, { false, false, { 0 }, 0 }, { false, false, { 127 }, 8 },
		{ false, true, { [15] = 1 }, 127 },
	};
	const struct netcg_rule second[] = { { false, false, { 127, 0, 0, 2 }, 32 }, { true, true, { [15] = 1 }, 128 }, { false, true, { 0 }, 0 } };
	char path[64];
	int fd, far;

	(void)arg;
	REQUIRE(ns_loopback() == 0);
	snprintf(path, sizeof path, "%s/cgroup.procs", group);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	REQUIRE(fd >= 0 && write(fd, "0", 1) == 1);
	far = sent("2001:db8::1");
	REQUIRE(far != EPERM && sent("127.0.0.9") == 0 && sent("::1") == 0);
	REQUIRE(netcg_set(group, first, 4) == 0);
	REQUIRE(sent("127.0.0.3") == 0 && sent("127.0.0.4") == EPERM && sent("::1") == EPERM);
	REQUIRE(netcg_set(group, second, 3) == 0);
	REQUIRE(sent("127.0.0.1") == 0 && sent("127.0.0.2") == EPERM && sent("127.0.0.4") == 0 && sent("::1") == 0);
	REQUIRE(netcg_set(group, NULL, 0) == 0 && sent("127.0.0.2") == 0);
	_exit(7);
}

static void
the_first_that_fits_says(void **state)
{
	char out[512];

	(void)state;
	if (!live_in_throwaway() || access("/sys/fs/cgroup/cgroup.procs", W_OK) != 0)
		skip();
	assert_int_equal(mkdir(group, 0755), 0);
	if (WEXITSTATUS(in_child(inside, NULL, out, sizeof out)) != 7)
		fail_msg("%s", out);
	assert_int_equal(rmdir(group), 0);
}

static void
too_many_are_refused(void **state)
{
	static const struct netcg_rule many[2000];

	(void)state;
	assert_int_equal(netcg_set("/", many, 2000), -1);
	assert_int_equal(errno, E2BIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(the_first_that_fits_says), T(too_many_are_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
