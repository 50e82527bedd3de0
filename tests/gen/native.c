#include "harness/unit.h"

#include "base/mem.h"
#include "gen/native.h"

static void
add(struct unit_sources *src, const char *path, const char *text)
{
	struct unit_source one = { mem_str(path), BUF_INIT };

	buf_str(&one.text, text);
	src->v = mem_grow(src->v, &src->cap, src->n + 1, sizeof *src->v);
	src->v[src->n++] = one;
}

/* The script of these texts; checks that reading it gives the service that the texts gave. */
static char *
script_of(struct unit_sources *src, struct diag *d)
{
	struct service a, b;
	struct buf out = BUF_INIT;
	struct diag again = DIAG_INIT;

	assert_int_equal(unit_parse(&a, src, "n", NULL, d), 0);
	assert_int_equal(native_generate(&out, &a, src, NULL, d), 0);
	assert_int_equal(unit_read_text(&b, out.s, out.len, "/etc/init.d/n", NULL, NULL, &again), 0);
	assert_string_equal(a.name, b.name);
	assert_string_equal(a.description ? a.description : "", b.description ? b.description : "");
	for (int l = 0; l < SERVICE_LISTS; l++) {
		assert_int_equal(a.cmd[l].n, b.cmd[l].n);
		for (size_t i = 0; i < a.cmd[l].n; i++) {
			assert_int_equal(a.cmd[l].v[i].argv.n, b.cmd[l].v[i].argv.n);
			for (size_t w = 0; w < a.cmd[l].v[i].argv.n; w++)
				assert_string_equal(a.cmd[l].v[i].argv.v[w], b.cmd[l].v[i].argv.v[w]);
		}
	}
	assert_int_equal(a.environment.n, b.environment.n);
	assert_int_equal(a.nice, b.nice);
	assert_int_equal(a.oom_score_adjust, b.oom_score_adjust);
	assert_int_equal(a.n_ignored, b.n_ignored);
	service_free(&a);
	service_free(&b);
	diag_free(&again);
	return buf_take(&out);
}

static void
is_the_unit_under_a_header(void **state)
{
	static const char unit[] = "[Unit]\nDescription=d\n[Service]\nExecStart=/bin/x 'a b' \\\n  %n\nRestrictFileSystems=ext4\nPAMName=login\n[Install]\nWantedBy=multi-user.target\n";
	struct unit_sources src = { 0 };
	struct diag d = DIAG_INIT;
	char *s;

	(void)state;
	add(&src, "/lib/systemd/system/n.service", unit);
	s = script_of(&src, &d);
	assert_true(strncmp(s, "#!" LIBEXEC "/svrun\n### BEGIN INIT INFO\n", strlen(LIBEXEC) + 29) == 0);
	assert_non_null(strstr(s, "# Made by initgen from /lib/systemd/system/n.service\n"));
	assert_non_null(strstr(s, "#  * /lib/systemd/system/n.service:6: RestrictFileSystems=ext4\n"));
	assert_non_null(strstr(s, "#    /lib/systemd/system/n.service:7: PAMName=login\n"));
	assert_string_equal(s + strlen(s) - strlen(unit), unit);
	free(s);
	diag_free(&d);
	unit_sources_free(&src);
}

static void
appends_dropins(void **state)
{
	struct unit_sources src = { 0 };
	struct diag d = DIAG_INIT;
	char *s;

	(void)state;
	add(&src, "/n.service", "\xEF\xBB\xBF[Service]\nExecStart=/bin/x\nEnvironment=A=1 \\");
	add(&src, "/n.service.d/1.conf", "OOMScoreAdjust=9\n[Service]\nNice=5\nExecStart=\nExecStart=/bin/y");
	add(&src, "/n.service.d/2\n.conf", "\xEF\xBB\xBF[Service]\r\nEnvironment=B=2\r\n");
	s = script_of(&src, &d);
	assert_non_null(strstr(s, "\n# drop-in /n.service.d/1.conf\n"));
	assert_non_null(strstr(s, "\n# drop-in /n.service.d/2 .conf\n"));
	assert_null(strstr(s, "\xEF\xBB\xBF"));
	free(s);
	diag_free(&d);
	unit_sources_free(&src);
}

static void
says_that_nothing_starts_it(void **state)
{
	struct unit_sources src = { 0 };
	struct diag d = DIAG_INIT;

	(void)state;
	add(&src, "/n.service", "[Service]\nExecStart=/bin/x\n");
	free(script_of(&src, &d));
	assert_int_equal(d.n, 1);
	assert_int_equal(d.v[0].level, DIAG_WARN);
	assert_non_null(strstr(d.v[0].text, "no runlevel starts it by default"));
	diag_free(&d);
	unit_sources_free(&src);
}

static void
refuses_a_script(void **state)
{
	struct unit_sources src = { 0 };
	struct diag d = DIAG_INIT;
	struct buf out = BUF_INIT;
	struct service s;

	(void)state;
	add(&src, "/etc/init.d/n", "#!/usr/lib/initwright/svrun\n[Service]\nExecStart=/bin/x\n");
	assert_int_equal(unit_parse(&s, &src, NULL, NULL, &d), 0);
	assert_int_equal(native_generate(&out, &s, &src, NULL, &d), -1);
	assert_int_equal(d.errors, 1);
	assert_int_equal(out.len, 0);
	service_free(&s);
	diag_free(&d);
	unit_sources_free(&src);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(is_the_unit_under_a_header), T(appends_dropins), T(says_that_nothing_starts_it), T(refuses_a_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
