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
	size_t size = inflate_size(packed, sizeof packed);
	char *text = mem_alloc(size);

	if (inflate(text, size, packed, sizeof packed) != 0)
		BUG("the parts of scripts are not what was packed");
	buf_add(all, text, size);
	free(text);
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
