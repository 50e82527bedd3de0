#ifndef SVC_UNIT_H
#define SVC_UNIT_H
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/diag.h"
#include "svc/service.h"
/*
 * Reads unit files, as systemd.syntax(7) and systemd.unit(5) have them, into a service.  A native init script is such a file
 * as it stands: its "#!" line and LSB header are comments.
 */
enum { UNIT_FILE_MAX = 4 * 1024 * 1024, UNIT_LINE_MAX = 1024 * 1024 };	/* bytes, as systemd has for a line */

/* The texts that one service is described by, in the order in which they count: the unit, then its drop-ins. */
struct unit_source {
	char *path;
	struct buf text;
};
struct unit_sources {
	struct unit_source *v;
	size_t n, cap;
	bool nameless;		/* no unit of any package: what systems have for a unit of its name is not for it */
};

/*
 * Append a file.  0, or -1 with an error in the list of remarks: it cannot be read, is no regular file, is empty or a link
 * to /dev/null (systemd calls that masked) or is too long.
 */
int unit_load(struct unit_sources *, const char *path, struct diag *);
/* Append each of the files; those that are empty or a link to /dev/null are passed over, as systemd does with drop-ins. */
int unit_load_dropins(struct unit_sources *, const struct vec *paths, struct diag *);
void unit_sources_free(struct unit_sources *);

/*
 * Make a service of the texts.  name: NAME or NAME@INSTANCE, with or without ".service"; NULL: from the first path.  root (NULL: /)
 * is where specifiers that name the system look.  0; -1 when the service must not be started, with the reasons in the
 * remarks.  *out is valid either way, as full as could be, and is to be given to service_free().  Takes time proportional to the
 * length of the text.
 */
int unit_parse(struct service *out, const struct unit_sources *, const char *name, const char *root, struct diag *);
/*
 * The whole of it for a native script: path as it is (root is not put before it), then the drop-ins
 * ROOT/etc/initwright/NAME.d/ *.conf.  As unit_parse().
 */
int unit_read(struct service *out, const char *path, const char *name, const char *root, struct diag *);
/* One text from memory; file is what messages call it.  As unit_parse(). */
int unit_read_text(struct service *out, const char *text, size_t n, const char *file, const char *name, const char *root, struct diag *);

/*
 * Call fn for each assignment of the texts that stands in [Unit], [Service] or [Install], in order; section is that word, file and
 * line say where.  What is wrong with the texts is passed over.
 */
typedef void unit_line_fn(void *data, const char *section, const char *key, const char *value, const char *file, int line);
void unit_each(const struct unit_sources *, unit_line_fn *fn, void *data);

/* The same for the assignments of one section, of any name, alone. */
void unit_each_in(const struct unit_sources *, const char *section, unit_line_fn *fn, void *data);

/* The name a path gives: its last part without ".service".  The caller frees it. */
char *unit_name_of(const char *path);

#endif
