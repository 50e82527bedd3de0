#include "gen/report.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "gen/shell.h"

static void
add_json_line(struct buf *out, const struct lost_line *l)
{
	buf_fmt(out, "{\"line\":%d", l->line);
	json_field(out, "file", l->file);
	json_field(out, "directive", l->key);
	json_field(out, "value", l->value);
	json_field(out, "grade", lost_grade_name(l->grade));
	json_field(out, "text", l->text);
	buf_fmt(out, ",\"protects\":%s}", l->protects ? "true" : "false");
}

static void
add_json(struct buf *out, bool first, const char *unit, const char *path, const struct lost *lost, const char *error)
{
	buf_str(out, first ? "{\"unit\":" : ",{\"unit\":");
	json_string(out, unit);
	json_field(out, "path", path);
	json_field(out, "error", error);
	buf_str(out, ",\"lines\":[");
	for (size_t i = 0; i < lost->n; i++) {
		if (i > 0)
			buf_ch(out, ',');
		add_json_line(out, &lost->v[i]);
	}
	buf_str(out, "]}");
}

static void
add_text(struct buf *out, const char *unit, const struct lost *lost, const char *error)
{
	if (error) {
		shell_comment(out, unit);
		buf_str(out, ": unusable: ");
		shell_comment(out, error);
		buf_ch(out, '\n');
	}
	for (size_t i = 0; i < lost->n; i++) {
		const struct lost_line *l = &lost->v[i];
		char *line = mem_fmt("%s:%d: %s=%s: %s%s%s", l->file, l->line, l->key, l->value, lost_grade_name(l->grade),
		    l->text ? ": " : "", l->text ? l->text : "");

		shell_comment(out, line);
		buf_ch(out, '\n');
		free(line);
	}
}

void
report_add(struct report *r, const char *unit, const char *path, const struct lost *lost, const char *error)
{
	if (r->json)
		add_json(&r->text, r->units == 0, unit, path, lost, error);
	else
		add_text(&r->text, unit, lost, error);
	r->units++;
	if (error)
		r->unusable++;
	else if (lost->count[LOST_PART] + lost->count[LOST_ALL] == 0)
		r->whole++;
	for (int g = 0; g <= LOST_ALL; g++)
		r->count[g] += lost->count[g];
}

char *
report_take(struct report *r)
{
	struct buf out = BUF_INIT;
	const size_t *n = r->count;

	if (r->json) {
		buf_str(&out, "{\"target\":");
		json_string(&out, r->target);
		buf_fmt(&out, ",\"units\":[%s],\"summary\":{\"units\":%zu,\"whole\":%zu,\"unusable\":%zu,\"honoured\":%zu,\"note\":%zu,\"partly\":%zu,"
		    "\"not\":%zu}}\n", r->text.s ? r->text.s : "", r->units, r->whole, r->unusable, n[LOST_NOTHING], n[LOST_NOTE], n[LOST_PART], n[LOST_ALL]);
	} else
		buf_fmt(&out, "%s%s: %zu unit%s: %zu honoured as a whole, %zu unusable; %zu lines: %zu honoured, %zu without a meaning here, "
		    "%zu partly, %zu not\n", r->text.s ? r->text.s : "", r->target, r->units, r->units == 1 ? "" : "s", r->whole, r->unusable,
		    n[LOST_NOTHING] + n[LOST_NOTE] + n[LOST_PART] + n[LOST_ALL], n[LOST_NOTHING], n[LOST_NOTE], n[LOST_PART], n[LOST_ALL]);
	buf_free(&r->text);
	return buf_take(&out);
}
