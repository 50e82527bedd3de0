#include "harness/unit.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "os/host.h"
#include "svc/specifier.h"

static const struct specifier instance = { "foo-bar@in\\x2dst-x", "/etc/systemd/system/foo-bar@.service", "." };
static const struct specifier plain = { "foo-bar", "/etc/init.d/foo-bar", "." };

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int
enter_root(void **state)
{
	enter_directory(state);
	assert_int_equal(mkdir("etc", 0755), 0);
	return 0;
}

static void
gives(const struct specifier *x, const char *text, const char *want)
{
	char *why = NULL, *got = specifier_expand(x, text, &why);

	if (!got)
		fail_msg("%s: %s", text, why);
	assert_string_equal(got, want);
	free(got);
}

static void
refuses(const struct specifier *x, const char *text, const char *reason)
{
	char *why = NULL;

	assert_null(specifier_expand(x, text, &why));
	if (!strstr(why, reason))
		fail_msg("%s: \"%s\" does not say \"%s\"", text, why, reason);
	free(why);
}

static void
names_the_unit(void **state)
{
	(void)state;
	gives(&instance, "%n|%N|%p|%i|%I|%j|%f", "foo-bar@in\\x2dst-x.service|foo-bar@in\\x2dst-x|foo-bar|in\\x2dst-x|in-st/x|bar|/in-st/x");
	gives(&instance, "%P|%J|%y|%Y|%d", "foo/bar|bar|/etc/systemd/system/foo-bar@.service|/etc/systemd/system|/run/credentials/foo-bar@in\\x2dst-x.service");
	gives(&plain, "%n|%N|%p|%i|%I|%j|%f|%y|%Y", "foo-bar.service|foo-bar|foo-bar|||bar|/foo/bar|/etc/init.d/foo-bar|/etc/init.d");
}

static void
has_the_fixed_ones(void **state)
{
	(void)state;
	gives(&plain, "%t %S %C %L %E %T %V", "/run /var/lib /var/cache /var/log /etc /tmp /var/tmp");
	gives(&plain, "%u %U %g %G %h %s", "root 0 root 0 /root /bin/sh");
	gives(&plain, "100%% %", "100% %");
	gives(&plain, "%-%,% x", "%-%,% x");
	gives(&plain, "", "");
}

static void
asks_the_host(void **state)
{
	char *name = host_name(), *kernel = host_kernel(), *boot = host_boot_id();
	char *want = mem_fmt("%s|%s|%s|%s", name, kernel, boot, host_arch());

	(void)state;
	gives(&plain, "%H|%v|%b|%a", want);
	name[strcspn(name, ".")] = '\0';
	gives(&plain, "%l", name);
	free(want);
	free(name);
	free(kernel);
	free(boot);
}

static void
asks_the_system_below_root(void **state)
{
	char *name = host_name();

	(void)state;
	gives(&plain, "%o%w%W%A%M%B", "");
	gives(&plain, "%q", name);
	refuses(&plain, "%m", "No such file");
	put("etc/os-release", "ID=devuan\nVERSION_ID=\"5\"\nVARIANT_ID=v\nIMAGE_VERSION=iv\nIMAGE_ID=ii\nBUILD_ID='b'\n");
	put("etc/machine-info", "PRETTY_HOSTNAME=\"Our Box\"\n");
	put("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
	gives(&plain, "%o|%w|%W|%A|%M|%B|%q|%m", "devuan|5|v|iv|ii|b|Our Box|0123456789abcdef0123456789abcdef");
	free(name);
}

static void
refuses_what_it_does_not_know(void **state)
{
	static const struct specifier odd = { "a@b\\y", "/f", NULL }, dash = { "a@-b", "/f", NULL }, dots = { "a@..", "/f", NULL };

	(void)state;
	refuses(&plain, "%5", "unknown specifier %5");
	refuses(&plain, "%z", "unknown specifier %z");
	refuses(&plain, "%c", "control group");
	refuses(&odd, "%I", "%I");
	refuses(&dash, "%f", "%f");
	refuses(&dots, "%f", "%f");
}

static void
has_a_limit(void **state)
{
	struct specifier x = { "a@", "/f", NULL };
	char *name = mem_alloc(100001), *text = mem_alloc(2 * 20 + 1);

	(void)state;
	memset(name, 'a', 100000);
	x.name = name;
	for (int i = 0; i < 20; i++)
		memcpy(text + 2 * i, "%n", 2);
	refuses(&x, text, "too long");
	free(name);
	free(text);
}

static void
unescapes(void **state)
{
	char *s = specifier_unescape("a-b\\x2dc");

	(void)state;
	assert_string_equal(s, "a/b-c");
	free(s);
	assert_null(specifier_unescape("a\\"));
	assert_null(specifier_unescape("a\\x0"));
	assert_null(specifier_unescape("a\\x00"));
	assert_int_equal(errno, EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(names_the_unit), T(has_the_fixed_ones), T(asks_the_host), T(refuses_what_it_does_not_know), T(has_a_limit), T(unescapes),
		cmocka_unit_test_setup_teardown(asks_the_system_below_root, enter_root, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
