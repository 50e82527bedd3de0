#include "os/ns.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "harness/live.h"

static ino_t
own(const char *name)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/self/ns/%s", name);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static void
a_network_of_its_own(void *arg)
{
	ino_t before = own("net");
	struct ifreq r = { .ifr_name = "lo" };
	int fd = ns_make(CLONE_NEWNET), s;

	(void)arg;
	REQUIRE(fd >= 0 && own("net") == before);
	REQUIRE(ns_enter(fd, CLONE_NEWNET) == 0 && own("net") != before);
	s = socket(AF_INET, SOCK_DGRAM, 0);
	REQUIRE(ioctl(s, SIOCGIFFLAGS, &r) == 0 && r.ifr_flags & IFF_UP);
	before = own("uts");
	REQUIRE(ns_leave(CLONE_NEWUTS) == 0 && own("uts") != before);
	_exit(7);
}

static void
users_of_its_own(void *arg)
{
	char map[256] = "";
	int fd;

	(void)arg;
	REQUIRE(ns_private_users(4301, 4302) == 0);
	fd = open("/proc/self/uid_map", O_RDONLY);
	REQUIRE(read(fd, map, sizeof map - 1) > 0);
	REQUIRE(strstr(map, "4301") && getuid() == 0);
	/* no group that denies something can be left behind */
	REQUIRE(access("/proc/self/setgroups", F_OK) != 0 || (setgroups(0, NULL) == -1 && errno == EPERM));
	REQUIRE(setresuid(4301, 4301, 4301) == 0 || getuid() == 4301);
	_exit(7);
}

static void
in_children(void **state)
{
	char out[512];

	(void)state;
	if (!live_in_throwaway())
		skip();
	assert_int_equal(ns_probe(CLONE_NEWNET), 0);
	if (WEXITSTATUS(in_child(a_network_of_its_own, NULL, out, sizeof out)) != 7)
		fail_msg("%s", out);
	if (WEXITSTATUS(in_child(users_of_its_own, NULL, out, sizeof out)) != 7)
		fail_msg("%s", out);
}

static void
has_a_number(void **state)
{
	(void)state;
	assert_true(ns_id(CLONE_NEWPID) != 0 && ns_id(CLONE_NEWPID) == ns_id(CLONE_NEWPID));
	assert_true(ns_id(CLONE_NEWPID) != ns_id(CLONE_NEWNET));
	assert_int_equal(ns_id(0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(in_children), T(has_a_number) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
