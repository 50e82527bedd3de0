#include "base/die.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/out.h"

const char *progname = "initwright";

/* as much of the text as goes in, behind the n bytes that are there */
static size_t __attribute__((format(printf, 4, 5)))
add(char *line, size_t room, size_t n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	n += fmt_va(line + n, room - n, fmt, ap);
	va_end(ap);
	return n < room ? n : room - 1;
}

static void
report(bool hint, int errnum, const char *fmt, va_list ap)
{
	char line[4096];
	const size_t room = sizeof line - 1;
	int saved = errno;
	size_t n;

	n = add(line, room, 0, "%s: ", progname);
	n += fmt_va(line + n, room - n, fmt, ap);
	if (n >= room)
		n = room - 1;
	if (errnum)
		n = add(line, room, n, ": %s", strerror(errnum));
	line[n++] = '\n';
	if (hint)
		n = add(line, sizeof line, n, "Try '%s --help' for more information.\n", progname);
	/* nowhere left to report a failing stderr to */
	(void)!write(STDERR_FILENO, line, n);
	errno = saved;
}

#define REPORT(hint, errnum) do { \
	va_list ap; \
	va_start(ap, fmt); \
	report(hint, errnum, fmt, ap); \
	va_end(ap); \
} while (0)

void
warn(const char *fmt, ...)
{
	REPORT(false, 0);
}

void
warn_errno(const char *fmt, ...)
{
	REPORT(false, errno);
}

static _Noreturn void
leave(int status)
{
	/* that the command fails is said already */
	(void)out_flush();
	exit(status);
}

void
die(int status, const char *fmt, ...)
{
	REPORT(false, 0);
	leave(status);
}

void
die_errno(int status, const char *fmt, ...)
{
	REPORT(false, errno);
	leave(status);
}

void
usage_die(int status, const char *fmt, ...)
{
	REPORT(true, 0);
	leave(status);
}

void
die_bug(const char *file, int line, const char *what)
{
	warn("BUG at %s:%d: %s", file, line, what);
	abort();
}
