#ifndef SVC_UNITVALUE_H
#define SVC_UNITVALUE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "svc/service.h"
#include "svc/specifier.h"
/*
 * What the right-hand sides of unit file assignments mean: one function for each kind of value.  They store into the service,
 * and leave it as it was with a remark when the value is bad, as systemd does.
 */

/* Where a unit is being read to, and where we are in its text. */
struct unitvalue_ctx {
	struct service *s;
	struct diag *d;
	struct specifier spec;
	const char *file;
	int line;
	size_t condition_floor[2];	/* conditions, asserts before that one were reset by an empty assignment */
};

struct unitvalue_key;
typedef void unitvalue_fn(struct unitvalue_ctx *, const struct unitvalue_key *, const char *value);

/* A row of the table of directives. */
struct unitvalue_key {
	const char *key;
	unitvalue_fn *fn;
	union {
		const char *const *words;	/* for unitvalue_word(): the names in the order of the enum */
		struct {
			int arg;		/* what else fn wants to know */
			int max;
		};
	};
	unsigned short offset;	/* of its field in struct service */
	unsigned char sections;	/* in which of them it may stand: UNITVALUE_ bits */
};
enum { UNITVALUE_UNIT = 1, UNITVALUE_SERVICE = 2, UNITVALUE_INSTALL = 4 };

/* Add a remark on the line that is being read: "KEY=: TEXT". */
void unitvalue_warn(struct unitvalue_ctx *, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void unitvalue_error(struct unitvalue_ctx *, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Text of others for a message: printable, not too long.  The caller frees it. */
char *unitvalue_shown(const char *value);
/* "bad value "X", ignored" and so on. */
void unitvalue_bad(struct unitvalue_ctx *, const char *key, const char *value);
/* specifier_expand() with a remark on failure, an error if fatal. */
char *unitvalue_expand(struct unitvalue_ctx *, const char *key, const char *value, bool fatal);
/*
 * Take "//", "/./" and a final slash out of a path that is absolute, or is not, and has no "..": returns it, or NULL with a
 * remark after freeing it.
 */
char *unitvalue_clean_path(struct unitvalue_ctx *, const char *key, char *path, bool absolute, bool fatal);
/* The same for a value as written: specifiers are expanded first.  The caller frees it. */
char *unitvalue_abs_path(struct unitvalue_ctx *, const char *key, const char *value, bool fatal);
/* The same for a path below some folder. */
char *unitvalue_rel_path(struct unitvalue_ctx *, const char *key, const char *value);
/* Keep the directive in the list of those that have no effect here. */
void unitvalue_ignore(struct unitvalue_ctx *, const char *key, const char *value, bool protects);
/*
 * What was kept there of earlier lines of that directive is taken back, so nothing of it is lost.  Cleared rows without a key stay, until the
 * whole is read.
 */
void unitvalue_honour(struct unitvalue_ctx *, const char *key);
/* The same with a remark: what of it is missing. */
void unitvalue_lack(struct unitvalue_ctx *, const char *key, const char *value, bool partly, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* A whole number as C writes it (0x, 0 and 0b count), from min to max.  0, or -1 with errno. */
int unitvalue_number(const char *s, int64_t min, int64_t max, int64_t *out);

unitvalue_fn unitvalue_bool;
unitvalue_fn unitvalue_span;	/* microseconds; arg 1: 0 means for ever; arg 2: for ever means 0 */
unitvalue_fn unitvalue_mode;
unitvalue_fn unitvalue_int;	/* from arg to max */
unitvalue_fn unitvalue_count;	/* unsigned */
unitvalue_fn unitvalue_signal;
unitvalue_fn unitvalue_word;
unitvalue_fn unitvalue_string;	/* specifiers expanded; empty: NULL */
unitvalue_fn unitvalue_path;	/* absolute, specifiers expanded; empty: NULL; arg 1: a bad one is an error */
unitvalue_fn unitvalue_limit;	/* arg: RLIMIT_ number */

#endif
