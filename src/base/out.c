#include "base/out.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

enum { BLOCK = 4096 };

static struct buf waiting = BUF_INIT;
static int failed;	/* errno of the first write that did, until out_flush() said so */

static void
write_waiting(void)
{
	size_t done = 0;

	while (done < waiting.len && !failed) {
		ssize_t k = write(STDOUT_FILENO, waiting.s + done, waiting.len - done);

		if (k >= 0)
			done += (size_t)k;
		else if (errno != EINTR)
			failed = errno;
	}
	buf_clear(&waiting);
}

void
out_add(const void *data, size_t n)
{
	buf_add(&waiting, data, n);
	if (waiting.len >= BLOCK)
		write_waiting();
}

void
out_str(const char *s)
{
	out_add(s, strlen(s));
}

void
out_fmt(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_va(&waiting, fmt, ap);
	va_end(ap);
	out_add("", 0);
}

int
out_flush(void)
{
	write_waiting();
	errno = failed;
	failed = 0;
	return errno ? -1 : 0;
}

void
out_err(const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_va(&text, fmt, ap);
	va_end(ap);
	/* nowhere left to report a failing stderr to */
	(void)!write(STDERR_FILENO, text.s, text.len);
	buf_free(&text);
}
