#include "svc/outcome.h"

#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

#include "base/fmt.h"

bool
outcome_failed(const struct outcome *o)
{
	return strcmp(o->result, "success") != 0;
}

void
outcome_fail(struct outcome *o, const char *result, int code, const char *fmt, ...)
{
	va_list ap;

	if (outcome_failed(o))
		return;
	o->result = result;
	o->code = code;
	va_start(ap, fmt);
	fmt_va(o->text, sizeof o->text, fmt, ap);
	va_end(ap);
}

const char *
outcome_word(int status)
{
	return WIFSIGNALED(status) ? WCOREDUMP(status) ? "core-dump" : "signal" : "exit-code";
}

int
outcome_exited(int code)
{
	return code << 8;
}
