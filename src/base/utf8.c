#include "base/utf8.h"

/* Length of the character that starts at s, 0 if none does. */
static size_t
length(const unsigned char *s, size_t n)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xC2 && s[0] < 0xE0 ? 2 : (s[0] & 0xF0) == 0xE0 ? 3 : s[0] >= 0xF0 && s[0] < 0xF5 ? 4 : 0;

	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F))
		return 0;
	if ((s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
		return 0;
	return len;
}

bool
utf8_valid(const char *s, size_t n)
{
	while (n > 0) {
		size_t len = length((const unsigned char *)s, n);

		if (len == 0)
			return false;
		s += len;
		n -= len;
	}
	return true;
}

void
utf8_clean(char *out, size_t size, const char *s, size_t n)
{
	size_t room = size - 1, len;

	for (; n > 0; s += len, n -= len) {
		const unsigned char *c = (const unsigned char *)s;
		size_t whole = length(c, n);

		len = whole ? whole : 1;
		if (len > room)
			break;
		/* U+0080 to U+009F are controls to some terminals */
		if (!whole || (len == 2 && c[0] == 0xC2 && c[1] < 0xA0))
			*out++ = '?', room--;
		else if (len == 1)
			*out++ = *c < ' ' || *c == 127 ? ' ' : *s, room--;
		else
			for (size_t i = 0; i < len; i++, room--)
				*out++ = s[i];
	}
	*out = '\0';
}

size_t
utf8_put(char *out, uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3F));
	out[0] = (char)(lead[n] | c);
	return n;
}
