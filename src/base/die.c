#include "base/die.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *progname = "initwright";

static void
report(const char *tail, int errnum, const char *fmt, va_list ap)
{
	char line[4096];
	const size_t room = sizeof line - 1;
	int saved = errno;
	size_t n;

	n = (size_t)snprintf(line, room, "%s: ", progname);
	if (n < room)
		n += (size_t)vsnprintf(line + n, room - n, fmt, ap);
	if (errnum && n < room)
		n += (size_t)snprintf(line + n, room - n, ": %s", strerror(errnum));
	if (n >= room)
		n = room - 1;
	line[n++] = '\n';
	if (tail && n < room)
		n += (size_t)snprintf(line + n, room - n, "%s", tail);
	if (n > room)
		n = room;
	/* nowhere left to report a failing stderr to */
	(void)!write(STDERR_FILENO, line, n);
	errno = saved;
}

#define REPORT(tail, errnum) do { \
	va_list ap; \
	va_start(ap, fmt); \
	report(tail, errnum, fmt, ap); \
	va_end(ap); \
} while (0)

void
warn(const char *fmt, ...)
{
	REPORT(NULL, 0);
}

void
warn_errno(const char *fmt, ...)
{
	REPORT(NULL, errno);
}

void
die(int status, const char *fmt, ...)
{
	REPORT(NULL, 0);
	exit(status);
}

void
die_errno(int status, const char *fmt, ...)
{
	REPORT(NULL, errno);
	exit(status);
}

void
usage_die(int status, const char *fmt, ...)
{
	char tail[160];

	snprintf(tail, sizeof tail, "Try '%s --help' for more information.\n", progname);
	REPORT(tail, 0);
	exit(status);
}

void
die_bug(const char *file, int line, const char *what)
{
	warn("BUG at %s:%d: %s", file, line, what);
	abort();
}
