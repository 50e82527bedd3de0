#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/mem.h"

void
diag_add(struct diag *d, enum diag_level level, const char *file, int line, int column, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	fmt_va(text, sizeof text, fmt, ap);
	va_end(ap);
	for (char *p = text; *p; p++)
		if (((unsigned char)*p < ' ' && *p != '\n' && *p != '\t') || *p == 127)
			*p = '?';
	d->v = mem_grow(d->v, &d->cap, d->n + 1, sizeof *d->v);
	d->v[d->n++] = (struct diag_item){ level, mem_str(file), line, column, mem_str(text) };
	d->errors += level == DIAG_ERROR;
}

char *
diag_text(const struct diag_item *i)
{
	struct buf b = BUF_INIT;

	buf_str(&b, i->file);
	for (size_t k = 0; k < b.len; k++)
		if ((unsigned char)b.s[k] < ' ' || b.s[k] == 127)
			b.s[k] = '?';
	if (i->line)
		buf_fmt(&b, ":%d", i->line);
	if (i->line && i->column)
		buf_fmt(&b, ":%d", i->column);
	buf_fmt(&b, ": %s", i->text);
	return buf_take(&b);
}

void
diag_warn(const struct diag *d, size_t first, size_t n, enum diag_level least)
{
	for (size_t i = first; i < first + n && i < d->n; i++)
		if (d->v[i].level <= least) {
			char *text = diag_text(&d->v[i]);

			warn("%s", text);
			free(text);
		}
}

const struct diag_item *
diag_first_error(const struct diag *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].level == DIAG_ERROR)
			return &d->v[i];
	return NULL;
}

void
diag_free(struct diag *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->v[i].file);
		free(d->v[i].text);
	}
	free(d->v);
	*d = (struct diag)DIAG_INIT;
}
