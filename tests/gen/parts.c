#include "harness/unit.h"

#include "gen/parts.h"

static void
each_part_is_there(void **state)
{
	static const char *const targets[] = { "busybox", "debian", "portable", "rhel", "suse" };
	static const char *const of_body[] = { "base", "guess", "no-guess", "words", "envfile", "directories", "conditions", "switch" };
	struct buf all = BUF_INIT, out = BUF_INIT;

	(void)state;
	parts_open(&all);
	for (size_t i = 0; i < COUNT(targets); i++) {
		parts_add(&out, &all, targets[i], "prologue");
		parts_add(&out, &all, targets[i], "functions");
	}
	for (size_t i = 0; i < COUNT(of_body); i++)
		parts_add(&out, &all, "body", of_body[i]);
	/* whole lines, and none of what tells them apart */
	assert_null(strstr(out.s, "#: "));
	assert_int_equal(out.s[out.len - 1], '\n');
	assert_true(out.len > 16000);
	buf_clear(&out);
	parts_add(&out, &all, "body", "base");
	parts_add(&out, &all, "body", "guess");
	assert_non_null(strstr(out.s, "\nmain"));
	buf_free(&out);
	buf_free(&all);
}

static void
do_ask_for_none(void *data)
{
	struct buf out = BUF_INIT;

	parts_add(&out, data, "body", "bas");
}

static void
a_part_that_is_none_is_our_mistake(void **state)
{
	struct buf all = BUF_INIT;
	char out[256];

	(void)state;
	parts_open(&all);
	assert_true(in_child(do_ask_for_none, &all, out, sizeof out) != 0);
	assert_non_null(strstr(out, "a part of scripts is missing"));
	buf_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_part_is_there), T(a_part_that_is_none_is_our_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
