#include "base/linediff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { CONTEXT = 3 };

struct line {
	const char *s;
	size_t n;
};

struct text {
	struct line *v;
	size_t n, cap;
};

/* One line of the result: of both, only of a ('-'), or only of b ('+'). */
struct step {
	char kind;
	const struct line *line;
	size_t a, b;	/* lines of each before this one */
};

struct script {
	struct step *v;
	size_t n, cap;
};

static struct text
split(const char *s)
{
	struct text t = { 0 };

	while (*s) {
		size_t n = strcspn(s, "\n");

		t.v = mem_grow(t.v, &t.cap, t.n + 1, sizeof *t.v);
		t.v[t.n++] = (struct line){ s, n };
		s += n + (s[n] == '\n');
	}
	return t;
}

static bool
same(const struct line *a, const struct line *b)
{
	return a->n == b->n && memcmp(a->s, b->s, a->n) == 0;
}

static void
add(struct script *s, char kind, const struct line *line, size_t a, size_t b)
{
	s->v = mem_grow(s->v, &s->cap, s->n + 1, sizeof *s->v);
	s->v[s->n++] = (struct step){ kind, line, a, b };
}

/* The longest common part of lines, from the end: lcs[i][j] is its length in the rests from i and j on. */
static void
compare(struct script *s, const struct text *a, const struct text *b)
{
	size_t w = b->n + 1, i, j;
	uint32_t *lcs = mem_alloc((a->n + 1) * w * sizeof *lcs);

	for (i = a->n; i-- > 0;)
		for (j = b->n; j-- > 0;) {
			uint32_t down = lcs[(i + 1) * w + j], right = lcs[i * w + j + 1];

			lcs[i * w + j] = same(&a->v[i], &b->v[j]) ? lcs[(i + 1) * w + j + 1] + 1 : down > right ? down : right;
		}
	for (i = j = 0; i < a->n || j < b->n;)
		if (i < a->n && j < b->n && same(&a->v[i], &b->v[j])) {
			add(s, ' ', &a->v[i], i, j);
			i++;
			j++;
		} else if (i < a->n && (j == b->n || lcs[(i + 1) * w + j] >= lcs[i * w + j + 1])) {
			add(s, '-', &a->v[i], i, j);
			i++;
		} else {
			add(s, '+', &b->v[j], i, j);
			j++;
		}
	free(lcs);
}

/* The end of the hunk that starts at step `from`: what differs, with less than two contexts of equal lines in between. */
static size_t
hunk_end(const struct script *s, size_t from)
{
	size_t last = from;

	for (size_t i = from; i < s->n && i - last <= 2 * CONTEXT + 1; i++)
		if (s->v[i].kind != ' ')
			last = i;
	return last + CONTEXT + 1 < s->n ? last + CONTEXT + 1 : s->n;
}

static void
add_hunk(struct buf *out, const struct script *s, size_t from, size_t end)
{
	size_t a = 0, b = 0;

	for (size_t i = from; i < end; i++) {
		a += s->v[i].kind != '+';
		b += s->v[i].kind != '-';
	}
	buf_fmt(out, "@@ -%zu,%zu +%zu,%zu @@\n", s->v[from].a + (a > 0), a, s->v[from].b + (b > 0), b);
	for (size_t i = from; i < end; i++) {
		buf_ch(out, s->v[i].kind);
		buf_add(out, s->v[i].line->s, s->v[i].line->n);
		buf_ch(out, '\n');
	}
}

void
linediff_unified(struct buf *out, const char *a, const char *name_a, const char *b, const char *name_b)
{
	struct text ta = split(a), tb = split(b);
	struct script s = { 0 };
	bool first = true;

	compare(&s, &ta, &tb);
	for (size_t i = 0; i < s.n; i++) {
		size_t from = i > CONTEXT ? i - CONTEXT : 0, end;

		if (s.v[i].kind == ' ')
			continue;
		end = hunk_end(&s, i);
		if (first)
			buf_fmt(out, "--- %s\n+++ %s\n", name_a, name_b);
		first = false;
		add_hunk(out, &s, from, end);
		i = end - 1;
	}
	free(s.v);
	free(ta.v);
	free(tb.v);
}
