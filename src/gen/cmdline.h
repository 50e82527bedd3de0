#ifndef GEN_CMDLINE_H
#define GEN_CMDLINE_H
#include "base/buf.h"
#include "base/vec.h"
/*
 * A service from a command line: the unit text that says so.
 */
struct cmdline {
	const char *exec;	/* the program and its arguments, as ExecStart= has them */
	const char *name, *description, *user, *group, *pid_file, *type, *directory, *reload;	/* NULL: not given */
	const char *default_file;	/* read as EnvironmentFile= if it is there; NULL: none */
	struct vec env;		/* NAME=VALUE */
	struct vec after;	/* names of services or units */
};

/*
 * Append the unit.  Values are quoted, so that they come out of the unit reader as they were given, but for exec: that is read
 * as in a unit, with its quotes, escapes, $ and %.  NULL, or what is wrong; the caller frees it.
 */
char *cmdline_unit(struct buf *out, const struct cmdline *);
/* The name that the program of a command line gives to its service.  The caller frees it. */
char *cmdline_name(const char *exec);

#endif
