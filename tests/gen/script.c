#include "harness/unit.h"

#include "base/mem.h"
#include "gen/debian.h"
#include "gen/script.h"

/* The script for Debian of a unit with these lines in [Service]; NULL if there is none, then *why says why. */
static char *
script_of(const char *unit, const char *name, char **why)
{
	struct unit_sources src = { 0 };
	struct unit_source one = { mem_str("/lib/x\ny.service"), BUF_INIT };
	struct diag d = DIAG_INIT;
	struct service s;
	struct lost lost;
	struct buf out = BUF_INIT;

	buf_str(&one.text, unit);
	src.v = mem_grow(src.v, &src.cap, 1, sizeof one);
	src.v[src.n++] = one;
	if (unit_parse(&s, &src, "x", NULL, &d) != 0)
		fail_msg("%s", d.v[0].text);
	lost_judge(&lost, &s, &src, true);
	if (script_generate(&out, &debian_target, &s, &src, &lost, name, &d) != 0) {
		assert_int_equal(out.len, 0);
		*why = mem_str(d.v[d.n - 1].text);
	}
	lost_free(&lost);
	service_free(&s);
	unit_sources_free(&src);
	diag_free(&d);
	return out.len ? buf_take(&out) : NULL;
}

static void
has(const char *unit, const char *part, bool wanted)
{
	char *text = mem_fmt("[Service]\nExecStart=/bin/x\n%s\n", unit), *why = NULL, *script = script_of(text, NULL, &why);

	if (!script)
		fail_msg("%s: %s", unit, why);
	if ((strstr(script, part) != NULL) != wanted)
		fail_msg("%s: %s is%s in\n%s", unit, part, wanted ? " not" : "", script);
	free(script);
	free(text);
}

static void
takes_the_parts_that_it_needs(void **state)
{
	(void)state;
	has("", "read_environment()", false);
	has("EnvironmentFile=-/a", "read_environment()", true);
	has("EnvironmentFile=-/a*", "\tread_environment no '/a*' || return\n", true);
	has("", "split()", false);
	has("ExecReload=/bin/kill $MAINPID", "split()", true);
	has("", "make_directory()", false);
	has("RuntimeDirectory=a/b", "\tmake_directory \"$RUN\" a/b 0755 || return\n", true);
	has("RuntimeDirectory=a/b", "\trm -rf \"$RUN\"/a/b\n", true);
	has("StateDirectory=a", "rm -rf", false);
	has("Type=forking", "found=\"$found", true);
	has("Type=forking\nPIDFile=/run/x", "found=\"$found", false);
	has("[Unit]\nConditionPathExists=!/a b", "\t! [ -e '/a b' ] || { skip 'ConditionPathExists=!/a b'; return 0; }\n", true);
	has("[Unit]\nConditionPathExists=|/a\nConditionFileNotEmpty=|/b", "\t[ -e /a ] ||\n\t\t[ -s /b ] || { skip", true);
	has("[Unit]\nAssertPathExists=/a", "\t[ -e /a ] || { complain 'AssertPathExists=/a'; return 1; }\n", true);
}

static void
writes_what_the_unit_says(void **state)
{
	(void)state;
	has("User=u\nGroup=g", "\nRUN_AS='u'\nGROUP='g'\n", true);
	has("LimitNOFILE=5:6", "\tlimit n 5 6\n", true);
	has("LimitCORE=1000:infinity", "\tlimit c 2 unlimited\n", true);
	has("", "\tlimit n 1024 524288\n", true);
	has("TimeoutStopSec=0", "\nTIMEOUT_STOP=''\n", true);
	has("TimeoutStopSec=1500ms", "\nTIMEOUT_STOP=2\n", true);
	has("Environment=\"A=it's $b\"", "\tsetenv A 'it'\\''s $b'\n", true);
	has("UnsetEnvironment=LANG", "\tunsetenv LANG\n", true);
	has("StandardError=append:/var/log/a b", "\nERR='append:/var/log/a b'\n", true);
	has("ExecStartPre=-+/bin/y", "\trun_command root no \"$@\" || return\n", true);
	has("PermissionsStartOnly=yes\nExecStartPre=/bin/y", "\trun_command root yes \"$@\" || return\n", true);
	has("ExecReload=/bin/sh -c 'kill -HUP $$MAINPID'", "\tset -- /bin/sh -c 'kill -HUP $MAINPID'\n", true);
	has("Nice=-3\nOOMScoreAdjust=7", "\nNICE=-3\nOOM=7\n", true);
	has("KillSignal=SIGQUIT\nKillMode=mixed", "\nKILL_MODE='mixed'\nKILL_SIGNAL='QUIT'\n", true);
}

/* What a unit says never becomes code. */
static void
keeps_text_text(void **state)
{
	(void)state;
	has("[Unit]\nDescription=a'; rm -rf / #$(id)`id`", "\nDESC='a'\\''; rm -rf / #$(id)`id`'\n", true);
	has("Environment=A=$(id)", "setenv A '$(id)'", true);
	has("PrivateTmp=yes", "#  * /lib/x y.service:3: PrivateTmp=yes: the service runs without this protection\n", true);
	has("", "# Made by initgen from /lib/x y.service for the target debian.\n", true);
}

static void
refuses_what_would_be_root(void **state)
{
	char *why = NULL;

	(void)state;
	assert_null(script_of("[Service]\nExecStart=/bin/x\nRootDirectory=/r\n", NULL, &why));
	free(why);
	assert_null(script_of("[Service]\nExecStart=/bin/x\nRootImage=/r\n", NULL, &why));
	assert_non_null(strstr(why, "RootImage="));
	free(why);
	assert_null(script_of("#!/bin/sh\n[Service]\nExecStart=/bin/x\n", NULL, &why));
	assert_string_equal(why, "it is a script already");
	free(why);
	has("DynamicUser=no", "DynamicUser", false);
	has("DynamicUser=yes\nUser=daemon", "RUN_AS='daemon'", true);
	/* the user that it may have already: a start without it fails */
	has("DynamicUser=yes", "RUN_AS='x'", true);
	has("DynamicUser=yes", "DynamicUser=yes: no user is made, the one of its name must exist; and it runs without a sandbox\n", true);
	has("DynamicUser=yes", "#  * ", true);
}

static void
is_called_as_asked(void **state)
{
	char *why = NULL, *s = script_of("[Service]\nExecStart=/bin/x\n", "a@b", &why);

	(void)state;
	assert_non_null(strstr(s, "\nNAME='a-b'\n"));
	assert_true(strncmp(s, "#!/bin/sh\n### BEGIN INIT INFO\n", 30) == 0);
	assert_string_equal(s + strlen(s) - 10, "main \"$@\"\n");
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(takes_the_parts_that_it_needs), T(writes_what_the_unit_says), T(keeps_text_text), T(refuses_what_would_be_root), T(is_called_as_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
