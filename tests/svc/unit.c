#include "harness/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>

#include "base/mem.h"
#include "os/host.h"
#include "svc/specifier.h"
#include "svc/unit.h"
#include "svc/words.h"

static const char *const vectors = "tests/svc/vectors/exec-argv.jsonl";

static int
read_unit(struct service *s, struct diag *d, const char *text, const char *name)
{
	*d = (struct diag)DIAG_INIT;
	return unit_read_text(s, text, strlen(text), "t.service", name, NULL, d);
}

/* Read text that is right, and drop its remarks. */
static void
read_good(struct service *s, const char *text)
{
	struct diag d;

	if (read_unit(s, &d, text, NULL) != 0)
		fail_msg("%s", diag_text(&d.v[0]));
	diag_free(&d);
}

/* Is there a remark of that level that has the text in it? */
static bool
said(const struct diag *d, enum diag_level level, const char *text)
{
	for (size_t i = 0; i < d->n; i++) {
		char *t = diag_text(&d->v[i]);
		bool hit = d->v[i].level == level && strstr(t, text);

		free(t);
		if (hit)
			return true;
	}
	for (size_t i = 0; i < d->n; i++)
		print_message("%d %s\n", d->v[i].level, diag_text(&d->v[i]));
	return false;
}

/* --- the vectors: a reader for just the JSON that they use --- */

static char *
json_string(const char **p)
{
	struct buf b = BUF_INIT;

	assert_int_equal(*(*p)++, '"');
	for (; **p != '"'; (*p)++) {
		if (**p != '\\') {
			buf_ch(&b, **p);
			continue;
		}
		switch (*++*p) {
		case 'n': buf_ch(&b, '\n'); break;
		case 't': buf_ch(&b, '\t'); break;
		default: assert_non_null(strchr("\"\\/", **p)); buf_ch(&b, **p);
		}
	}
	(*p)++;
	return buf_take(&b);
}

struct vector {
	char *text;	/* the whole value of ExecStart= */
	bool whole;	/* argv counts from argv[0] */
	bool has_argv;
	struct vec argv;
};

static void
json_argv(const char *p, struct vector *v)
{
	p = strstr(p, "\"argv\": ") + 8;
	v->has_argv = *p == '[';
	while (*p == '[' || *p == ',') {
		p += 1 + (p[1] == ' ');
		if (*p == ']')
			break;
		vec_take(&v->argv, json_string(&p));
	}
}

static struct vector
read_vector(const char *line)
{
	struct vector v = { 0 };
	const char *p = strchr(line, ':') + 2;
	char *s = json_string(&p);

	v.whole = strstr(line, "\"exec_line\"") == line + 1;
	v.text = v.whole ? mem_str(s) : mem_fmt("/opt/b/argdump %s", s);
	free(s);
	json_argv(p, &v);
	return v;
}

/* What depends on the host is compared with what this host says. */
static void
of_this_host(struct vector *v)
{
	const char *what = v->text + strlen("/opt/b/argdump ");
	char *value = NULL, line[256];
	FILE *f = fopen("/etc/os-release", "re");

	if (!v->whole && (strcmp(what, "%H") == 0 || strcmp(what, "%q") == 0))
		value = host_name();
	if (!v->whole && strcmp(what, "%w") == 0 && f)
		while (fgets(line, sizeof line, f))
			if (sscanf(line, "VERSION_ID=%*[\"]%63[^\"]", line) == 1)
				value = mem_str(line);
	if (f)
		fclose(f);
	if (value) {
		free(v->argv.v[0]);
		v->argv.v[0] = value;
	}
}

static void
check_vector(const char *line)
{
	struct vector v = read_vector(line);
	const char *own = v.argv.n ? strstr(v.argv.v[0], "v0") : NULL;
	char *name = mem_fmt("%.4s@in\\x2dst-x.service", own ? own : "v001"), *file = mem_fmt("/etc/systemd/system/%.4s@.service", name);
	char *text = mem_fmt("[Service]\nType=oneshot\nEnvironment=\"ONE=one\" \"TWO=two two\" THREE= \"FOUR=a\\tb\" FIVE=$ONE "
	    "\"SIX='q q' r\" MYPATH=/x/y\nExecStart=%s\n", v.text);
	struct diag d = DIAG_INIT;
	struct vec argv = VEC_INIT;
	struct service s;
	int r = unit_read_text(&s, text, strlen(text), file, name, NULL, &d);

	of_this_host(&v);
	if (strstr(v.text, "%5"))
		assert_int_equal(r, -1);
	else
		assert_int_equal(r, 0);
	if (v.has_argv) {
		words_expand(&s.cmd[SERVICE_START].v[0], &s.environment, &argv);
		if (argv.n - !v.whole != v.argv.n)
			fail_msg("%s: %zu words, not %zu", v.text, argv.n - !v.whole, v.argv.n);
		for (size_t i = 0; i < v.argv.n; i++)
			assert_string_equal(argv.v[i + !v.whole], v.argv.v[i]);
	} else if (r == 0)
		assert_int_equal(s.cmd[SERVICE_START].v[0].ignore_failure, *v.text == '-');
	vec_free(&argv);
	vec_free(&v.argv);
	free(v.text);
	free(text);
	free(name);
	free(file);
	diag_free(&d);
	service_free(&s);
}

static void
reads_all_command_lines_of_the_vectors(void **state)
{
	FILE *f = fopen(vectors, "re");
	char line[1024];
	int n = 0;

	(void)state;
	assert_non_null(f);
	for (; fgets(line, sizeof line, f); n++)
		check_vector(line);
	fclose(f);
	assert_int_equal(n, 80);
}


/* --- the grammar --- */

static void
reads_a_whole_unit(void **state)
{
	static const char text[] =
	    "# comment\n; another\n[Unit]\nDescription=A daemon of %N\nAfter=network.target a.service\nAfter=b.service\n"
	    "Documentation=man:x(8) \"http://x/y z\"\nConditionPathExists=|!/etc//x/\nAssertHost=h\n\n"
	    "[Service]\nType=notify\nExecStart=/bin/x -a \\\n# in between\n  ; and this\n -b\n  KillMode = mixed  \n[Install]\nWantedBy=multi-user.target\n"
	    "Alias=y.service";
	struct service s;

	(void)state;
	read_good(&s, text);
	assert_string_equal(s.name, "t");
	assert_string_equal(s.file, "t.service");
	assert_string_equal(s.description, "A daemon of t");
	assert_int_equal(s.deps[SERVICE_AFTER].n, 3);
	assert_string_equal(s.deps[SERVICE_AFTER].v[2], "b.service");
	assert_int_equal(s.documentation.n, 2);
	assert_string_equal(s.documentation.v[1], "http://x/y z");
	assert_int_equal(s.n_conditions, 2);
	assert_string_equal(s.conditions[0].test, "PathExists");
	assert_string_equal(s.conditions[0].value, "/etc/x");
	assert_true(s.conditions[0].trigger && s.conditions[0].negate && !s.conditions[0].is_assert && s.conditions[1].is_assert);
	assert_int_equal(s.conditions[0].line, 8);
	assert_int_equal(s.type, SERVICE_NOTIFY);
	assert_int_equal(s.cmd[SERVICE_START].v[0].argv.n, 3);
	assert_string_equal(s.cmd[SERVICE_START].v[0].argv.v[2], "-b");
	assert_int_equal(s.cmd[SERVICE_START].v[0].line, 13);
	assert_int_equal(s.kill_mode, SERVICE_KILL_MIXED);
	assert_true(s.has_install);
	assert_string_equal(s.deps[SERVICE_ALIAS].v[0], "y.service");
	service_free(&s);
}

#define MINIMAL "[Service]\nExecStart=/bin/x\n"

static void
takes_any_line_end(void **state)
{
	static const char *const texts[] = {
		"[Unit]\r\nDescription=a b\r\n[Service]\r\nExecStart=/bin/x\r\n", "[Unit]\rDescription=a b\r[Service]\rExecStart=/bin/x",
		"\xEF\xBB\xBF[Unit]\nDescription=a b\n[Service]\nExecStart=/bin/x", "[Unit]\nDescription=\\\r\n a\\\r\n b\n" MINIMAL,
		"[Unit]\nDescription=a b\n" MINIMAL "ExecStop=/bin/y \\",
		"[Unit]\nDescription=a b\\\\\nAfter=x.service\n[Service]\nExecStart=/bin/x\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct service s;

		read_good(&s, texts[i]);
		assert_non_null(strstr(s.description, "b"));
		assert_null(strstr(s.description, "After"));
		assert_int_equal(s.cmd[SERVICE_START].n, 1);
		assert_string_equal(s.cmd[SERVICE_START].v[0].path, "/bin/x");
		service_free(&s);
	}
}

static void
empty_values_reset(void **state)
{
	static const char text[] =
	    "[Unit]\nConditionHost=a\nAssertHost=b\nConditionHost=\nConditionHost=c\nAfter=a.service\nAfter=\nDescription=x\nDescription=\n"
	    "[Service]\nExecStart=/a\nExecStart=\nExecStart=/b\nEnvironment=A=1\nEnvironment=\nEnvironment=B=2\n"
	    "EnvironmentFile=/a\nEnvironmentFile=\nEnvironmentFile=-/b\nRestrictFileSystems=a\nTTYReset=yes\nRestrictFileSystems=\nRestrictFileSystems=b\n"
	    "TTYReset=no\nAllowedCPUs=auto\nAllowedCPUs=strict\nIPAddressDeny=any\nIPAddressDeny=\n"
	    "RuntimeDirectory=a\nRuntimeDirectory=\nRuntimeDirectory=b c/d\n"
	    "[Install]\nWantedBy=a.target\nWantedBy=\nWantedBy=b.target\n";
	struct service s;

	(void)state;
	read_good(&s, text);
	assert_int_equal(s.n_conditions, 2);
	assert_true(s.conditions[0].is_assert);
	assert_string_equal(s.conditions[1].value, "c");
	assert_int_equal(s.deps[SERVICE_AFTER].n, 1);
	assert_null(s.description);
	assert_int_equal(s.cmd[SERVICE_START].n, 1);
	assert_string_equal(s.cmd[SERVICE_START].v[0].path, "/b");
	assert_int_equal(s.environment.n, 1);
	assert_string_equal(s.environment.v[0], "B=2");
	assert_int_equal(s.n_envfiles, 1);
	assert_string_equal(s.envfiles[0].path, "/b");
	assert_true(s.envfiles[0].optional);
	assert_int_equal(s.dirs[SERVICE_DIR_RUNTIME].names.n, 2);
	assert_int_equal(s.n_ignored, 2);
	assert_string_equal(s.ignored[0].value, "b");
	assert_string_equal(s.ignored[1].value, "strict");
	assert_int_equal(s.deps[SERVICE_WANTED_BY].n, 1);
	service_free(&s);
}

static void
says_what_it_passes_over(void **state)
{
	static const struct {
		const char *text;
		enum diag_level level;
		const char *says;
	} cases[] = {
		{ MINIMAL "Foo=1\n", DIAG_WARN, "t.service:3: unknown directive Foo= in section [Service], ignored" },
		{ MINIMAL "Description=1\n", DIAG_WARN, "t.service:3: unknown directive Description=" },
		{ MINIMAL "[Foo]\nBar=1\n", DIAG_WARN, "t.service:3: unknown section [Foo]" },
		{ "A=b\n" MINIMAL, DIAG_WARN, "t.service:1: \"A=b\" stands outside of any section" },
		{ MINIMAL "foo\n", DIAG_WARN, "t.service:3: no = in \"foo\"" },
		{ MINIMAL "=foo\n", DIAG_WARN, "t.service:3: no name before the =" },
		{ MINIMAL "User\xff=x\n", DIAG_WARN, "t.service:3: the line is not UTF-8" },
		{ MINIMAL "Type=foo\n", DIAG_WARN, "t.service:3: Type=: bad value \"foo\", ignored" },
		{ MINIMAL "Nice=99\n", DIAG_WARN, "t.service:3: Nice=: bad value" },
		{ MINIMAL "Fo\x1b[31mo=1\n", DIAG_WARN, "unknown directive Fo?[31mo=" },
		{ MINIMAL "RestrictFileSystems=ext4\n", DIAG_WARN, "t.service:3: RestrictFileSystems=: not honoured: the service runs without this protection" },
		{ MINIMAL "[Unit]\nRefuseManualStart=yes\n", DIAG_NOTE, "t.service:4: RefuseManualStart= only means something to systemd" },
		{ MINIMAL "[Unit]\nConditionFoo=yes\n", DIAG_WARN, "t.service:4: unknown directive ConditionFoo=" },
		{ MINIMAL "ExecStop=/x \\\n  'a\n", DIAG_ERROR, "t.service:3: unbalanced quote in command line" },
		{ MINIMAL "ExecStop=/x %5\n", DIAG_ERROR, "t.service:3: unable to resolve a specifier of the command line: unknown specifier %5" },
		{ MINIMAL "User=a:b\n", DIAG_ERROR, "t.service:3: User=: not a valid name" },
		{ MINIMAL "[Unit\n", DIAG_ERROR, "t.service:3: bad section line \"[Unit\"" },
		{ "[Service]\nType=simple\n", DIAG_ERROR, "t.service: there is neither ExecStart= nor ExecStop=" },
		{ "", DIAG_ERROR, "t.service: there is neither" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct service s;
		struct diag d;

		assert_int_equal(read_unit(&s, &d, cases[i].text, NULL), cases[i].level == DIAG_ERROR ? -1 : 0);
		if (!said(&d, cases[i].level, cases[i].says))
			fail_msg("%s: does not say \"%s\"", cases[i].text, cases[i].says);
		service_free(&s);
		diag_free(&d);
	}
}

static void
passes_over_x_in_silence(void **state)
{
	struct service s;
	struct diag d;

	(void)state;
	assert_int_equal(read_unit(&s, &d, "[X-Mine]\nA=b\nrubbish\n" MINIMAL "X-Foo=1\n", NULL), 0);
	assert_int_equal(d.n, 0);
	assert_int_equal(s.n_ignored, 0);
	service_free(&s);
}

static void
ends_lines_at_nul(void **state)
{
	static const char text[] = "[Service]\0ExecStart=/bin/x\0\nNice=1\n";
	struct diag d = DIAG_INIT;
	struct service s;

	(void)state;
	assert_int_equal(unit_read_text(&s, text, sizeof text - 1, "t.service", NULL, NULL, &d), 0);
	assert_true(said(&d, DIAG_WARN, "t.service:1: NUL byte"));
	assert_string_equal(s.cmd[SERVICE_START].v[0].path, "/bin/x");
	assert_int_equal(s.nice, 1);
	service_free(&s);
	diag_free(&d);
}

/* --- sizes and time --- */

static void
has_a_limit_for_lines(void **state)
{
	struct buf b = BUF_INIT;
	struct diag d = DIAG_INIT;
	struct service s;

	(void)state;
	buf_str(&b, MINIMAL "Environment=A=");
	while (b.len < UNIT_LINE_MAX)
		buf_str(&b, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\\\n");
	assert_int_equal(unit_read_text(&s, b.s, b.len, "t.service", NULL, NULL, &d), 0);
	service_free(&s);
	while (b.len < UNIT_LINE_MAX * 11 / 10)
		buf_str(&b, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\\\n");
	assert_int_equal(unit_read_text(&s, b.s, b.len, "t.service", NULL, NULL, &d), -1);
	assert_true(said(&d, DIAG_ERROR, "longer than"));
	service_free(&s);
	diag_free(&d);
	buf_free(&b);
}

static double
seconds_to_read(const char *line, size_t lines)
{
	struct buf b = BUF_INIT;
	struct diag d = DIAG_INIT;
	struct service s;
	struct timespec from, to;

	buf_str(&b, MINIMAL);
	for (size_t i = 0; i < lines; i++)
		buf_fmt(&b, line, (int)i);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	unit_read_text(&s, b.s, b.len, "t.service", NULL, NULL, &d);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	service_free(&s);
	diag_free(&d);
	buf_free(&b);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Eight times the text must not take more than some twenty times as long; a square would take 64 times. */
static void
takes_linear_time(void **state)
{
	static const char *const lines[] = {
		"Environment=A%d=x\n", "Environment=A%d=x\nEnvironment=\n", "RestrictFileSystems=a%d\n", "RestrictFileSystems=a%d\nIPAddressDeny=\n",
		"[Unit]\nConditionHost=a%d\nAssertHost=\n", "Foo%d=x\n", "ExecStop=/x %d ; /y ; /z\n", "\\\n%d", "[Unit]\nAfter=a%d.service\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		double few = seconds_to_read(lines[i], 2000), many = seconds_to_read(lines[i], 16000);

		if (many > 0.05 && many > 24 * few)
			fail_msg("\"%s\": %.3f s, then %.3f s", lines[i], few, many);
	}
}

/* --- files --- */

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
make_dirs(const char *path)
{
	char cmd[256];

	snprintf(cmd, sizeof cmd, "mkdir -p '%s'", path);
	assert_int_equal(system(cmd), 0);
}

static void
reads_native_dropins(void **state)
{
	struct diag d = DIAG_INIT;
	struct service s;

	(void)state;
	make_dirs("etc/init.d");
	make_dirs("etc/initwright/w@a.d");
	make_dirs("etc/initwright/w@.d");
	put("etc/init.d/w@a", "#!/usr/lib/initwright/svrun\n### BEGIN INIT INFO\n# Provides: w\n### END INIT INFO\n"
	    "[Service]\nExecStart=/bin/x %i\nNice=1\nEnvironment=A=%N\n");
	put("etc/initwright/w@a.d/20.conf", "[Service]\nNice=2\n");
	put("etc/initwright/w@.d/30.conf", "[Service]\nNice=3\nFoo=1\n");
	put("etc/initwright/w@.d/20.conf", "[Service]\nNice=9\nOOMScoreAdjust=1\n");
	put("etc/initwright/w@.d/40.conf", "");
	put("etc/initwright/w@.d/ignored.txt", "[Service]\nNice=7\n");
	assert_int_equal(symlink("/dev/null", "etc/initwright/w@.d/50.conf"), 0);
	assert_int_equal(unit_read(&s, "etc/init.d/w@a", NULL, ".", &d), 0);
	assert_string_equal(s.name, "w@a");
	assert_string_equal(s.cmd[SERVICE_START].v[0].argv.v[1], "a");
	assert_string_equal(s.environment.v[0], "A=w@a");
	assert_int_equal(s.nice, 3);
	assert_false(s.oom_score_adjust_set);
	assert_true(said(&d, DIAG_WARN, "./etc/initwright/w@.d/30.conf:3: unknown directive Foo="));
	assert_string_equal(s.ignored[0].file, "./etc/initwright/w@.d/30.conf");
	service_free(&s);
	diag_free(&d);
}

static void
refuses_what_is_no_unit_file(void **state)
{
	static const struct {
		const char *path, *says;
	} cases[] = {
		{ "missing", "missing: unable to read: No such file or directory" }, { "empty", "empty: the unit is masked" }, { "null", "null: the unit is masked" },
		{ "dir", "dir: unable to read: Is a directory" }, { "fifo", "fifo: unable to read: not a regular file" }, { "big", "big: unable to read" },
	};

	(void)state;
	put("empty", "");
	put("big", "");
	assert_int_equal(truncate("big", UNIT_FILE_MAX + 1), 0);
	assert_int_equal(symlink("/dev/null", "null") | mkdir("dir", 0755) | mkfifo("fifo", 0644), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct diag d = DIAG_INIT;
		struct service s;

		assert_int_equal(unit_read(&s, cases[i].path, NULL, ".", &d), -1);
		assert_true(said(&d, DIAG_ERROR, cases[i].says));
		assert_string_equal(s.name, cases[i].path);
		service_free(&s);
		diag_free(&d);
	}
}

static void
warns_of_a_file_for_all_to_write(void **state)
{
	struct diag d = DIAG_INIT;
	struct service s;

	(void)state;
	put("x.service", MINIMAL);
	assert_int_equal(chmod("x.service", 0666), 0);
	assert_int_equal(unit_read(&s, "x.service", NULL, ".", &d), 0);
	assert_true(said(&d, DIAG_WARN, "x.service: anyone may write to this file"));
	service_free(&s);
	diag_free(&d);
}

static void
takes_the_name_from_the_path(void **state)
{
	static const struct {
		const char *path, *name;
	} cases[] = { { "/a/b.service", "b" }, { "b", "b" }, { "/a/b@c.service", "b@c" }, { "/a/b.service.d", "b.service.d" } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *name = unit_name_of(cases[i].path);

		assert_string_equal(name, cases[i].name);
		free(name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_all_command_lines_of_the_vectors), T(reads_a_whole_unit), T(takes_any_line_end), T(empty_values_reset),
		T(says_what_it_passes_over), T(passes_over_x_in_silence), T(ends_lines_at_nul), T(has_a_limit_for_lines), T(takes_linear_time),
		T(takes_the_name_from_the_path),
		cmocka_unit_test_setup_teardown(reads_native_dropins, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_unit_file, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(warns_of_a_file_for_all_to_write, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
