#include "gen/native.h"

#include <stdlib.h>
#include <string.h>

#include "gen/lsb.h"

static void
write_line(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_ch(out, (unsigned char)*text < ' ' || *text == 127 ? ' ' : *text);
	buf_ch(out, '\n');
}

static void
write_ignored(struct buf *out, const struct service *s)
{
	if (s->n_ignored == 0)
		return;
	buf_str(out, "#\n# These directives of the unit have no effect here (* would have protected the system):\n");
	for (size_t i = 0; i < s->n_ignored; i++) {
		const struct service_ignored *x = &s->ignored[i];
		struct buf line = BUF_INIT;

		buf_fmt(&line, "#  %s %s:%d: %s=%s", x->protects ? "*" : " ", x->file, x->line, x->key, x->value);
		write_line(out, line.s);
		buf_free(&line);
	}
}

/* As it is, but for a byte order mark, which only means something at the start of a file. */
static void
write_text(struct buf *out, const struct buf *text)
{
	size_t skip = text->len >= 3 && memcmp(text->s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	buf_add(out, text->s + skip, text->len - skip);
	if (out->s[out->len - 1] != '\n')
		buf_ch(out, '\n');
}

/*
 * The empty line ends what a backslash at the end of the text before would continue; the section takes what a drop-in
 * says before its first section line, which systemd passes over too.
 */
static void
write_dropin(struct buf *out, const struct unit_source *src)
{
	buf_str(out, "\n# drop-in ");
	write_line(out, src->path);
	buf_str(out, "[X-Drop-In]\n");
	write_text(out, &src->text);
}

int
native_generate(struct buf *out, const struct service *s, const struct unit_sources *src, const char *name, struct diag *d)
{
	struct lsb l;

	if (src->v[0].text.len >= 2 && memcmp(src->v[0].text.s, "#!", 2) == 0) {
		diag_add(d, DIAG_ERROR, src->v[0].path, 0, 0, "it is a script already");
		return -1;
	}
	lsb_make(&l, s, name);
	if (!*l.start)
		diag_add(d, DIAG_WARN, src->v[0].path, 0, 0, "no runlevel starts it by default: nothing that is reached at boot wants it");
	buf_str(out, "#!" LIBEXEC "/svrun\n");
	lsb_write(out, &l);
	buf_str(out, "#\n# Made by initgen from ");
	write_line(out, src->v[0].path);
	buf_str(out, "# What follows is that unit; change it here, or in /etc/initwright/NAME.d/*.conf.\n");
	write_ignored(out, s);
	buf_ch(out, '\n');
	write_text(out, &src->v[0].text);
	for (size_t i = 1; i < src->n; i++)
		write_dropin(out, &src->v[i]);
	lsb_free(&l);
	return 0;
}
