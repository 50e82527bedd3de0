#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "boot/header.h"
#include "boot/level.h"

static struct diag diag;

static struct header
parsed_n(const char *text, size_t n)
{
	struct header h;
	char *copy = mem_strn(text, n);

	diag_free(&diag);
	header_parse(&h, "f", copy, n, &diag);
	free(copy);
	return h;
}

static struct header
parsed(const char *text)
{
	return parsed_n(text, strlen(text));
}

/* "LIST:WORD ..." of all words, to compare at one go */
static void
has_words(struct header *h, const char *want)
{
	struct buf b = BUF_INIT;

	buf_str(&b, "");
	for (size_t i = 0; i < h->n; i++)
		buf_fmt(&b, "%s%d:%s", i ? " " : "", h->words[i].list, h->words[i].name);
	assert_string_equal(b.s ? b.s : "", want);
	buf_free(&b);
}

static void
said(size_t n, const char *want)
{
	char *s;

	assert_true(n < diag.n);
	s = diag_text(&diag.v[n]);
	assert_string_equal(s, want);
	free(s);
}

static void
test_lsb(void **state)
{
	struct header h = parsed("#!/bin/sh\n### BEGIN INIT INFO\n# Provides:          zdb alias\n"
	    "# Required-Start:    $local_fs $network\n# Should-Stop: x\n# X-Start-Before: y\n# X-Interactive: true\n"
	    "# Default-Start:     2 3 4 5\n# Default-Stop:      0 1 6\n# Short-Description: s\n"
	    "# Description:       some\n#    Required-Start-like words\n### END INIT INFO\nexit 0\n");

	(void)state;
	has_words(&h, "0:zdb 0:alias 1:$local_fs 1:$network 4:x 5:y");
	assert_int_equal(h.kind, HEADER_LSB);
	assert_int_equal(h.start, LEVEL_USER);
	assert_int_equal(h.stop, 0x43);
	assert_true(h.has_start && h.has_stop && h.interactive);
	assert_int_equal(h.words[2].line, 4);
	assert_int_equal(h.words[2].column, 22);
	assert_int_equal(diag.n, 0);
	header_free(&h);
}

static void
test_sloppy(void **state)
{
	struct header h = parsed("###BEGIN init  INFO \r\n#provides:a\r\n#\tX-UnitedLinux-Should-Start: b,c;d\r\n"
	    "# Default-Start: 3,5\r\n# Default-Stop:\r\n# X-Other: q\r\n### END INIT INFO  \r\n");

	(void)state;
	has_words(&h, "0:a 3:b 3:c 3:d");
	assert_int_equal(h.start, 0x28);
	assert_int_equal(h.stop, 0);
	assert_true(h.has_stop);
	assert_int_equal(diag.n, 0);
	header_free(&h);
}

static void
test_defects(void **state)
{
	struct header h = parsed("### BEGIN INIT INFO\n# Provides: a\n# Required-Start: b\n#   c\nfoo=1\n"
	    "# Default-Start: 2345 multi\n### END INIT INFO\n");

	(void)state;
	has_words(&h, "0:a 1:b");
	assert_int_equal(h.start, LEVEL_USER);
	said(0, "f:4:5: only Description may go on in the next line: skipped");
	said(1, "f:5:1: no comment inside the LSB header: skipped");
	said(2, "f:6:18: Default-Start: runlevels are not separated by blanks: 2345; read one by one");
	said(3, "f:6:23: Default-Start: no such runlevel: multi");
	assert_int_equal(diag.errors, 0);
	header_free(&h);
}

static void
test_unterminated(void **state)
{
	struct header h = parsed("#!/bin/sh\n# chkconfig: 35 20 80\n### BEGIN INIT INFO\n# Provides: a\nexit 0\n");

	(void)state;
	assert_true(h.broken && h.chkconfig);
	assert_int_equal(h.n, 0);
	assert_int_equal(h.kind, HEADER_NONE);
	said(0, "f:3:1: missing end of LSB comment");
	assert_int_equal(diag.errors, 1);
	header_free(&h);
}

static void
test_first_block_wins(void **state)
{
	struct header h = parsed("### BEGIN INIT INFO\n# Provides: a\n### END INIT INFO\n# x\n### BEGIN INIT INFO\n"
	    "# Provides: b\n### END INIT INFO\n");

	(void)state;
	has_words(&h, "0:a");
	header_free(&h);
}

static void
chkconfig_is(const char *line, bool valid, unsigned levels, int start, int stop)
{
	struct header h = parsed(line);

	assert_int_equal(h.chkconfig, valid);
	if (valid) {
		assert_int_equal(h.chk_levels, levels);
		assert_int_equal(h.chk_start, start);
		assert_int_equal(h.chk_stop, stop);
	}
	header_free(&h);
}

static void
test_chkconfig(void **state)
{
	(void)state;
	chkconfig_is("#!/bin/sh\n# chkconfig: 2345 08 92\n", true, LEVEL_USER, 8, 92);
	chkconfig_is(" #chkconfig:35 1 2", true, 0x28, 1, 2);
	chkconfig_is("# chkconfig: - 50 50\n", true, 0, 50, 50);
	chkconfig_is("# chkconfig: 345 50\n", false, 0, 0, 0);
	chkconfig_is("# chkconfig: 345 50 100\n", false, 0, 0, 0);
	chkconfig_is("# chkconfig: 345 50 60x\n", false, 0, 0, 0);
	chkconfig_is("# chkconfig: 39 50 60\n", false, 0, 0, 0);
	chkconfig_is("# chkconfig:\n", false, 0, 0, 0);
	chkconfig_is("exit 0\nx\n# chkconfig: 5 50 60\n", true, 0x20, 50, 60);
}

static void
test_openrc(void **state)
{
	struct header h = parsed("#!/sbin/openrc-run\ncommand=x\ndepend() {\n\tneed net localmount\n\tuse dns -timeout\n"
	    "\tbefore web\n\tafter *\n\tprovide db\n\tkeyword -jail\n}\nneed other\n");

	(void)state;
	assert_int_equal(h.kind, HEADER_OPENRC);
	has_words(&h, "1:$network 1:$local_fs 3:$named 5:web 3:$all 0:db");
	assert_int_equal(h.start, LEVEL_USER);
	header_free(&h);
}

static void
test_native(void **state)
{
	struct header h = parsed("#!/usr/lib/initwright/svrun\n### BEGIN INIT INFO\n# Provides: a\n### END INIT INFO\n[Unit]\n");

	(void)state;
	assert_true(h.native);
	header_free(&h);
	h = parsed("#!/usr/bin/env svrun\n");
	assert_false(h.native);
	header_free(&h);
}

static void
test_any_bytes(void **state)
{
	static const char zeroes[] = "### BEGIN INIT INFO\n# Provides: a\0b\n### END INIT INFO\n";
	struct header h = parsed_n("", 0);

	(void)state;
	assert_int_equal(h.kind, HEADER_NONE);
	header_free(&h);
	h = parsed_n(zeroes, sizeof zeroes - 1);
	has_words(&h, "0:a 0:b");
	header_free(&h);
}

static void
test_whole(void **state)
{
	char block[] = "#!/bin/sh\n### BEGIN INIT INFO\n### END INIT INFO\n# chkconfig: 5 1 2\nexit 0\n";

	(void)state;
	assert_true(header_is_whole(block, strlen(block)));
	for (size_t n = 0; n < strlen(block); n++)
		assert_false(header_is_whole(block, n));
}

static void
test_name(void **state)
{
	static const char *const cases[][2] = { { "a@b", "a-b" }, { "A.b_c+d-9", "A.b_c+d-9" }, { "\xc3\xa9/x y", "---x-y" }, { "", "" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *s = header_name(cases[i][0]);

		assert_string_equal(s, cases[i][1]);
		free(s);
	}
}

static void
test_instance(void **state)
{
	static const char *const cases[][3] = {
		{ "w@7", "# Provides: w-INSTANCE x\n# Short: INSTANCE\n### END INIT INFO\nINSTANCE\n", "# Provides: w-7 x\n# Short: 7\n### END INIT INFO\nINSTANCE\n" },
		{ "w@a/b c", "# INSTANCE\n### END INIT INFO", "# a-b-c\n### END INIT INFO" },
		{ "w@", "# INSTANCE\n### END INIT INFO", "# INSTANCE\n### END INIT INFO" },
		{ "w", "# INSTANCE\n### END INIT INFO", "# INSTANCE\n### END INIT INFO" },
		{ "w@7", "# INSTANCE", "# INSTANCE" },
		{ "w@7", "### END INIT INFO\n# INSTANCE", "### END INIT INFO\n# INSTANCE" },
		{ "w@7", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = BUF_INIT;

		buf_str(&text, cases[i][1]);
		header_put_instance(&text, cases[i][0]);
		assert_string_equal(text.s, cases[i][2]);
		assert_int_equal(text.len, strlen(cases[i][2]));
		buf_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lsb), cmocka_unit_test(test_sloppy), cmocka_unit_test(test_defects),
		cmocka_unit_test(test_unterminated), cmocka_unit_test(test_first_block_wins), cmocka_unit_test(test_chkconfig),
		cmocka_unit_test(test_openrc), cmocka_unit_test(test_native), cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_whole), cmocka_unit_test(test_name), cmocka_unit_test(test_instance),
	};
	int r = cmocka_run_group_tests(tests, NULL, NULL);

	diag_free(&diag);
	return r;
}
