#include "harness/unit.h"

#include <errno.h>

#include "os/userfile.h"

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
write_files(void **state)
{
	if (enter_directory(state) != 0)
		return -1;
	put("passwd",
	    "root:x:0:0:root:/root:/bin/sh\n"
	    "# comment:x:7:7::/:/bin/sh\n"
	    "+nis:x:8:8::/:/bin/sh\n"
	    "-nis:x:8:8::/:/bin/sh\n"
	    "\n"
	    "short:x:9:9:/:/bin/sh\n"
	    "word:x:ten:10::/:/bin/sh\n"
	    "wide:x:4294967296:10::/:/bin/sh\n"
	    "nogid:x:11:y::/:/bin/sh\n"
	    "plain:x:1000:1001:Plain, Room 1:/var/plain:/bin/bash\n"
	    "plain:x:1002:1002::/second:/bin/false\n"
	    "same:x:1000:1003::/:\n"
	    "more:x:1004:1004::/::::\n"
	    "last:x:4294967294:1005::/last:/bin/sh");
	put("group",
	    "root:x:0:\n"
	    "#no:x:5:plain\n"
	    "plain:x:1001:\n"
	    "short:x:12\n"
	    "wheel:x:10:root,plain\n"
	    "again:x:10:plain\n"
	    "like:x:20:plain2,pla,xplain\n"
	    "audio:x:30:plain,\n"
	    "last:x:31:a,b,plain");
	return 0;
}

static void
finds_users(void **state)
{
	static const struct {
		const char *name;
		uid_t uid;
		gid_t gid;
		const char *home, *shell;
	} rows[] = {
		{ "root", 0, 0, "/root", "/bin/sh" }, { "plain", 1000, 1001, "/var/plain", "/bin/bash" }, { "same", 1000, 1003, "/", "" },
		{ "more", 1004, 1004, "/", "" }, { "last", 4294967294, 1005, "/last", "/bin/sh" },
	};
	struct userfile_entry e;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(userfile_user("passwd", rows[i].name, 77, &e), 0);
		assert_string_equal(e.name, rows[i].name);
		assert_int_equal(e.uid, rows[i].uid);
		assert_int_equal(e.gid, rows[i].gid);
		assert_string_equal(e.home, rows[i].home);
		userfile_free(&e);
	}
	assert_int_equal(userfile_user("passwd", NULL, 1000, &e), 0);
	assert_string_equal(e.name, "plain");
	assert_string_equal(e.shell, "/bin/bash");
	userfile_free(&e);
}

static void
what_is_no_entry_is_nobody(void **state)
{
	static const char *const names[] = {
		"# comment", "+nis", "nis", "-nis", "", "short", "word", "wide", "nogid", "absent", "roo", "roott", "plain:x", "root:x:0",
	};
	static const uid_t ids[] = { 7, 8, 9, 10, 11, 12 };
	struct userfile_entry e;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		errno = 0;
		assert_int_equal(userfile_user("passwd", names[i], 0, &e), -1);
		assert_int_equal(errno, ENOENT);
	}
	for (size_t i = 0; i < COUNT(ids); i++)
		assert_int_equal(userfile_user("passwd", NULL, ids[i], &e), -1);
	put("empty", "");
	assert_int_equal(userfile_user("empty", "root", 0, &e), -1);
	assert_int_equal(userfile_user("absent", "root", 0, &e), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(userfile_user(".", "root", 0, &e), -1);
	assert_int_equal(errno, EISDIR);
}

static void
finds_groups(void **state)
{
	gid_t gid = 77;

	(void)state;
	assert_int_equal(userfile_group("group", "wheel", 0, &gid), 0);
	assert_int_equal(gid, 10);
	assert_int_equal(userfile_group("group", "last", 0, &gid), 0);
	assert_int_equal(gid, 31);
	assert_int_equal(userfile_group("group", NULL, 20, &gid), 0);
	assert_int_equal(gid, 20);
	assert_int_equal(userfile_group("group", "short", 0, &gid), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(userfile_group("group", NULL, 5, &gid), -1);
	assert_int_equal(userfile_group("absent", "wheel", 0, &gid), -1);
}

static void
finds_memberships(void **state)
{
	gid_t *groups = calloc(1, sizeof *groups);
	size_t n = 1;

	(void)state;
	groups[0] = 30;
	assert_int_equal(userfile_memberships("group", "plain", &groups, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(groups[0], 30);
	assert_int_equal(groups[1], 10);
	assert_int_equal(groups[2], 31);
	free(groups);
	groups = NULL;
	n = 0;
	assert_int_equal(userfile_memberships("group", "nobody", &groups, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(userfile_memberships("absent", "plain", &groups, &n), -1);
}

/* what does not fit into a page is no less there */
static void
a_file_may_be_large(void **state)
{
	FILE *f = fopen("passwd", "w");
	gid_t *groups = NULL;
	size_t n = 0;
	struct userfile_entry e;

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_true(fprintf(f, "u%d:x:%d:%d::/home/%d:/bin/sh\n", i, 1000 + i, 2000 + i, i) > 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(userfile_user("passwd", "u0", 0, &e), 0);
	assert_int_equal(e.uid, 1000);
	userfile_free(&e);
	assert_int_equal(userfile_user("passwd", "u999", 0, &e), 0);
	assert_int_equal(e.gid, 2999);
	assert_string_equal(e.home, "/home/999");
	userfile_free(&e);
	assert_int_equal(userfile_user("passwd", "u1000", 0, &e), -1);
	f = fopen("group", "w");
	for (int i = 0; i < 1000; i++)
		assert_true(fprintf(f, "g%d:x:%d:%s\n", i, 3000 + i, i % 100 ? "u1" : "u2,u11") > 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(userfile_memberships("group", "u2", &groups, &n), 0);
	assert_int_equal(n, 10);
	assert_int_equal(groups[9], 3900);
	free(groups);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_users, write_files, leave_directory),
		cmocka_unit_test_setup_teardown(what_is_no_entry_is_nobody, write_files, leave_directory),
		cmocka_unit_test_setup_teardown(finds_groups, write_files, leave_directory),
		cmocka_unit_test_setup_teardown(finds_memberships, write_files, leave_directory),
		cmocka_unit_test_setup_teardown(a_file_may_be_large, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
