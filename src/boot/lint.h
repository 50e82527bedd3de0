#ifndef BOOT_LINT_H
#define BOOT_LINT_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/diag.h"
#include "boot/facility.h"
#include "boot/header.h"
#include "boot/lex.h"
/*
 * What in an init script will hurt, found by reading it: the header, constructs that its shell does not have, functions that its
 * library does not have, pidfiles, lock files and calls of start-stop-daemon.  It says only what it is sure of: a word that depends
 * on what a variable holds at run time is left alone.
 */
enum lint_code {
	LINT_NO_HEADER, LINT_HEADER_SYNTAX, LINT_HEADER_END, LINT_KEY_MISSING, LINT_KEY_UNKNOWN, LINT_KEY_TWICE, LINT_KEY_CASE,
	LINT_FACILITY_UNKNOWN, LINT_PROVIDES_FACILITY, LINT_NEEDS_ITSELF, LINT_LEVEL_BOTH, LINT_LEVEL_CONTRADICTION,
	LINT_NO_INTERPRETER, LINT_CARRIAGE_RETURN, LINT_NOT_EXECUTABLE,
	LINT_BASHISM, LINT_FUNCTION_NAME,
	LINT_ACTION_MISSING, LINT_ACTION_UNKNOWN, LINT_STATUS_LOST,
	LINT_SOURCE_UNTESTED, LINT_FUNCTION_FOREIGN, LINT_OPTION_ORDER,
	LINT_PIDFILE_WRITABLE, LINT_PIDFILE_ALONE, LINT_PIDFILE_LEFT, LINT_KILL_PIDFILE, LINT_KILL_BY_NAME,
	LINT_LOCK_MISSING, LINT_LOCK_LEFT, LINT_LOCK_NAME,
	LINT_SSD_DIALECT, LINT_SSD_NAME, LINT_SSD_RELATIVE, LINT_SSD_FOREGROUND, LINT_SSD_NO_RETRY, LINT_SSD_SIGNAL, LINT_SSD_OPTION,
	LINT_RUN_BROKEN, LINT_RUN_USAGE, LINT_RUN_FAILS, LINT_RUN_CODE, LINT_RUN_STATUS, LINT_RUN_NOTHING, LINT_RUN_LATE, LINT_RUN_TWICE, LINT_RUN_RESTART,
	LINT_RUN_EARLY, LINT_RUN_LEFT, LINT_RUN_FILES, LINT_RUN_KILLS, LINT_RUN_SKIPPED,
	LINT_CODES
};

struct lint_rule {
	const char *code;	/* "no-header" */
	enum diag_level level;
	const char *why;	/* what it means */
	const char *write;	/* what to write instead */
};

struct lint_finding {
	enum lint_code code;
	size_t number;		/* in the order in which they were found */
	int line, column;	/* from 1; 0: the whole file */
	char *text;		/* owned */
	char *output;		/* what the script printed, as it is; NULL: nothing, or it was not run; owned */
	bool fixable;		/* then the bytes from `at`, n of them, become `with` */
	size_t at, n;
	char *with;		/* owned */
};

enum lint_shell { LINT_POSIX, LINT_BASH, LINT_OTHER_LANGUAGE };

struct lint {
	struct lint_finding *v;	/* owned; in the order of lines once lint_read() is through */
	size_t n, cap;
	/* what the modules of the checks share: */
	const char *name;	/* the script's file name; not owned */
	const char *text;
	size_t size;
	enum lint_shell shell;
	bool binary;		/* a program, or no text at all */
	bool interpreted;	/* for init-d-script, svrun or openrc-run: actions are not its own */
	unsigned families;	/* LINT_FAMILY_..., of boot/lint_family.h */
	unsigned own_names;	/* for boot/lint_shell.c */
	struct { size_t at; int line, column; } place;	/* where it looked last, for boot/lint_shell.c */
	struct header header;
	struct lex lex;
};

/*
 * Read a script of n bytes, with a NUL behind them.  name is its file name, which is that of the service; mode its permissions, 0 if unknown; facilities, those
 * of the tree, may be NULL.  text must stay until lint_free().
 */
void lint_read(struct lint *, const char *name, const char *text, size_t n, mode_t mode, const struct facilities *);
const struct lint_rule *lint_rule(enum lint_code);
/* Append the script with all that is fixable fixed. */
void lint_fix(const struct lint *, struct buf *out);
void lint_free(struct lint *);
/* Put the findings in the order of lines again, after more were added. */
void lint_sort(struct lint *);

/* For the modules of the checks: note a finding; the text is formatted as by printf(3). */
void lint_add(struct lint *, enum lint_code, int line, int column, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* The same, at a token. */
void lint_at(struct lint *, enum lint_code, size_t token, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The last finding comes with what the script printed. */
void lint_output(struct lint *, const char *output);
/* The last finding can be fixed: the n bytes from `at` on become `with`. */
void lint_fixable(struct lint *, size_t at, size_t n, const char *with);

#endif
