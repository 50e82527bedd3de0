#include "gen/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "base/inflate.h"
#include "base/mem.h"
#include "base/str.h"

static const unsigned char packed[] = {
#include "gen/parts.inc"
};

void
parts_open(struct buf *all)
{
	if (inflate(all, packed, sizeof packed) != 0)
		BUG("the parts of scripts are not what was packed");
}

void
parts_add(struct buf *out, const struct buf *all, const char *file, const char *part)
{
	char *head = mem_fmt("#: %s %s\n", file, part);
	const char *from = str_find(all->s, head), *end;

	if (!from)
		BUG("a part of scripts is missing");
	from += strlen(head);
	end = str_find(from, "\n#: ");
	buf_add(out, from, end ? (size_t)(end + 1 - from) : strlen(from));
	free(head);
}
