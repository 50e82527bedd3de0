#ifndef BOOT_HEADER_H
#define BOOT_HEADER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
/*
 * What an init script says about itself: its LSB block (Linux Standard Base 3.1, chapter 20, and the X- keys of insserv(8)),
 * its "# chkconfig:" line, or, for an openrc-run script, its depend() function.
 */
enum header_list {
	HEADER_PROVIDES,
	HEADER_REQUIRED_START,
	HEADER_REQUIRED_STOP,
	HEADER_SHOULD_START,
	HEADER_SHOULD_STOP,
	HEADER_START_BEFORE,	/* X-Start-Before */
	HEADER_STOP_AFTER,	/* X-Stop-After */
	HEADER_LISTS
};

struct header_word {
	const char *name;
	int line, column;	/* where it stands in header.file, from 1 */
	enum header_list list;
};

enum header_kind { HEADER_NONE, HEADER_LSB, HEADER_OPENRC };

struct header {
	struct header_word *words;	/* in the order of the file; owned, with the strings of all of them and `file` behind them */
	size_t n;
	const char *file;		/* what was read, for messages */
	enum header_kind kind;
	bool broken;			/* there is a block that does not end, or the script cannot be read; nothing was used */
	bool native;			/* a script for svrun */
	bool interactive;		/* X-Interactive: true */
	unsigned start, stop;		/* Default-Start, Default-Stop: sets of boot/level.h */
	bool has_start, has_stop;	/* the key is there, its set may be empty */
	bool chkconfig;			/* a valid "# chkconfig:" line: */
	unsigned chk_levels;		/* its levels; empty for "-" */
	int chk_start, chk_stop;	/* its numbers, 0 .. 99 */
};

/*
 * Read the header out of the n bytes of a script (or of an override file); text[n] is there too, and all of it is scratch
 * room for the call.  Takes any bytes, in time linear in n, and always leaves a header that header_free() takes.  Defects go
 * to diag, those that make the script unusable as errors.
 */
void header_parse(struct header *, const char *file, char *text, size_t n, struct diag *diag);
/* Has the text, the start of a file, all that header_parse() would use?  It is not changed. */
bool header_is_whole(char *text, size_t n);
/* Is the line of n bytes "### WHAT INIT INFO", as it starts (BEGIN) and ends (END) the block? */
bool header_is_mark(const char *line, size_t n, const char *what);
/* A name as headers can have it: letters, digits and ._+- stay, the rest becomes '-'.  The caller frees it. */
char *header_name(const char *s);
/* What was made of a template says INSTANCE in its header: put that of the script's name, NAME@INSTANCE, there.  Another text stays as it is. */
void header_put_instance(struct buf *text, const char *script);
/* Has it a word in that list? */
bool header_has(const struct header *, enum header_list, const char *name);
void header_free(struct header *);

#endif
