#include "base/json.h"

#include <string.h>

#include "base/utf8.h"

/* The bytes of the character that starts at s, 0 if it is not well formed. */
static size_t
character(const char *s)
{
	size_t left = strnlen(s, 4);

	for (size_t n = 2; n <= left; n++)
		if (utf8_valid(s, n))
			return n;
	return 0;
}

void
json_string(struct buf *out, const char *s)
{
	static const char plain[] = "\"\\\n\r\t", letters[] = "\"\\nrt";
	const char *p;

	buf_ch(out, '"');
	while (*s) {
		size_t n = 1;

		if ((p = strchr(plain, *s)))
			buf_fmt(out, "\\%c", letters[p - plain]);
		else if ((unsigned char)*s < 0x20)
			buf_fmt(out, "\\u%04x", (unsigned char)*s);
		else if ((unsigned char)*s < 0x80)
			buf_ch(out, *s);
		else if ((n = character(s)) > 0)
			buf_add(out, s, n);
		else
			buf_str(out, "\xef\xbf\xbd");
		s += n ? n : 1;
	}
	buf_ch(out, '"');
}

void
json_field(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	buf_fmt(out, ",\"%s\":", name);
	json_string(out, value);
}
