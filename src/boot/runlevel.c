#include "boot/runlevel.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "boot/level.h"
#include "os/fd.h"
#include "os/root.h"
#include "os/utmp.h"

enum { LONGEST = 1 << 20 };

static int
slurp(int root, const char *path, struct buf *out)
{
	int fd = root_open(root, path, O_RDONLY | O_NONBLOCK);
	char part[4096];
	ssize_t n;

	buf_clear(out);
	buf_str(out, "");
	if (fd < 0)
		return -1;
	while ((n = fd_read_full(fd, part, sizeof part)) > 0 && out->len < LONGEST)
		buf_add(out, part, (size_t)n);
	close(fd);
	return n < 0 ? -1 : 0;
}

/* A word of the command line that init takes for the runlevel: one digit or S alone, or "single". */
static char
from_kernel(const char *line)
{
	struct vec words = VEC_INIT;
	char level = 0;

	str_split(&words, line, STR_BLANK);
	for (size_t i = 0; i < words.n; i++) {
		const char *w = words.v[i];

		if (strcmp(w, "--") == 0)
			break;
		if (strcmp(w, "single") == 0)
			level = 'S';
		else if (w[0] && !w[1] && level_of(w[0]) > 0)
			level = level_letter(level_of(w[0]));
	}
	vec_free(&words);
	return level;
}

char
runlevel_now(const char *root, char *previous)
{
	static const char *const places[] = { "/run/utmp", "/var/run/utmp" };
	int fd = open(root && *root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct buf text = BUF_INIT;
	char level = 0;

	*previous = 'N';
	if (fd < 0)
		return 0;
	for (size_t i = 0; i < sizeof places / sizeof *places && !level; i++)
		if (slurp(fd, places[i], &text) == 0)
			level = utmp_runlevel(text.s, text.len, previous);
	if (!level && slurp(fd, "/proc/cmdline", &text) == 0)
		level = from_kernel(text.s);
	close(fd);
	buf_free(&text);
	return level;
}
