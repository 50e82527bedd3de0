#include "harness/unit.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/mem.h"
#include "os/host.h"
#include "os/virt.h"
#include "svc/condition.h"
#include "svc/unit.h"

static bool
holds(const char *test, const char *value)
{
	struct service_condition c = { .test = mem_str(test), .value = mem_str(value) };
	bool yes;

	if (!condition_known(test))
		fail_msg("%s is not known", test);
	yes = condition_holds(&c, NULL);
	c.negate = true;
	assert_int_equal(condition_holds(&c, NULL), !yes);
	service_condition_clear(&c);
	return yes;
}

/* The test below a root that is the working directory. */
static bool
holds_here(const char *test, const char *path)
{
	struct service_condition c = { .test = mem_str(test), .value = mem_str(path) };
	bool yes = condition_holds(&c, ".");

	assert_true(condition_takes_path(test));
	service_condition_clear(&c);
	return yes;
}

static void
put(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
looks_at_paths(void **state)
{
	(void)state;
	assert_int_equal(mkdir("dir", 0755) | mkdir("full", 0755), 0);
	put("file", "x", 0644);
	put("full/empty", "", 0755);
	assert_int_equal(symlink("file", "link") | symlink("nowhere", "dangling"), 0);
	assert_true(holds_here("PathExists", "/file") && holds_here("PathExists", "/dir") && holds_here("PathExists", "/link"));
	assert_false(holds_here("PathExists", "/no") || holds_here("PathExists", "/dangling"));
	assert_true(holds_here("PathExistsGlob", "/f*l?") && holds_here("PathExistsGlob", "/full/*"));
	assert_false(holds_here("PathExistsGlob", "/dir/*"));
	assert_true(holds_here("PathIsDirectory", "/dir"));
	assert_false(holds_here("PathIsDirectory", "/file"));
	assert_true(holds_here("PathIsSymbolicLink", "/link") && holds_here("PathIsSymbolicLink", "/dangling"));
	assert_false(holds_here("PathIsSymbolicLink", "/file"));
	assert_true(holds_here("PathIsReadWrite", "/file"));
	assert_false(holds_here("PathIsReadWrite", "/no"));
	assert_false(holds_here("PathIsMountPoint", "/dir"));
	assert_true(holds("PathIsMountPoint", "/proc"));
	assert_true(holds_here("DirectoryNotEmpty", "/full"));
	assert_false(holds_here("DirectoryNotEmpty", "/dir") || holds_here("DirectoryNotEmpty", "/file") || holds_here("DirectoryNotEmpty", "/no"));
	assert_true(holds_here("FileNotEmpty", "/file"));
	assert_false(holds_here("FileNotEmpty", "/full/empty") || holds_here("FileNotEmpty", "/dir"));
	assert_true(holds_here("FileIsExecutable", "/full/empty"));
	assert_false(holds_here("FileIsExecutable", "/file") || holds_here("FileIsExecutable", "/dir"));
}

static void
looks_at_the_machine(void **state)
{
	struct utsname u;
	char *starred;

	(void)state;
	assert_int_equal(uname(&u), 0);
	assert_true(holds("Architecture", host_arch()) && holds("Architecture", "native"));
	assert_false(holds("Architecture", "pdp11"));
	assert_true(holds("Host", u.nodename) && holds("Host", "*"));
	assert_false(holds("Host", "no-such-host-*"));
	assert_true(holds("KernelVersion", ">=2.6") && holds("KernelVersion", "> 2.6.0 <999") && holds("KernelVersion", u.release));
	starred = mem_fmt("%.1s*", u.release);
	assert_true(holds("KernelVersion", starred));
	free(starred);
	assert_false(holds("KernelVersion", "<2.6") || holds("KernelVersion", ">=2.6 <2.7") || holds("KernelVersion", ">2.6 < 999") || holds("KernelVersion", "=*") || holds("KernelVersion", ""));
	assert_true(holds("CPUs", "1") && holds("CPUs", ">=1") && holds("CPUs", "< 100000"));
	assert_false(holds("CPUs", "=0") || holds("CPUs", "100000") || holds("CPUs", "many"));
	assert_true(holds("Memory", "1M") && holds("Memory", ">= 1M") && holds("Memory", "<1000E") == false && holds("Memory", "< 15E"));
	assert_false(holds("KernelCommandLine", "no-such-word-on-any-kernel"));
	assert_int_equal(holds("ACPower", "true"), host_on_ac());
	assert_int_equal(holds("ACPower", "false"), !host_on_ac());
	assert_true(holds("FirstBoot", "no"));
	assert_false(holds("FirstBoot", "yes") || holds("Security", "perfect") || holds("Firmware", "toaster") || holds("CPUFeature", "telepathy"));
	assert_true(holds("OSRelease", "NO_SUCH_FIELD!=x"));
	assert_false(holds("OSRelease", "NO_SUCH_FIELD="));
	assert_false(holds("OSRelease", "ID=no-such-system") || holds("OSRelease", "ID") || holds("OSRelease", ""));
	assert_true(holds("ControlGroupController", "no-such"));
	assert_true(holds("ControlGroupController", "v1") != holds("ControlGroupController", "v2"));
}

static void
looks_at_virtualization(void **state)
{
	const char *container = virt_container(), *machine = container ? NULL : virt_machine();

	(void)state;
	assert_int_equal(holds("Virtualization", "yes"), container || machine);
	assert_int_equal(holds("Virtualization", "no"), !(container || machine));
	assert_int_equal(holds("Virtualization", "container"), container != NULL);
	assert_int_equal(holds("Virtualization", "vm"), machine != NULL);
	if (container || machine)
		assert_true(holds("Virtualization", container ? container : machine));
	assert_int_equal(holds("Virtualization", "private-users"), virt_private_users());
	assert_false(holds("Virtualization", "no-such-machine"));
}

static void
looks_at_ourselves(void **state)
{
	char uid[32];

	(void)state;
	snprintf(uid, sizeof uid, "%u", (unsigned)getuid());
	assert_true(holds("User", uid));
	assert_false(holds("User", "4000000000") || holds("User", "no-such-user"));
	assert_int_equal(holds("User", "@system"), getuid() < 1000 || getuid() == 65534);
	snprintf(uid, sizeof uid, "%u", (unsigned)getgid());
	assert_true(holds("Group", uid));
	assert_false(holds("Group", "4000000000") || holds("Group", "no-such-group"));
	if (getuid() == 0)
		assert_true(holds("User", "root") && holds("Group", "root"));
	setenv("CONDITION_TEST", "x", 1);
	assert_true(holds("Environment", "CONDITION_TEST") && holds("Environment", "CONDITION_TEST=x"));
	assert_false(holds("Environment", "CONDITION_TEST=y") || holds("Environment", "CONDITION_TES"));
	unsetenv("CONDITION_TEST");
	assert_false(holds("Environment", "CONDITION_TEST"));
	assert_false(holds("Capability", "CAP_NO_SUCH"));
	if (getuid() == 0)
		assert_true(holds("Capability", "CAP_CHOWN") && holds("Capability", "chown"));
}

static void
combines_them(void **state)
{
	static const struct {
		const char *lines;
		enum condition_result want;
		int line;
	} cases[] = {
		{ "", CONDITION_MET, 0 },
		{ "ConditionPathExists=/y\nConditionPathExists=!/n\n", CONDITION_MET, 0 },
		{ "ConditionPathExists=/y\nConditionPathExists=/n\n", CONDITION_SKIP, 3 },
		{ "ConditionPathExists=!/y\n", CONDITION_SKIP, 2 },
		{ "ConditionPathExists=|/n\nConditionPathExists=|/y\n", CONDITION_MET, 0 },
		{ "ConditionPathExists=|/y\nConditionPathExists=|/n\n", CONDITION_MET, 0 },
		{ "ConditionPathExists=|/n\nConditionPathExists=|!/y\n", CONDITION_SKIP, 2 },
		{ "ConditionPathExists=|/y\nConditionPathExists=/n\n", CONDITION_SKIP, 3 },
		{ "ConditionPathExists=|/n\nConditionPathExists=/y\n", CONDITION_SKIP, 2 },
		{ "AssertPathExists=/n\n", CONDITION_FAIL, 2 },
		{ "AssertPathExists=/n\nConditionPathExists=/n\n", CONDITION_SKIP, 3 },
		{ "AssertPathExists=|/n\nConditionPathExists=|/y\n", CONDITION_FAIL, 2 },
		{ "AssertPathExists=|/n\nAssertPathExists=|/y\n", CONDITION_MET, 0 },
	};

	(void)state;
	put("y", "", 0644);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = mem_fmt("[Unit]\n%s[Service]\nExecStart=/x\n", cases[i].lines);
		const struct service_condition *failed = NULL;
		struct diag d = DIAG_INIT;
		struct service s;

		assert_int_equal(unit_read_text(&s, text, strlen(text), "t", NULL, NULL, &d), 0);
		assert_int_equal(condition_check(&s, ".", &failed), cases[i].want);
		assert_int_equal(failed ? failed->line : 0, cases[i].line);
		service_free(&s);
		free(text);
	}
}

static void
knows_what_it_can_test(void **state)
{
	(void)state;
	assert_false(condition_known("PathIsEncrypted") || condition_known("") || condition_known("pathexists"));
	assert_true(condition_takes_path("FileNotEmpty"));
	assert_false(condition_takes_path("Host") || condition_takes_path("Foo"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(looks_at_the_machine), T(looks_at_virtualization), T(looks_at_ourselves), T(knows_what_it_can_test),
		cmocka_unit_test_setup_teardown(looks_at_paths, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(combines_them, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
