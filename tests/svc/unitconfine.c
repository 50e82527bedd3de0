#include "svc/unitconfine.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/mount.h>

#include "harness/unitlines.h"
#include "svc/feature.h"

static void
capabilities(void **state)
{
	static const struct {
		const char *lines;
		uint64_t bounding;
	} cases[] = {
		{ "CapabilityBoundingSet=CAP_CHOWN CAP_KILL\n", 1ULL << CAP_CHOWN | 1ULL << CAP_KILL },
		{ "CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=CAP_KILL\n", 1ULL << CAP_CHOWN | 1ULL << CAP_KILL },
		{ "CapabilityBoundingSet=~CAP_CHOWN\n", ~(1ULL << CAP_CHOWN) },
		{ "CapabilityBoundingSet=~CAP_CHOWN\nCapabilityBoundingSet=~CAP_KILL\n", ~(1ULL << CAP_CHOWN | 1ULL << CAP_KILL) },
		{ "CapabilityBoundingSet=\n", 0 },
		{ "CapabilityBoundingSet=~\n", UINT64_MAX },
		{ "CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=\nCapabilityBoundingSet=CAP_KILL\n", 1ULL << CAP_KILL },
	};
	struct service s;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(read_lines(&s, cases[i].lines), 0);
		assert_true(s.confine.bounding == cases[i].bounding);
		service_free(&s);
	}
	assert_int_equal(read_lines(&s, "AmbientCapabilities=CAP_NET_RAW CAP_NOPE\nSecureBits=noroot no-setuid-fixup\n"), 1);
	assert_true(s.confine.ambient == 1ULL << CAP_NET_RAW);
	assert_int_equal(s.confine.securebits, SECBIT_NOROOT | SECBIT_NO_SETUID_FIXUP);
	service_free(&s);
}

static void
file_system(void **state)
{
	struct service s;

	(void)state;
	assert_int_equal(read_lines(&s, "ProtectSystem=strict\nProtectHome=tmpfs\nReadWritePaths=-/var//lib/x /y\nReadWritePaths=/z\nMountFlags=private\n"
	    "BindPaths=/a:/b:norbind -/c\nBindReadOnlyPaths=/d\nTemporaryFileSystem=/e:ro,size=1M\nMountAPIVFS=no\nInaccessiblePaths=relative\n"), 1);
	assert_int_equal(s.confine.protect_system, CONFINE_SYSTEM_STRICT);
	assert_int_equal(s.confine.protect_home, CONFINE_HOME_TMPFS);
	assert_int_equal(s.confine.paths[CONFINE_READ_WRITE].n, 3);
	assert_string_equal(s.confine.paths[CONFINE_READ_WRITE].v[0], "-/var/lib/x");
	assert_int_equal(s.confine.paths[CONFINE_INACCESSIBLE].n, 0);
	assert_true(s.confine.mount_flags == MS_PRIVATE);
	assert_int_equal(s.confine.mount_api_vfs, 0);
	assert_int_equal(s.confine.n_mounts, 4);
	assert_string_equal(s.confine.mounts[0].dest, "/b");
	assert_true(s.confine.mounts[0].plain && !s.confine.mounts[1].plain && s.confine.mounts[1].optional && s.confine.mounts[2].read_only);
	assert_null(s.confine.mounts[3].source);
	assert_string_equal(s.confine.mounts[3].options, "ro,size=1M");
	service_free(&s);
	assert_int_equal(read_lines(&s, "ProtectSystem=maybe\nProtectHome=never\nBindPaths=/a:/b:wrong\n"), 3);
	assert_false(confine_needs_mounts(&s.confine));
	service_free(&s);
}

static void
calls(void **state)
{
	struct service s;

	(void)state;
	assert_int_equal(read_lines(&s, "SystemCallFilter=~@clock nope read:EPERM write:nope\nSystemCallErrorNumber=EACCES\nSystemCallArchitectures=native\n"), 2);
	assert_int_equal(s.confine.calls.mode, CONFINE_CALLS_DENY);
	assert_int_equal(s.confine.calls.items.n, 2);
	assert_int_equal(s.confine.calls_errno, EACCES);
	service_free(&s);
	/* an allow list of which we know no name still allows nothing else */
	assert_int_equal(read_lines(&s, "SystemCallFilter=nope\n"), 1);
	assert_int_equal(s.confine.calls.mode, CONFINE_CALLS_ALLOW);
	service_free(&s);
	assert_int_equal(read_lines(&s, "RestrictAddressFamilies=AF_UNIX AF_INET\nRestrictAddressFamilies=~AF_INET\n"), 0);
	assert_true(s.confine.families == 2);
	service_free(&s);
	assert_int_equal(read_lines(&s, "RestrictNamespaces=~user net\nRestrictNamespaces=net\n"), 0);
	assert_true(s.confine.forbidden_ns == 0x10000000);
	service_free(&s);
}

static void
resources_and_scheduling(void **state)
{
	struct service s;

	(void)state;
	assert_int_equal(read_lines(&s, "TasksMax=10%\nMemoryMax=1G\nMemoryHigh=lots\nCPUQuota=50%\nCPUWeight=0\nCPUSchedulingPolicy=fifo\n"
	    "IOSchedulingClass=idle\nCPUAffinity=0-2,4\nKeyringMode=shared\nX-MissingFeature=seccomp:warn nope:warn\n"), 3);
	assert_string_equal(s.confine.resources[CONFINE_TASKS], "10%");
	assert_null(s.confine.resources[CONFINE_MEMORY_HIGH]);
	assert_null(s.confine.resources[CONFINE_CPU_WEIGHT]);
	assert_int_equal(s.cpu_policy, 1);
	assert_int_equal(s.io_class, 3);
	assert_int_equal(s.cpus.n, 4);
	assert_int_equal(s.confine.keyring, CONFINE_KEYRING_SHARED);
	assert_int_equal(s.confine.policies.n, 1);
	service_free(&s);
}

/* as systemd does without the module, but what the unit says of it goes first */
static void
labels(void **state)
{
	struct service s;

	(void)state;
	assert_int_equal(read_lines(&s, "X-MissingFeature=selinux:refuse\nSELinuxContext=a:b:c\nAppArmorProfile=x"), 0);
	assert_int_equal(feature_policy(&s.confine.policies, FEATURE_SELINUX), FEATURE_REFUSE);
	assert_int_equal(feature_policy(&s.confine.policies, FEATURE_APPARMOR), FEATURE_WARN);
	assert_int_equal(feature_policy(&s.confine.policies, FEATURE_SECCOMP), FEATURE_REFUSE);
	service_free(&s);
}

static void
credentials(void **state)
{
	struct service s;

	(void)state;
	assert_int_equal(read_lines(&s, "LoadCredential=a:/x//%n\nLoadCredential=b\nSetCredential=c:1\\x32 : 3\n"), 0);
	assert_string_equal(s.confine.load_credentials.v[0], "a:/x/n@i.service");
	assert_string_equal(s.confine.load_credentials.v[1], "b");
	assert_string_equal(s.confine.set_credentials.v[0], "c:12 : 3");
	service_free(&s);
	assert_int_equal(read_lines(&s, "LoadCredential=../a:/x\nLoadCredential=a:\nSetCredential=a\nSetCredential=a:\\q\nSetCredential=:x\nSetCredential=a:\\x00\n"),
	    6);
	assert_true(s.confine.load_credentials.n == 0 && s.confine.set_credentials.n == 0);
	service_free(&s);
	assert_int_equal(read_lines(&s, "LoadCredential=a:/x\nLoadCredential=\n"), 0);
	assert_int_equal(s.confine.load_credentials.n, 0);
	service_free(&s);
}

static void
devices_and_addresses(void **state)
{
	struct service s;

	(void)state;
	assert_int_equal(read_lines(&s, "DevicePolicy=strict\nDeviceAllow=/dev/null\nDeviceAllow=char-rtc r\n"), 0);
	assert_int_equal(s.confine.device_policy, CONFINE_DEVICES_STRICT);
	assert_string_equal(s.confine.device_allow.v[0], "/dev/null rwm");
	assert_string_equal(s.confine.device_allow.v[1], "char-rtc r");
	service_free(&s);
	assert_int_equal(read_lines(&s, "DevicePolicy=open\nDeviceAllow=/etc/x\nDeviceAllow=/dev/null x\nDeviceAllow=/dev/null r w\n"), 4);
	assert_int_equal(s.confine.device_allow.n, 0);
	service_free(&s);
	assert_int_equal(read_lines(&s, "IPAddressDeny=any\nIPAddressAllow=10.0.0.0/8 localhost nowhere\n"), 1);
	assert_true(s.confine.ip_deny.n == 1 && s.confine.ip_allow.n == 2);
	service_free(&s);
	assert_int_equal(read_lines(&s, "DeviceAllow=/dev/null\nDeviceAllow=\n"), 0);
	assert_int_equal(s.confine.device_allow.n, 0);
	service_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(capabilities), T(file_system), T(calls), T(labels), T(credentials), T(devices_and_addresses), T(resources_and_scheduling) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
