/*
 * Fuzzing the unit reader and what works on its result.  From the top of the tree:
 *
 *	make build/gen/gen/parts.inc
 *	clang -std=c11 -D_GNU_SOURCE -DLIBEXEC='"/x"' -Isrc -Ibuild/gen -g -O1 -fsanitize=fuzzer,address,undefined -o build/fuzz-unit \
 *	    tests/fuzz/unit.c $(find src/base src/os src/svc src/gen -name '*.c')
 *	build/fuzz-unit -max_len=4096 -max_total_time=300 CORPUS
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gen/native.h"
#include "svc/condition.h"
#include "svc/envfile.h"
#include "svc/unit.h"
#include "svc/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
expand_all(const struct service *s)
{
	for (int l = 0; l < SERVICE_LISTS; l++)
		for (size_t i = 0; i < s->cmd[l].n; i++) {
			struct vec argv = VEC_INIT;

			words_expand(&s->cmd[l].v[i], &s->environment, &argv);
			vec_free(&argv);
		}
}

/* The script must read as the unit did. */
static void
check_script(const struct service *s, const struct unit_sources *src, struct diag *d)
{
	struct buf script = BUF_INIT;
	struct diag again = DIAG_INIT;
	struct service back;

	if (native_generate(&script, s, src, NULL, d) != 0)
		return;
	if (unit_read_text(&back, script.s, script.len, "n", "n@i", NULL, &again) != 0)
		abort();
	for (int l = 0; l < SERVICE_LISTS; l++)
		if (back.cmd[l].n != s->cmd[l].n)
			abort();
	if (back.environment.n != s->environment.n || back.n_ignored != s->n_ignored || back.n_conditions != s->n_conditions)
		abort();
	service_free(&back);
	diag_free(&again);
	buf_free(&script);
}

static void
add(struct unit_sources *src, char *path, const uint8_t *data, size_t n)
{
	static struct unit_source sources[2];

	src->v = sources;
	sources[src->n] = (struct unit_source){ path, BUF_INIT };
	buf_add(&sources[src->n].text, data, n);
	src->n++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char unit[] = "n", dropin[] = "d";
	struct unit_sources src = { 0 };
	struct diag d = DIAG_INIT;
	struct service s;
	struct vec env = VEC_INIT;
	const uint8_t *cut = n ? memchr(data, 0x1e, n) : NULL;	/* what follows a record separator is a drop-in */
	size_t first = cut ? (size_t)(cut - data) : n;
	bool bom = n > 2 && memmem(data, n, "\xEF\xBB\xBF", 3);

	add(&src, unit, data, first);
	if (cut)
		add(&src, dropin, cut + 1, n - first - 1);
	if (unit_parse(&s, &src, "n@i", NULL, &d) == 0) {
		expand_all(&s);
		if (!bom && first > 0)
			check_script(&s, &src, &d);
	}
	for (size_t i = 0; i < d.n; i++)
		free(diag_text(&d.v[i]));
	envfile_parse(&env, (const char *)data, n);
	vec_free(&env);
	service_free(&s);
	for (size_t i = 0; i < src.n; i++)
		buf_free(&src.v[i].text);
	diag_free(&d);
	return 0;
}
