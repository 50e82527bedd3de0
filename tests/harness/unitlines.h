#ifndef HARNESS_UNITLINES_H
#define HARNESS_UNITLINES_H
/* Units of which only some lines in [Service] matter. */
#include "harness/unit.h"

#include "base/diag.h"
#include "base/mem.h"
#include "svc/unit.h"

/* what the last with() or read_lines() had to say */
static struct diag remarks;

/* A unit with these lines in [Service]; one ExecStart= is there.  0, or -1 where it is unusable. */
static inline int
with(struct service *s, const char *lines)
{
	char *text = mem_fmt("[Service]\nExecStart=/bin/x\n%s\n", lines);
	int r;

	diag_free(&remarks);
	r = unit_read_text(s, text, strlen(text), "f", "n@i", NULL, &remarks);
	free(text);
	return r;
}

/* The same, and it is to be usable; how many remarks there were. */
static inline size_t
read_lines(struct service *s, const char *lines)
{
	assert_int_equal(with(s, lines), 0);
	return remarks.n;
}

#endif
