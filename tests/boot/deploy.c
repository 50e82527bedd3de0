#include "harness/unit.h"

#include "boot/deploy.h"

static struct buf
stamped(const char *text, const char *const *made)
{
	struct buf b = BUF_INIT;
	struct vec v = VEC_INIT;

	buf_str(&b, text);
	for (; made && *made; made++)
		vec_add(&v, *made);
	deploy_stamp(&b, &v);
	vec_free(&v);
	return b;
}

static void
knows_an_edited_script(void **state)
{
	static const char *const texts[] = { "#!/bin/sh\n# head\n\nA=1\n", "#!/bin/sh\n\n", "#!/bin/sh\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct buf b = stamped(texts[i], NULL);

		assert_int_equal(deploy_state_of(texts[i]), DEPLOY_FOREIGN);
		assert_int_equal(deploy_state_of(b.s), DEPLOY_SAME);
		for (size_t k = 0; k < b.len; k++) {
			char was = b.s[k];

			b.s[k] = was == 'x' ? 'y' : 'x';
			assert_int_not_equal(deploy_state_of(b.s), DEPLOY_SAME);
			b.s[k] = was;
		}
		buf_ch(&b, '#');
		assert_int_equal(deploy_state_of(b.s), DEPLOY_EDITED);
		buf_free(&b);
	}
}

static void
remembers_what_was_made(void **state)
{
	static const char *const made[] = { "/etc/default/a b", "/var/lib/x", NULL };
	struct buf b = stamped("#!/bin/sh\n# head\n\n# initgen made: /etc/passwd\nA=1\n", made);
	struct vec v = VEC_INIT;

	(void)state;
	deploy_made(&v, b.s);
	assert_int_equal(v.n, 2);
	assert_string_equal(v.v[0], made[0]);
	assert_string_equal(v.v[1], made[1]);
	assert_int_equal(deploy_state_of(b.s), DEPLOY_SAME);
	vec_free(&v);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(knows_an_edited_script), T(remembers_what_was_made) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
