#include "harness/unit.h"

#include <sys/stat.h>

#include "svc/match_program.h"

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
knows_programs_from_scripts(void **state)
{
	static const struct {
		const char *text, *interpreter;
		bool script;
	} cases[] = {
		{ "\177ELF", "", false }, { "", "", false }, { "#!", "", false }, { "#!/bin/sh\n", "", true }, { "#! /bin/sh -e\n", "", true },
		{ "#!/bin/sh", "", true }, { "#!/usr/bin/env python3\n", "python3", true }, { "#!/usr/bin/env -S A=b perl -w\nx", "perl", true },
		{ "#!/usr/bin/env /opt/bin/lua\n", "lua", true }, { "#!/usr/bin/env\n", "", true }, { "# !/bin/sh\n", "", false },
	};
	struct stat sh;

	(void)state;
	assert_int_equal(stat("/bin/sh", &sh), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct match m = { .exec = "f" };

		put("f", cases[i].text);
		assert_int_equal(match_program_look(&m), 0);
		if (m.script != cases[i].script || strcmp(m.interpreter, cases[i].interpreter) != 0)
			fail_msg("'%s': '%s'", cases[i].text, m.interpreter);
		if (strstr(cases[i].text, "/bin/sh") && m.script)
			assert_true(m.ino == sh.st_ino && m.dev == sh.st_dev);
		match_free(&m);
	}
}

static void
looks_through_links(void **state)
{
	struct match m = { .exec = "link" };
	struct stat st;
	char *real = realpath(".", NULL);
	char want[128];

	(void)state;
	put("f", "x");
	assert_int_equal(symlink("f", "link"), 0);
	assert_int_equal(match_program_look(&m), 0);
	assert_int_equal(stat("f", &st), 0);
	assert_true(m.exec_there && m.ino == st.st_ino);
	snprintf(want, sizeof want, "%s/f", real);
	assert_string_equal(m.real, want);
	match_free(&m);
	m.exec = "none";
	assert_int_equal(match_program_look(&m), 0);
	assert_false(m.exec_there);
	m.exec = "f/under";
	assert_int_equal(match_program_look(&m), 0);
	assert_false(m.exec_there);
	match_free(&m);
	free(real);
}

int
main(void)
{
#define IN(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
	const struct CMUnitTest tests[] = { IN(knows_programs_from_scripts), IN(looks_through_links) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
