#include "svc/peer.h"

#include <sys/stat.h>

#include "harness/live.h"

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0755), 0);
}

static void
names_are_those_of_services(void **state)
{
	char *name = peer_name("foo@a-b.service");

	(void)state;
	assert_string_equal(name, "foo@a-b");
	free(name);
	assert_null(peer_name("foo.target"));
	assert_null(peer_name("foo"));
	assert_null(peer_name("../foo.service"));
	assert_null(peer_name(".service"));
}

static void
a_path_names_a_service(void **state)
{
	static const struct {
		const char *path, *name;
	} cases[] = {
		{ "/etc/init.d/foo", "foo" }, { "foo@1", "foo@1" }, { "rc3.d/S20foo", "foo" }, { "rc3.d/K20bar", "bar" }, { "rc3.d/S20plain", "S20plain" },
		{ "rc3.d/S2foo", "S2foo" }, { "rc3.d/X20foo", "X20foo" },
	};
	char name[64];

	(void)state;
	assert_int_equal(mkdir("rc3.d", 0755), 0);
	assert_int_equal(symlink("../init.d/foo", "rc3.d/S20foo"), 0);
	assert_int_equal(symlink("../init.d/foo", "rc3.d/X20foo"), 0);
	assert_int_equal(symlink("../init.d/foo", "rc3.d/S2foo"), 0);
	assert_int_equal(symlink("bar", "rc3.d/K20bar"), 0);
	put("rc3.d/S20plain", "");
	for (size_t i = 0; i < COUNT(cases); i++) {
		peer_name_of_script(cases[i].path, name, sizeof name);
		assert_string_equal(name, cases[i].name);
	}
	peer_name_of_script("/a/longer", name, 4);
	assert_string_equal(name, "lon");
}

static void
ours_are_told_by_their_first_line(void **state)
{
	static const struct {
		const char *text;
		bool native;
	} cases[] = {
		{ "#!/usr/lib/initwright/svrun\n[Service]\n", true }, { "#! /x/svrun -q\n", true }, { "#!/x/svrun", true }, { "#!/bin/sh\n# svrun\n", false },
		{ "#!/x/svrun2\n", false }, { "", false }, { "svrun\n", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		put("script", cases[i].text);
		assert_int_equal(peer_is_native("script"), cases[i].native);
	}
	assert_false(peer_is_native("none"));
}

static void
a_call_goes_to_each_once(void **state)
{
	struct service s = { .name = (char[]){ "me" } };
	char *script = NULL, seen[256] = "";
	FILE *f;

	(void)state;
	script = realpath(".", NULL);
	assert_non_null(script);
	assert_int_equal(setenv("SEEN", script, 1), 0);
	free(script);
	put("other", "#!/bin/sh\necho \"$1 $INITWRIGHT_CALLERS $PWD\" >\"$SEEN/seen\"\n[ \"$1\" != status ] && exit 3\n");
	script = realpath("other", NULL);
	assert_int_equal(peer_call(&s, "other", script, "start"), 3);
	f = fopen("seen", "r");
	assert_non_null(f);
	assert_non_null(fgets(seen, sizeof seen, f));
	fclose(f);
	assert_string_equal(seen, "start me /\n");
	assert_int_equal(peer_call(&s, "me", script, "start"), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(setenv("INITWRIGHT_CALLERS", "first other", 1), 0);
	assert_int_equal(peer_call(&s, "other", script, "start"), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(peer_call(&s, "an", script, "start"), 3);
	assert_int_equal(unsetenv("INITWRIGHT_CALLERS"), 0);
	free(script);
	assert_int_equal(peer_call(&s, "none", "/none", "start"), -1);
	assert_int_not_equal(errno, ELOOP);
}

static void
what_is_left_behind_runs_in_a_clean_place(void **state)
{
	char *extra[] = { (char[]){ "SEEN=" "                                                  " }, NULL };
	char *dir = getcwd(NULL, 0);

	(void)state;
	assert_true(strlen(dir) < 40);
	snprintf(extra[0], 45, "SEEN=%s", dir);
	put("other", "#!/bin/sh\numask 077\necho \"$1 ${HOME-none}\" >\"$SEEN/new\"\nmv \"$SEEN/new\" \"$SEEN/seen\"\n");
	free(dir);
	dir = realpath("other", NULL);
	assert_int_equal(peer_leave(dir, "start", extra), 0);
	UNTIL(access("seen", F_OK) == 0);
	assert_int_equal(system("test \"$(cat seen)\" = 'start none'"), 0);
	free(dir);
	assert_int_equal(peer_leave("/none", "start", extra), -1);
	assert_int_equal(errno, ENOENT);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		T(names_are_those_of_services), IN_DIR(a_path_names_a_service), IN_DIR(ours_are_told_by_their_first_line),
		IN_DIR(a_call_goes_to_each_once), IN_DIR(what_is_left_behind_runs_in_a_clean_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
