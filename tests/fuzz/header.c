/*
 * Fuzzing the header parser.  From the top of the tree:
 *
 *	clang -std=c11 -D_GNU_SOURCE -Isrc -g -O1 -fsanitize=fuzzer,address,undefined -o build/fuzz-header \
 *	    tests/fuzz/header.c src/boot/{header,level}.c src/base/?*.c
 *	build/fuzz-header -max_len=4096 -runs=10000000 CORPUS
 *
 * What must hold besides: words have a name and a place, numbers are in their range, and a text that is said to be whole parses
 * as its longer self.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "boot/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
require(int holds, const char *what, const char *s, size_t n)
{
	if (holds)
		return;
	fprintf(stderr, "header: %s, with these %zu bytes:\n", what, n);
	fwrite(s, 1, n, stderr);
	abort();
}

static void
try(const char *s, size_t n)
{
	struct header h, whole;
	struct diag diag = DIAG_INIT;
	char *copy = mem_strn(n ? s : "", n);
	bool all = header_is_whole(copy, n);

	require(n == 0 || memcmp(copy, s, n) == 0, "the look changed the text", s, n);
	header_parse(&h, "f", copy, n, &diag);
	for (size_t i = 0; i < h.n; i++) {
		require(h.words[i].line > 0 && h.words[i].column > 0, "a word without a place", s, n);
		require(h.words[i].name[0] != '\0', "an empty word", s, n);
	}
	require(!h.chkconfig || (h.chk_start >= 0 && h.chk_start <= 99 && h.chk_stop >= 0 && h.chk_stop <= 99), "numbers", s, n);
	free(copy);
	if (all) {
		copy = mem_alloc(n + 40);
		memcpy(copy, s, n);
		memcpy(copy + n, "\n# Provides: never\n# chkconfig: 5 5 5\n", 38);
		header_parse(&whole, "f", copy, n + 38, &diag);
		require(whole.n == h.n && whole.chkconfig == h.chkconfig && whole.start == h.start, "whole, but more changed it", s, n);
		header_free(&whole);
		free(copy);
	}
	header_free(&h);
	diag_free(&diag);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	try((const char *)data, n);
	return 0;
}
