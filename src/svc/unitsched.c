#include "svc/unitsched.h"

#include <limits.h>
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "base/str.h"
#include "base/timespan.h"
#include "base/vec.h"
#include "os/priority.h"
#include "svc/words.h"

void
unitsched_cpu_policy(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	int v = priority_policy(value);

	if (v < 0 && *value)
		unitvalue_bad(x, k->key, value);
	else
		x->s->cpu_policy = v;
}

void
unitsched_io_class(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	int v = strcmp(value, "realtime") == 0 ? 1 : priority_io_class(value);
	uint64_t number;

	if (v < 0 && strlen(value) == 1 && num_u64(value, 0, 3, &number) == 0)
		v = (int)number;
	if (v < 0 && *value)
		unitvalue_bad(x, k->key, value);
	else
		x->s->io_class = v;
}

void
unitsched_affinity(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct priority_cpus cpus = x->s->cpus;

	if (!*value)
		x->s->cpus = (struct priority_cpus){ { 0 }, 0 };
	else if (priority_parse_cpus(value, &cpus) != 0)
		unitvalue_bad(x, k->key, value);
	else
		x->s->cpus = cpus;
}

void
unitsched_slack(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	uint64_t ns;

	if (timespan_parse_ns(value, &ns) != 0)
		unitvalue_bad(x, k->key, value);
	else
		x->s->timer_slack_ns = ns == UINT64_MAX ? 0 : ns > ULONG_MAX ? ULONG_MAX : ns;
}

/* core(5): the bits in the order of the names, or a number, in hexadecimal with or without 0x */
static bool
coredump_bits(const char *word, unsigned *bits)
{
	static const char *const names[] = {
		"private-anonymous", "shared-anonymous", "private-file-backed", "shared-file-backed", "elf-headers", "private-huge", "shared-huge",
		"private-dax", "shared-dax",
	};
	enum { COUNT = sizeof names / sizeof *names, DEFAULT = 1 << 0 | 1 << 1 | 1 << 4 | 1 << 5 };
	char text[16];
	uint64_t number;

	*bits = strcmp(word, "default") == 0 ? DEFAULT : strcmp(word, "all") == 0 ? (1 << COUNT) - 1 : 0;
	for (unsigned i = 0; i < COUNT; i++)
		if (strcmp(word, names[i]) == 0)
			*bits = 1U << i;
	if (*bits)
		return true;
	fmt_to(text, sizeof text, "%s%s", str_starts(word, "0x") ? "" : "0x", word);
	if (strlen(word) > 10 || num_any(text, UINT32_MAX, &number) != 0)
		return false;
	/* the kernel passes over bits that it does not know; ours has none for what a sign needs */
	*bits = (unsigned)number & INT_MAX;
	return true;
}

void
unitsched_coredump(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec words = VEC_INIT;
	unsigned all = 0, bits;
	bool good = words_split(&words, value, WORDS_UNQUOTE) == 0;

	for (size_t i = 0; good && i < words.n; i++) {
		good = coredump_bits(words.v[i], &bits);
		all |= bits;
	}
	if (!good)
		unitvalue_bad(x, k->key, value);
	else if (!*value)
		x->s->coredump_filter = -1;
	else
		x->s->coredump_filter = (int)all | (x->s->coredump_filter < 0 ? 0 : x->s->coredump_filter);
	vec_free(&words);
}
