#include "boot/chart.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"

enum { MILLION = 1000000, NAME_MOST = 24, LEAST_BARS = 10, TIME_ROOM = 18 };
enum { WIDTH = 1000, EDGE = 30, ROW = 18, BAR = 13, HEAD = 46, TICKS = 10, LETTER = 7, GAP = 4, LABEL_ROOM = 260 };

/* "1.234": by hand, as the buffer's numbers are whole ones. */
static void
put_seconds(struct buf *out, uint64_t us)
{
	buf_fmt(out, "%llu.%03u", (unsigned long long)(us / MILLION), (unsigned)(us % MILLION / 1000));
}

/* Which items are on the critical path. */
static bool *
mark_critical(const struct timeline *t, size_t *n)
{
	bool *on = mem_alloc(t->n * sizeof *on);
	int *path = timeline_critical(t, n);

	for (size_t i = 0; i < *n; i++)
		on[path[i]] = true;
	free(path);
	return on;
}

static void
put_code(struct buf *out, int code)
{
	if (code == TIMELINE_LATE)
		buf_str(out, " (killed: no end in time)");
	else if (code == TIMELINE_NOT_RUN)
		buf_str(out, " (not executed)");
	else if (code != 0)
		buf_fmt(out, " (%d)", code);
}

static void
put_title(struct buf *out, const struct timeline *t, size_t critical)
{
	buf_fmt(out, "runlevel %c", t->level);
	if (t->previous != 'N')
		buf_fmt(out, " from %c", t->previous);
	buf_fmt(out, ": %zu scripts, ", t->n);
	put_seconds(out, timeline_end(t) - t->began);
	buf_fmt(out, " s, the longest chain has %zu", critical);
}

/* --- text --- */

void
chart_text(struct buf *out, const struct timeline *t, int columns)
{
	uint64_t span = timeline_end(t) - t->began;
	int bars = columns - NAME_MOST - TIME_ROOM;
	size_t critical;
	bool *on = mark_critical(t, &critical);

	bars = bars < LEAST_BARS ? LEAST_BARS : bars;
	put_title(out, t, critical);
	buf_ch(out, '\n');
	for (size_t i = 0; i < t->n; i++) {
		const struct timeline_item *v = &t->v[i];
		int from = span ? (int)((v->began - t->began) * (uint64_t)(bars - 1) / span) : 0;
		int to = span ? (int)((v->ended - t->began) * (uint64_t)(bars - 1) / span) : 0;

		buf_fmt(out, "%-*.*s %-5.5s |", NAME_MOST, NAME_MOST, v->name, v->action);
		for (int x = 0; x < bars; x++)
			buf_ch(out, x < from || x > to ? ' ' : on[i] ? '#' : '-');
		buf_str(out, "| ");
		put_seconds(out, v->ended - v->began);
		buf_ch(out, 's');
		put_code(out, v->code);
		buf_ch(out, '\n');
	}
	free(on);
}

/* --- SVG --- */

/* Names may have what XML reads as its own, or cannot have at all. */
static void
put_xml(struct buf *out, const char *s)
{
	for (; *s; s++)
		if (strchr("<>&\"'", *s))
			buf_fmt(out, "&#%d;", *s);
		else if ((unsigned char)*s < ' ' || (unsigned char)*s > '~')
			buf_ch(out, '?');
		else
			buf_ch(out, *s);
}

/* The step between two lines of the time axis: 1, 2 or 5 times a power of ten, at most TICKS of them. */
static uint64_t
tick_of(uint64_t span)
{
	static const int steps[] = { 1, 2, 5 };

	for (uint64_t unit = 1000; unit < span; unit *= 10)
		for (size_t i = 0; i < 3; i++)
			if (span / (unit * (uint64_t)steps[i]) <= TICKS)
				return unit * (uint64_t)steps[i];
	return span;
}

static int
x_of(uint64_t at, uint64_t span)
{
	return EDGE + (span ? (int)(at * (WIDTH - 2 * EDGE - LABEL_ROOM) / span) : 0);
}

static void
put_axis(struct buf *out, uint64_t span, int top, int height)
{
	uint64_t step = tick_of(span);

	for (uint64_t at = 0; step > 0 && at <= span; at += step) {
		int x = x_of(at, span);

		buf_fmt(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#ddd\"/>", x, top + HEAD - 6, x, top + height);
		buf_fmt(out, "<text x=\"%d\" y=\"%d\" fill=\"#777\" text-anchor=\"middle\">", x, top + HEAD - 10);
		put_seconds(out, at);
		buf_str(out, " s</text>\n");
	}
}

/* What stands beside a bar; a name that there is no room for is cut. */
static void
make_label(struct buf *out, const struct timeline_item *v, int room)
{
	struct buf rest = BUF_INIT;
	size_t len = strlen(v->name), most;

	if (strcmp(v->action, "start") != 0)
		buf_fmt(&rest, " %s", v->action);
	buf_ch(&rest, ' ');
	put_seconds(&rest, v->ended - v->began);
	buf_str(&rest, " s");
	put_code(&rest, v->code);
	most = (size_t)room / LETTER > rest.len + 3 ? (size_t)room / LETTER - rest.len : 3;
	if (len > most)
		buf_fmt(out, "%.*s...", (int)most - 3, v->name);
	else
		buf_str(out, v->name);
	buf_add(out, rest.s, rest.len);
	buf_free(&rest);
}

/* Its label is right of it; left of it if there is not the room but there. */
static void
put_bar(struct buf *out, const struct timeline *t, size_t i, int y, bool critical)
{
	const struct timeline_item *v = &t->v[i];
	uint64_t span = timeline_end(t) - t->began;
	int x = x_of(v->began - t->began, span), width = x_of(v->ended - t->began, span) - x, right, room;
	struct buf label = BUF_INIT;
	bool before;

	width = width < 1 ? 1 : width;
	right = WIDTH - (x + width + GAP);
	make_label(&label, v, WIDTH);
	before = (int)label.len * LETTER > right && x - GAP > right;
	room = before ? x - GAP : right;
	if ((int)label.len * LETTER > room) {
		buf_clear(&label);
		make_label(&label, v, room);
	}
	buf_fmt(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>", x, y, width, BAR,
	    v->code ? "#222" : critical ? "#d33" : "#8ab4d8");
	buf_fmt(out, "<text x=\"%d\" y=\"%d\"%s%s>", before ? x - GAP : x + width + GAP, y + BAR - 2, before ? " text-anchor=\"end\"" : "",
	    critical ? " font-weight=\"bold\"" : "");
	put_xml(out, label.s);
	buf_str(out, "</text>\n");
	buf_free(&label);
}

/* From whom a script on the critical path waited for. */
static void
put_link(struct buf *out, const struct timeline *t, size_t i, int top)
{
	uint64_t span = timeline_end(t) - t->began;
	int why = t->v[i].why;

	if (why < 0)
		return;
	buf_fmt(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d33\"/>\n", x_of(t->v[why].ended - t->began, span),
	    top + HEAD + why * ROW + BAR, x_of(t->v[i].began - t->began, span), top + HEAD + (int)i * ROW);
}

static int
put_run(struct buf *out, const struct timeline *t, int top)
{
	int height = HEAD + (int)t->n * ROW;
	size_t critical;
	bool *on = mark_critical(t, &critical);

	buf_fmt(out, "<text x=\"%d\" y=\"%d\" font-size=\"15\">", EDGE, top + 16);
	put_title(out, t, critical);
	buf_str(out, "</text>\n");
	put_axis(out, timeline_end(t) - t->began, top, height);
	for (size_t i = 0; i < t->n; i++)
		if (on[i])
			put_link(out, t, i, top);
	for (size_t i = 0; i < t->n; i++)
		put_bar(out, t, i, top + HEAD + (int)i * ROW, on[i]);
	free(on);
	return height + EDGE;
}

void
chart_svg(struct buf *out, const struct timeline *t, size_t n)
{
	int height = 2 * EDGE, top = EDGE;

	for (size_t i = 0; i < n; i++)
		height += HEAD + (int)t[i].n * ROW + EDGE;
	buf_fmt(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n", WIDTH,
	    height);
	buf_fmt(out, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n", WIDTH, height);
	for (size_t i = 0; i < n; i++)
		top += put_run(out, &t[i], top);
	buf_str(out, "</svg>\n");
}

/* --- the list --- */

static int
by_length(const void *a, const void *b)
{
	const struct timeline_item *const *x = a, *const *y = b;
	uint64_t p = (*x)->ended - (*x)->began, q = (*y)->ended - (*y)->began;

	return p != q ? (p < q ? 1 : -1) : strcmp((*x)->name, (*y)->name);
}

void
chart_blame(struct buf *out, const struct timeline *t, size_t n)
{
	const struct timeline_item **v;
	size_t all = 0, at = 0;

	for (size_t i = 0; i < n; i++)
		all += t[i].n;
	v = mem_alloc(all * sizeof *v);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < t[i].n; k++)
			v[at++] = &t[i].v[k];
	sort_items(v, all, sizeof *v, by_length);
	for (size_t i = 0; i < all; i++) {
		uint64_t us = v[i]->ended - v[i]->began;

		buf_fmt(out, "%5llu.%03us %s %s", (unsigned long long)(us / MILLION), (unsigned)(us % MILLION / 1000), v[i]->name, v[i]->action);
		put_code(out, v[i]->code);
		buf_ch(out, '\n');
	}
	free(v);
}
