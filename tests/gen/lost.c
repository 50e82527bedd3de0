#include "harness/unit.h"

#include "base/mem.h"
#include "gen/lost.h"

/* The verdict on one line of [Service], or of [Unit] where unit is true, in a unit that is fine otherwise. */
static enum lost_grade
judge(const char *line, bool unit, bool shell, char **text)
{
	struct unit_sources src = { 0 };
	struct unit_source one = { mem_str("x.service"), BUF_INIT };
	struct diag d = DIAG_INIT;
	struct service s;
	struct lost l;
	enum lost_grade grade = LOST_NOTHING;

	buf_fmt(&one.text, unit ? "[Unit]\n%s\n[Service]\nExecStart=/bin/x\n" : "[Service]\n%s\nExecStart=/bin/x\n", line);
	src.v = mem_grow(src.v, &src.cap, 1, sizeof one);
	src.v[src.n++] = one;
	unit_parse(&s, &src, "x", NULL, &d);
	lost_judge(&l, &s, &src, shell);
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].grade > grade) {
			grade = l.v[i].grade;
			assert_int_equal(l.v[i].line, 2);
			if (text)
				*text = mem_str(l.v[i].text);
		}
	assert_int_equal(l.count[LOST_NOTHING] + l.count[LOST_NOTE] + l.count[LOST_PART] + l.count[LOST_ALL], l.n);
	lost_free(&l);
	service_free(&s);
	unit_sources_free(&src);
	diag_free(&d);
	return grade;
}

static void
judges_what_a_script_can_do(void **state)
{
	static const struct {
		const char *line;
		bool unit;
		enum lost_grade grade;
	} cases[] = {
		{ "User=x", false, LOST_NOTHING }, { "Type=forking", false, LOST_NOTHING }, { "Type=notify", false, LOST_PART },
		{ "Restart=no", false, LOST_NOTHING }, { "Restart=always", false, LOST_ALL }, { "RestartSec=3", false, LOST_NOTE },
		{ "KillMode=process", false, LOST_NOTHING }, { "KillMode=mixed", false, LOST_PART }, { "PrivateTmp=yes", false, LOST_ALL },
		{ "PrivateTmp=no", false, LOST_NOTHING }, { "NoNewPrivileges=yes", false, LOST_ALL }, { "LimitNOFILE=5", false, LOST_NOTHING },
		{ "LimitNICE=5", false, LOST_ALL }, { "Nope=1", false, LOST_ALL }, { "X-Nope=1", false, LOST_NOTHING }, { "TasksMax=infinity", false, LOST_NOTHING },
		{ "SupplementaryGroups=a", false, LOST_ALL }, { "StandardInput=null", false, LOST_NOTHING }, { "StandardInput=tty", false, LOST_ALL },
		{ "CapabilityBoundingSet=", false, LOST_ALL }, { "SystemCallFilter=@system-service", false, LOST_ALL },
		{ "After=a.service", true, LOST_NOTHING }, { "Conflicts=shutdown.target", true, LOST_NOTHING }, { "Conflicts=a.service", true, LOST_ALL },
		{ "PartOf=a.service", true, LOST_ALL }, { "ConditionPathExists=/x", true, LOST_NOTHING }, { "ConditionVirtualization=!container", true, LOST_ALL },
		{ "Documentation=man:x(8)", true, LOST_NOTHING }, { "RefuseManualStop=yes", true, LOST_NOTE }, { "ExecStop=@/bin/x y", false, LOST_PART },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (judge(cases[i].line, cases[i].unit, true, NULL) != cases[i].grade)
			fail_msg("%s: %s", cases[i].line, lost_grade_name(judge(cases[i].line, cases[i].unit, true, NULL)));
}

static void
judges_what_the_native_one_ignores(void **state)
{
	char *text = NULL;

	(void)state;
	assert_int_equal(judge("Type=notify", false, false, NULL), LOST_NOTHING);
	assert_int_equal(judge("Nope=1", false, false, &text), LOST_ALL);
	assert_string_equal(text, "it is not honoured");
	free(text);
	assert_int_equal(judge("RefuseManualStop=yes", true, false, NULL), LOST_NOTE);
}

static void
what_is_taken_back_is_not_lost(void **state)
{
	(void)state;
	assert_int_equal(judge("SystemCallFilter=a\nSystemCallFilter=", false, true, NULL), LOST_NOTHING);
	assert_int_equal(judge("PrivateTmp=yes\nPrivateTmp=no", false, true, NULL), LOST_NOTHING);
}

static void
names_grades(void **state)
{
	(void)state;
	assert_string_equal(lost_grade_name(LOST_PART), "partly");
	assert_string_equal(lost_grade_name(LOST_NOTHING), "honoured");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(judges_what_a_script_can_do), T(judges_what_the_native_one_ignores), T(what_is_taken_back_is_not_lost), T(names_grades),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
