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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_all_command_lines_of_the_vectors),
	};

	(void)said;
	(void)read_good;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
