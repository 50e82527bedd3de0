#include "harness/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "svc/match_rules.h"

static struct match_rules_view
myself(void)
{
	struct match_rules_view v = { .proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC), .pid = getpid() };

	assert_true(v.proc >= 0);
	v.len = proc_digits(v.name, v.pid);
	return v;
}

static bool
holds(const struct match *m, enum match_rule rule)
{
	struct match_rules_view v = myself();
	enum match_answer a = match_rules[rule].holds(m, &v);

	close(v.proc);
	return a == MATCH_YES;
}

static void
each_rule_has_a_text_and_is_asked_only_when_wanted(void **state)
{
	const struct match none = { .zombies = true, .any_namespace = true };

	(void)state;
	for (int i = 0; i < MATCH_RULES; i++) {
		assert_non_null(match_rules[i].text);
		assert_int_equal(match_rules[i].wants(&none), i == MATCH_OTHER);
	}
}

static void
rules_hold_for_a_process_that_is_so_and_for_no_other(void **state)
{
	struct match m = { .ppid = getppid(), .by_user = true, .uid = geteuid() };
	struct proc_stat st;

	(void)state;
	assert_int_equal(proc_stat(getpid(), &st), 0);
	m.start = st.start;
	m.name = st.comm;
	assert_true(holds(&m, MATCH_PARENT) && holds(&m, MATCH_USER) && holds(&m, MATCH_START) && holds(&m, MATCH_NAME));
	assert_true(holds(&m, MATCH_ALIVE) && holds(&m, MATCH_NAMESPACE));
	m.ppid++;
	m.uid++;
	m.start++;
	m.name = "another";
	assert_false(holds(&m, MATCH_PARENT) || holds(&m, MATCH_USER) || holds(&m, MATCH_START) || holds(&m, MATCH_NAME));
	/* nobody's match is who asks */
	assert_false(holds(&m, MATCH_OTHER));
}

static void
the_stat_of_a_process_is_read_once(void **state)
{
	struct match m = { .ppid = 4711 };
	struct match_rules_view v = myself();

	(void)state;
	v.have_stat = true;
	v.stat.ppid = 4711;
	assert_int_equal(match_rules[MATCH_PARENT].holds(&m, &v), MATCH_YES);
	close(v.proc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_has_a_text_and_is_asked_only_when_wanted),
		cmocka_unit_test(rules_hold_for_a_process_that_is_so_and_for_no_other),
		cmocka_unit_test(the_stat_of_a_process_is_read_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
