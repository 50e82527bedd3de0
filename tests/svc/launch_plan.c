#include "harness/unit.h"

#include <signal.h>

#include "svc/launch_plan.h"

/* a plan of "ID value" pairs, ended by 0 */
struct option_given {
	int id;
	const char *value;
};

/* what the module makes lives as long as the process: nothing to be found there */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static char *no_args[] = { NULL, NULL };

static bool
make(struct launch_plan *s, const char *dialect, const struct option_given *given)
{
	*s = (struct launch_plan){ .d = launch_dialect_find(dialect), .args = no_args + 1 };
	for (; given->id; given++)
		assert_true(launch_plan_store(s, given->id, given->value));
	return launch_plan_make(s);
}

#define GIVEN(...) ((const struct option_given[]){ __VA_ARGS__, { 0, NULL } })

static void
refuses_what_does_not_fit(void **state)
{
	struct launch_plan s;

	(void)state;
	assert_false(make(&s, "dpkg", GIVEN({ 'x', "/bin/true" })));
	assert_int_equal(s.problem.kind, LAUNCH_USAGE);
	assert_string_equal(s.problem.why, "need one of --start or --stop or --status");
	assert_false(make(&s, "dpkg", GIVEN({ 'S', NULL }, { 'K', NULL }, { 'x', "/bin/true" })));
	assert_string_equal(s.problem.why, "only one command can be specified");
	assert_int_equal(s.action, LAUNCH_ACTION_START);
	assert_false(make(&s, "dpkg", GIVEN({ 'K', NULL }, { 'x', "/bin/true" }, { 'b', NULL })));
	assert_string_equal(s.problem.why, "--background is only relevant with --start");
	assert_false(make(&s, "dpkg", GIVEN({ 'S', NULL }, { 'x', "/nonexistent" })));
	assert_int_equal(s.problem.kind, LAUNCH_TEXT);
	assert_int_equal(s.problem.text, LAUNCH_TEXT_NO_FILE);
	assert_false(make(&s, "dpkg", GIVEN({ 'S', NULL }, { 'x', "/bin/true" }, { 'c', "nobody:" })));
	assert_int_equal(s.problem.kind, LAUNCH_PLAIN);
	assert_false(launch_plan_store(&s, '?', NULL));
}

static void
names_what_it_is_about(void **state)
{
	struct launch_plan s;

	(void)state;
	assert_true(make(&s, "dpkg", GIVEN({ 'K', NULL }, { 'n', "foo" }, { 'x', "/bin/true" }, { 'p', "/p" })));
	assert_string_equal(s.what, "foo");
	assert_true(make(&s, "dpkg", GIVEN({ 'K', NULL }, { 'u', "root" }, { 'p', "/p" })));
	assert_string_equal(s.what, "process in pidfile '/p'");
	assert_true(make(&s, "dpkg", GIVEN({ 'K', NULL }, { LAUNCH_ID_PPID, "7" })));
	assert_string_equal(s.what, "process(es) with parent pid 7");
	assert_true(make(&s, "dpkg", GIVEN({ 'K', NULL }, { 'u', "root" })));
	assert_string_equal(s.what, "process(es) owned by 'root'");
}

static void
keeps_the_dialects_apart(void **state)
{
	struct launch_plan s;

	(void)state;
	assert_true(make(&s, "dpkg", GIVEN({ 'S', NULL }, { 'x', "/bin/true" }, { 'a', "/bin/false" })));
	assert_string_equal(s.program, "/bin/false");
	assert_string_equal(s.launch.child.chdir, "/");
	assert_int_equal(s.launch.session, LAUNCH_SESSION_MEMBER);
	assert_true(make(&s, "busybox", GIVEN({ 'S', NULL }, { 'x', "/bin/true" }, { 'a', "me" })));
	assert_string_equal(s.program, "/bin/true");
	assert_string_equal(s.launch.child.argv[0], "me");
	assert_null(s.launch.child.chdir);
	assert_true(make(&s, "openrc", GIVEN({ 'x', "/bin/true" }, { LAUNCH_ID_RUN_AS, "nobody" })));
	assert_int_equal(s.action, LAUNCH_ACTION_START);
	assert_int_equal(s.launch.child.umask, 022);
	assert_int_equal(s.launch.session, LAUNCH_SESSION_LEADER);
	assert_false(s.launch.match.by_user);
	assert_true(make(&s, "openrc", GIVEN({ 'K', NULL }, { 'x', "/bin/true" }, { LAUNCH_ID_RUN_AS, "nobody" })));
	assert_true(s.launch.match.by_user);
	assert_int_equal(s.launch.schedule->n, 2);
	assert_true(make(&s, "openrc", GIVEN({ 's', "HUP" }, { 'x', "/bin/true" })));
	assert_int_equal(s.action, LAUNCH_ACTION_STOP);
	assert_true(s.oknodo);
	assert_int_equal(s.launch.signal, SIGHUP);
	assert_null(s.launch.schedule);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(refuses_what_does_not_fit), T(names_what_it_is_about), T(keeps_the_dialects_apart) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
