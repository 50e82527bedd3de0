#include "harness/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "os/host.h"
#include "os/virt.h"

static void
says_what_uname_says(void **state)
{
	struct utsname u;
	char *name = host_name(), *kernel = host_kernel();

	(void)state;
	assert_int_equal(uname(&u), 0);
	assert_string_equal(name, u.nodename);
	assert_string_equal(kernel, u.release);
	if (strcmp(u.machine, "x86_64") == 0)
		assert_string_equal(host_arch(), "x86-64");
	assert_true(*host_arch());
	free(name);
	free(kernel);
}

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
reads_the_machine_id(void **state)
{
	char *id;

	(void)state;
	assert_int_equal(mkdir("etc", 0755), 0);
	assert_null(host_machine_id("."));
	assert_int_equal(errno, ENOENT);
	put("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
	id = host_machine_id(".");
	assert_string_equal(id, "0123456789abcdef0123456789abcdef");
	free(id);
	put("etc/machine-id", "0123456789abcdef0123456789abcdef0\n");
	assert_null(host_machine_id("."));
	put("etc/machine-id", "uninitialized\n");
	assert_null(host_machine_id("."));
	assert_int_equal(mkdir("var", 0755), 0);
	assert_int_equal(mkdir("var/lib", 0755), 0);
	assert_int_equal(mkdir("var/lib/dbus", 0755), 0);
	put("var/lib/dbus/machine-id", "ffffffffffffffffffffffffffffffff");
	id = host_machine_id(".");
	assert_string_equal(id, "ffffffffffffffffffffffffffffffff");
	free(id);
}

static void
knows_this_boot(void **state)
{
	char *a = host_boot_id(), *b = host_boot_id();

	(void)state;
	assert_int_equal(strlen(a), 32);
	assert_string_equal(a, b);
	free(a);
	free(b);
}

static void
counts(void **state)
{
	cpu_set_t set;
	struct sysinfo s;

	(void)state;
	assert_int_equal(sysinfo(&s), 0);
	assert_int_equal(host_memory(), (uint64_t)s.totalram * s.mem_unit);
	assert_true(host_cpus() >= 1);
	CPU_ZERO(&set);
	assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
	for (int i = 0, kept = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &set) && kept++)
			CPU_CLR(i, &set);
	assert_int_equal(sched_setaffinity(0, sizeof set, &set), 0);
	assert_int_equal(host_cpus(), 1);
}

static void
looks_at_the_command_line(void **state)
{
	char line[4096], word[256];
	FILE *f = fopen(virt_container() ? "/proc/1/cmdline" : "/proc/cmdline", "re");

	(void)state;
	assert_false(host_cmdline_has("no-such-word-on-any-kernel"));
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f));
	fclose(f);
	if (sscanf(line, "%255s", word) != 1)
		return;
	assert_true(host_cmdline_has(word));
	word[strlen(word) - 1] = '\0';
	if (!strchr(word, '='))
		assert_false(host_cmdline_has(word));
}

static void
knows_mount_points(void **state)
{
	(void)state;
	assert_int_equal(host_is_mount_point("/"), 1);
	assert_int_equal(host_is_mount_point("/proc"), 1);
	assert_int_equal(mkdir("plain", 0755), 0);
	assert_int_equal(host_is_mount_point("plain"), 0);
	assert_int_equal(host_is_mount_point("missing"), -1);
	put("file", "");
	assert_int_equal(host_is_mount_point("file"), 0);
}

static void
knows_no_made_up_security(void **state)
{
	(void)state;
	assert_false(host_has_security("perfect"));
	assert_false(host_has_security(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(says_what_uname_says), T(knows_this_boot), T(looks_at_the_command_line), T(knows_no_made_up_security),
		cmocka_unit_test_setup_teardown(reads_the_machine_id, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(knows_mount_points, enter_directory, leave_directory), T(counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
