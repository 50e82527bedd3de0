#include "harness/unit.h"

#include "base/mem.h"
#include "base/str.h"
#include "gen/lost.h"
#include "svc/unitkeys.h"
#include "svc/unitother.h"

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
		{ "OOMPolicy=stop", false, LOST_ALL }, { "OOMPolicy=continue", false, LOST_NOTHING },
		{ "Restart=no", false, LOST_NOTHING }, { "Restart=always", false, LOST_ALL }, { "RestartSec=3", false, LOST_NOTE },
		{ "KillMode=process", false, LOST_NOTHING }, { "KillMode=mixed", false, LOST_PART }, { "PrivateTmp=yes", false, LOST_ALL },
		{ "PrivateTmp=no", false, LOST_NOTHING }, { "NoNewPrivileges=yes", false, LOST_ALL }, { "LimitNOFILE=5", false, LOST_NOTHING },
		{ "LimitNICE=5", false, LOST_ALL }, { "Nope=1", false, LOST_ALL }, { "X-Nope=1", false, LOST_NOTHING }, { "TasksMax=infinity", false, LOST_NOTHING },
		{ "SupplementaryGroups=a", false, LOST_ALL }, { "StandardInput=null", false, LOST_NOTHING }, { "StandardInput=tty", false, LOST_ALL },
		{ "StandardOutput=journal+console", false, LOST_PART }, { "StandardError=syslog", false, LOST_NOTHING },
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
	assert_string_equal(text, "systemd 252 knows no directive of that name");
	free(text);
	assert_int_equal(judge("RefuseManualStop=yes", true, false, NULL), LOST_NOTE);
}

static void
remarks_on_bad_values(void **state)
{
	struct lost_line lines[] = { { .file = mem_str("f"), .key = mem_str("Nice"), .line = 2 }, { .file = mem_str("f"), .key = mem_str("User"), .line = 3 } };
	struct lost l = { .n = 2, .count[LOST_NOTHING] = 2 };
	struct diag d = DIAG_INIT;

	(void)state;
	l.v = mem_grow(NULL, &l.cap, 2, sizeof *l.v);
	memcpy(l.v, lines, sizeof lines);
	diag_add(&d, DIAG_WARN, "g", 3, 0, "User=: elsewhere");
	diag_add(&d, DIAG_NOTE, "f", 3, 0, "User=: only a note");
	diag_add(&d, DIAG_WARN, "f", 2, 0, "Nice=: bad value \"x\", ignored");
	diag_add(&d, DIAG_WARN, "f", 2, 0, "Nice=: and more");
	lost_remark(&l, &d);
	assert_int_equal(l.v[0].grade, LOST_NOTE);
	assert_string_equal(l.v[0].text, "bad value \"x\", ignored");
	assert_int_equal(l.v[1].grade, LOST_NOTHING);
	assert_true(l.count[LOST_NOTHING] == 1 && l.count[LOST_NOTE] == 1);
	lost_free(&l);
	diag_free(&d);
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

/* The verdict on a line of a unit that is fine otherwise, which the reader takes as it is. */
static enum lost_grade
judge_row(const char *section, const char *key, const char *value, bool shell, char **text)
{
	struct unit_sources src = { 0 };
	struct unit_source one = { mem_str("x.service"), BUF_INIT };
	struct diag d = DIAG_INIT;
	struct service s;
	struct lost l;
	enum lost_grade grade;

	buf_fmt(&one.text, "[%s]\n%s=%s\n%s", section, key, value, strcmp(key, "ExecStart") == 0 ? "" : "[Service]\nExecStart=/bin/x\n");
	src.v = mem_grow(src.v, &src.cap, 1, sizeof one);
	src.v[src.n++] = one;
	assert_int_equal(unit_parse(&s, &src, "x", NULL, &d), 0);
	lost_judge(&l, &s, &src, shell);
	assert_string_equal(l.v[0].key, key);
	assert_int_equal(l.v[0].line, 2);
	for (size_t i = 0; i < d.n && l.v[0].grade == LOST_NOTHING && !shell; i++)
		fail_msg("%s=%s: %s", key, value, d.v[i].text);
	grade = l.v[0].grade;
	*text = l.v[0].text ? mem_str(l.v[0].text) : NULL;
	lost_free(&l);
	service_free(&s);
	unit_sources_free(&src);
	diag_free(&d);
	return grade;
}

static void
knows_who_asks_to_be_last(void **state)
{
	struct unit_sources src = { 0 };
	struct unit_source one = { mem_str("x.service"), BUF_INIT };
	struct diag d = DIAG_INIT;
	struct service s;
	struct lost l;

	(void)state;
	buf_str(&one.text, "[Unit]\nAfter=y.service\nAfter=y.service multi-user.target\nWants=multi-user.target\n[Service]\nExecStart=/bin/x\n");
	src.v = mem_grow(src.v, &src.cap, 1, sizeof one);
	src.v[src.n++] = one;
	assert_int_equal(unit_parse(&s, &src, "x", NULL, &d), 0);
	lost_judge(&l, &s, &src, true);
	assert_int_equal(l.count[LOST_PART], 0);
	lost_all_facility(&l);
	lost_all_facility(&l);
	assert_int_equal(l.count[LOST_PART], 1);
	assert_int_equal(l.count[LOST_NOTHING], l.n - 1);
	assert_int_equal(l.v[1].grade, LOST_PART);
	assert_string_equal(l.v[1].text, "it starts after the facilities of a boot, not after every other service");
	lost_free(&l);
	service_free(&s);
	unit_sources_free(&src);
	diag_free(&d);
}

static enum lost_grade
grade_named(const char *name)
{
	int g = LOST_NOTHING;

	while (strcmp(lost_grade_name((enum lost_grade)g), name) != 0)
		assert_int_not_equal(g++, LOST_ALL);
	return (enum lost_grade)g;
}

/* One row: the directive is known in that section, is taken without a complaint about its value, and gets that verdict or a better one. */
static void
check_row(const char *section, const char *key, const char *grade, const char *value)
{
	unsigned bit = strcmp(section, "Unit") == 0 ? UNITVALUE_UNIT : strcmp(section, "Service") == 0 ? UNITVALUE_SERVICE : UNITVALUE_INSTALL;
	char *text = NULL;
	enum lost_grade native, shell;

	if (!unitkeys_find(bit, key) && !unitother_find(bit, key) && !str_starts(key, "Condition") && !str_starts(key, "Assert"))
		fail_msg("%s= is unknown in [%s]", key, section);
	native = judge_row(section, key, value, false, &text);
	if (native > grade_named(grade))
		fail_msg("%s=%s: %s (%s), not %s", key, value, lost_grade_name(native), text ? text : "", grade);
	assert_true(native == LOST_NOTHING || (text && *text));
	free(text);
	text = NULL;
	shell = judge_row(section, key, value, true, &text);
	assert_true(shell == LOST_NOTHING || (text && *text));
	free(text);
}

static void
knows_all_directives_that_debian_uses(void **state)
{
	FILE *f = fopen("tests/svc/vectors/directives.txt", "re");
	char line[512], *field[4];
	int n = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		char *rest = line;

		if (*line == '#')
			continue;
		for (int i = 0; i < 4; i++)
			field[i] = strsep(&rest, i < 3 ? "\t" : "\n");
		assert_non_null(field[3]);
		check_row(field[0], field[1], field[2], field[3]);
		n++;
	}
	fclose(f);
	assert_int_equal(n, 153);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(judges_what_a_script_can_do), T(judges_what_the_native_one_ignores), T(what_is_taken_back_is_not_lost), T(names_grades), T(remarks_on_bad_values),
		T(knows_who_asks_to_be_last), T(knows_all_directives_that_debian_uses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
