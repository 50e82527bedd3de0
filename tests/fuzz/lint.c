/*
 * Fuzzing the lexer of shell scripts and what initlint makes of them.  From the top of the tree:
 *
 *	clang -std=c11 -D_GNU_SOURCE -Isrc -g -O1 -fsanitize=fuzzer,address,undefined -o build/fuzz-lint \
 *	    tests/fuzz/lint.c $(find src/boot src/base src/os -name '*.c')
 *	build/fuzz-lint -max_len=4096 -runs=1000000 CORPUS
 *
 * What must hold besides: tokens lie in the text, in its order; what is fixed lies in it too, and a second --fix changes nothing more than what
 * the first had left for it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "boot/lint.h"
#include "boot/lint_body.h"
#include "boot/lint_trial.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { ROUNDS = 64 };

static void
require(int holds, const char *what, const char *s, size_t n)
{
	if (holds)
		return;
	fprintf(stderr, "lint: %s, with these %zu bytes:\n", what, n);
	fwrite(s, 1, n, stderr);
	abort();
}

static void
check_tokens(const struct lex *l)
{
	for (size_t i = 0; i < l->n; i++) {
		require(l->v[i].at + l->v[i].n <= l->size, "a token beyond the end", l->s, l->size);
		require(l->v[i].line > 0 && l->v[i].column > 0 && l->v[i].nest >= 0, "a token without a place", l->s, l->size);
		require(i == 0 || (l->v[i].at >= l->v[i - 1].at && l->v[i].line >= l->v[i - 1].line), "tokens out of order", l->s, l->size);
	}
	for (size_t i = 0; i < l->n_ranges; i++)
		require(l->ranges[i].name < l->n && l->ranges[i].end <= l->n, "a range beyond the end", l->s, l->size);
}

/* A trial that saw what the bytes say. */
static void
try_run(struct lint *l, const char *data, size_t n)
{
	struct trial t = { .ended = n % 3 != 0, .now = (enum trial_what)(n % TRIAL_STEPS) };
	size_t before = l->n;
	int line, column;

	for (int i = 0; i < TRIAL_STEPS; i++) {
		unsigned char byte = n > 0 ? (unsigned char)data[(size_t)i * 37 % n] : 0;

		t.v[i] = (struct trial_step){ .done = byte % 8 != 0, .code = byte % 7 - 2, .running = byte & 16, .asked = byte & 32, .status = byte % 5 - 2,
			.same = byte & 64, .twice = byte & 128 };
		memcpy(t.v[i].output, data, n < 40 ? n : 40);
		require(!lint_body_place(l, trial_action((enum trial_what)i), &line, &column) || (line > 0 && column > 0), "an arm without a place", l->text, l->size);
	}
	lint_trial(l, &t, NULL, 1000000);
	for (size_t i = before; i < l->n; i++)
		require(l->v[i].text[0], "a finding without text", l->text, l->size);
}

/* Fix it until nothing is left to be fixed. */
static void
try(const char *data, size_t n)
{
	struct buf text = BUF_INIT;
	bool fixable = true;

	buf_str(&text, "");
	buf_add(&text, data, n);
	for (int i = 0; fixable; i++) {
		struct buf out = BUF_INIT;
		struct lint l;

		require(i < ROUNDS, "never done with fixing", data, n);
		lint_read(&l, "f", text.s, text.len, 0755, NULL);
		check_tokens(&l.lex);
		fixable = false;
		for (size_t k = 0; k < l.n; k++) {
			require(l.v[k].line >= 0 && l.v[k].column >= 0 && l.v[k].text[0], "a finding without text", text.s, text.len);
			require(!l.v[k].fixable || l.v[k].at + l.v[k].n <= text.len, "a fix beyond the end", text.s, text.len);
			fixable = fixable || l.v[k].fixable;
		}
		buf_str(&out, "");
		lint_fix(&l, &out);
		if (i == 0)
			try_run(&l, data, n);
		require(fixable || (out.len == text.len && memcmp(out.s, text.s, out.len) == 0), "a fix of nothing", text.s, text.len);
		lint_free(&l);
		buf_free(&text);
		text = out;
	}
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	try((const char *)data, n);
	return 0;
}
