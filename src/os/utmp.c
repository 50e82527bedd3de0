#include "os/utmp.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { RUNLEVEL_RECORD = 1, LAST_TYPE = 9 };

struct head {	/* what all records start with */
	int16_t type;
	int16_t pad;
	int32_t pid;	/* of a runlevel record: level + 256 * previous level */
};

static struct head
head_at(const char *data)
{
	struct head h;

	memcpy(&h, data, sizeof h);
	return h;
}

static bool
fits(const char *data, size_t n, size_t size)
{
	if (n % size != 0)
		return false;
	for (size_t i = 0; i < n; i += size)
		if (head_at(data + i).type < 0 || head_at(data + i).type > LAST_TYPE)
			return false;
	return true;
}

char
utmp_runlevel(const char *data, size_t n, char *previous)
{
	size_t size = fits(data, n, 384) ? 384 : 400;
	char level = 0;

	if (!fits(data, n, size))
		return 0;
	for (size_t i = 0; i < n; i += size) {
		struct head h = head_at(data + i);
		char one = (char)(h.pid & 0xff);

		if (h.type != RUNLEVEL_RECORD || !one || !strchr("0123456Ss", one))
			continue;
		level = one == 's' ? 'S' : one;
		*previous = (char)(h.pid >> 8 & 0xff);
		if (*previous == 0)
			*previous = 'N';
	}
	return level;
}
