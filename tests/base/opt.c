#include "harness/unit.h"

#include <string.h>

#include "base/die.h"
#include "base/opt.h"

static const struct opt rows[] = {
	{ 'r', "root", "DIR", "look below DIR" },
	{ 'q', NULL, NULL, "say less" },
	{ 'l', "level", "[N]", "with or without" },
	{ OPT_LONG, "list", NULL, "list them" },
	{ OPT_LONG + 1, "only", "WHAT", "this one" },
	{ OPT_LONG + 1, "only-this", "WHAT", "the same" },
	{ 0 }
};

struct run {
	enum opt_order order;
	const char *argv[10];
};

/* prints "ID[=ARG] ..." and the operands behind "|" */
static void
scan(void *data)
{
	const struct run *r = data;
	struct optscan s;
	char *argv[12];
	int c, argc = 0;

	argv[argc++] = "prog";
	for (const char *const *a = r->argv; *a; a++)
		argv[argc++] = strdup(*a);
	argv[argc] = NULL;
	opt_begin(&s, rows, r->order);
	while ((c = opt_next(&s, argc, argv)) != -1) {
		printf(c < OPT_LONG ? "%c" : "%d", c);
		printf(optarg && c != '?' ? "=%s " : " ", optarg);
		fflush(stdout);
		if (c == '?')
			return;
	}
	if (opt_next(&s, argc, argv) != -1)
		printf("goes on");
	printf("|");
	for (; optind < argc; optind++)
		printf(" %s", argv[optind]);
}

static void
reads(void **state)
{
	static const struct {
		struct run run;
		const char *want;
	} cases[] = {
		{ { OPT_STOP, { "-r", "/x", "a", "-q" } }, "r=/x | a -q" },
		{ { OPT_MIX, { "-r", "/x", "a", "-q" } }, "r=/x q | a" },
		{ { OPT_STOP, { "-qr/x", "--", "-q" } }, "q r=/x | -q" },
		{ { OPT_STOP, { "--root=/x", "--root", "/y", "--list" } }, "r=/x r=/y 256 |" },
		{ { OPT_STOP, { "--level", "--level=3", "-l", "-l4", "z" } }, "l l=3 l l=4 | z" },
		{ { OPT_STOP, { "--on", "a" } }, "257=a |" },
		{ { OPT_STOP, { "--only-", "a", "--only", "b" } }, "257=a 257=b |" },
		{ { OPT_STOP, { "--only=", "--", "--", "-q" } }, "257= | -- -q" },
		{ { OPT_MIX, { "a", "-qr", "/x", "b", "--only", "c", "d" } }, "q r=/x 257=c | a b d" },
		{ { OPT_MIX, { "a", "-q", "b", "--", "-q", "c" } }, "q | a b -q c" },
		{ { OPT_MIX, { "-", "-q", "" } }, "q | - " },
		{ { OPT_STOP, { "-" } }, "| -" },
		{ { OPT_STOP, { NULL } }, "|" },
	};
	char out[512];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(in_child(scan, (void *)&cases[i].run, out, sizeof out), 0);
		assert_string_equal(out, cases[i].want);
	}
}

static void
complains(void **state)
{
	static const struct {
		struct run run;
		const char *want;
	} cases[] = {
		{ { OPT_STOP, { "-x" } }, "prog: invalid option -- 'x'\n? " },
		{ { OPT_STOP, { "--xyz" } }, "prog: unrecognized option '--xyz'\n? " },
		{ { OPT_STOP, { "-r" } }, "prog: option requires an argument -- 'r'\n? " },
		{ { OPT_STOP, { "--only" } }, "prog: option '--only' requires an argument\n? " },
		{ { OPT_STOP, { "--list=x" } }, "prog: option '--list' doesn't allow an argument\n? " },
		{ { OPT_STOP, { "--l" } }, "prog: unrecognized option '--l'\n? " },
		{ { OPT_STOP, { "--l=3" } }, "prog: unrecognized option '--l=3'\n? " },
		{ { OPT_STOP, { "--onl" } }, "prog: option '--only' requires an argument\n? " },
		{ { OPT_MIX, { "a", "-q-" } }, "q prog: invalid option -- '-'\n? " },
		{ { OPT_MIX, { "-r" } }, "prog: option requires an argument -- 'r'\n? " },
	};
	char out[512];

	(void)state;
	progname = "prog";
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(in_child(scan, (void *)&cases[i].run, out, sizeof out), 0);
		assert_string_equal(out, cases[i].want);
	}
}

static void
print_rows(void *data)
{
	struct buf b = BUF_INIT;

	if (data)
		opt_help(&b, rows);
	else
		opt_list(&b, rows);
	printf("%s", b.s);
	buf_free(&b);
}

static void
prints(void **state)
{
	char out[1024];

	(void)state;
	in_child(print_rows, (void *)rows, out, sizeof out);
	assert_string_equal(out,
	    "  -r, --root=DIR               look below DIR\n"
	    "  -q                           say less\n"
	    "  -l, --level[N]               with or without\n"
	    "      --list                   list them\n"
	    "      --only=WHAT              this one\n"
	    "      --only-this=WHAT         the same\n");
	in_child(print_rows, NULL, out, sizeof out);
	assert_string_equal(out,
	    "r\troot\tDIR\tlook below DIR\n"
	    "q\t-\t-\tsay less\n"
	    "l\tlevel\t[N]\twith or without\n"
	    "-\tlist\t-\tlist them\n"
	    "-\tonly\tWHAT\tthis one\n"
	    "-\tonly-this\tWHAT\tthe same\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(reads), T(complains), T(prints) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
