#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "boot/plan.h"

static struct scripts scripts;
static struct rcdir dir;

static int
setup(void **state)
{
	(void)state;
	scripts = (struct scripts)SCRIPTS_INIT;
	scripts.v = mem_alloc(2 * sizeof *scripts.v);
	scripts.n = 2;
	scripts.v[0].name = mem_str("a");
	scripts.v[1].name = mem_str("b");
	dir = (struct rcdir)RCDIR_INIT;
	dir.init_path = mem_str("/etc/init.d");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scripts_free(&scripts);
	free(dir.init_path);
	return 0;
}

static void
says(const char *want)
{
	struct plan p = PLAN_INIT;
	struct diag diag = DIAG_INIT;
	struct buf text = BUF_INIT;

	buf_str(&text, "");
	plan_links(&p, &scripts, &dir, &diag);
	plan_text(&text, &p);
	assert_string_equal(text.s, want);
	assert_int_equal(diag.n, 0);
	buf_free(&text);
	plan_free(&p);
}

static void
test_nothing(void **state)
{
	(void)state;
	dir.level[2] = 0;
	scripts.v[0].now[2] = scripts.v[0].want[2] = (struct scripts_link){ 'S', 20 };
	says("");
}

static void
test_directory_first(void **state)
{
	struct plan p = PLAN_INIT;
	struct diag diag = DIAG_INIT;

	(void)state;
	scripts.v[1].want[3] = (struct scripts_link){ 'S', 1 };
	plan_links(&p, &scripts, &dir, &diag);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.v[0].action, PLAN_MKDIR);
	assert_int_equal(p.v[1].action, PLAN_ADD);
	assert_string_equal(p.v[1].to, "S01b");
	assert_string_equal(p.v[1].target, "../init.d/b");
	plan_free(&p);
}

/* those that come, then those that move: nothing goes before its replacement is there */
static void
test_order_of_steps(void **state)
{
	struct plan p = PLAN_INIT;
	struct diag diag = DIAG_INIT;

	(void)state;
	dir.level[2] = dir.level[3] = 0;
	scripts.v[0].now[2] = (struct scripts_link){ 'S', 20 };
	scripts.v[0].want[2] = (struct scripts_link){ 'K', 1 };
	scripts.v[1].want[3] = (struct scripts_link){ 'S', 7 };
	plan_links(&p, &scripts, &dir, &diag);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.v[0].action, PLAN_ADD);
	assert_int_equal(p.v[1].action, PLAN_MOVE);
	assert_string_equal(p.v[1].from, "S20a");
	assert_string_equal(p.v[1].to, "K01a");
	plan_free(&p);
	says("rc2.d  -S20a +K01a\nrc3.d  +S07b\n");
}

/* the link's new name is there already, as a second link: then the first goes, and the second stays */
static void
test_second_link_stays(void **state)
{
	struct scripts_extra *x = mem_alloc(sizeof *x);
	struct plan p = PLAN_INIT;
	struct diag diag = DIAG_INIT;
	char here[] = "/tmp/plan-test.XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(here));
	dir.level[2] = open(here, O_RDONLY | O_DIRECTORY);
	assert_int_equal(symlinkat("t", dir.level[2], "S20a"), 0);
	*x = (struct scripts_extra){ 0, 2, { 'S', 30 }, true };
	scripts.extra = x;
	scripts.n_extra = 1;
	scripts.v[0].now[2] = (struct scripts_link){ 'S', 20 };
	scripts.v[0].want[2] = (struct scripts_link){ 'S', 30 };
	plan_links(&p, &scripts, &dir, &diag);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.v[0].action, PLAN_REMOVE);
	assert_string_equal(p.v[0].from, "S20a");
	assert_string_equal(p.v[0].target, "t");
	plan_free(&p);
	unlinkat(dir.level[2], "S20a", 0);
	close(dir.level[2]);
	rmdir(here);
}

static void
test_json(void **state)
{
	struct plan p = PLAN_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	plan_json(&text, &p);
	assert_string_equal(text.s, "{\"operations\":[]}\n");
	buf_clear(&text);
	plan_file(&p, ".depend.boot", "x", 1);
	plan_add(&p, PLAN_ADD, 2)->to = mem_str("S01\"");
	p.v[1].why = mem_str("of x");
	plan_json(&text, &p);
	assert_string_equal(text.s, "{\"operations\":[{\"action\":\"file\",\"to\":\".depend.boot\"},"
	    "{\"action\":\"add\",\"level\":\"2\",\"to\":\"S01\\\"\",\"why\":\"of x\"}]}\n");
	buf_free(&text);
	plan_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_directory_first, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order_of_steps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_second_link_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_json, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
