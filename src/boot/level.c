#include "boot/level.h"

int
level_of(char letter)
{
	if (letter == 'S' || letter == 's')
		return LEVEL_S;
	return letter >= '0' && letter <= '6' ? letter - '0' : -1;
}

char
level_letter(int level)
{
	return level == LEVEL_S ? 'S' : (char)('0' + level);
}

unsigned
level_set(const char *word)
{
	unsigned set = 0;

	for (; *word; word++) {
		int n = level_of(*word);

		if (n < 0)
			return 0;
		set |= LEVEL_BIT(n);
	}
	return set;
}

void
level_print(struct buf *out, unsigned set, const char *sep)
{
	const char *s = "";

	for (int n = 0; n < LEVELS; n++)
		if (set & LEVEL_BIT(n)) {
			buf_str(out, s);
			buf_ch(out, level_letter(n));
			s = sep;
		}
}
