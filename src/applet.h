#ifndef APPLET_H
#define APPLET_H
#include "base/opt.h"

/* A command: one constant of this kind, in the one file src/cmd/NAME.c, as NAME_applet ('-' and '.' become '_'). */
struct applet {
	const char *name;		/* what it is called by */
	const char *const *aliases;	/* other names, NULL-terminated, or NULL */
	const char *synopsis;		/* what follows the name in the usage line; more lines each start with "\n" */
	const char *summary;		/* one line */
	const struct opt *opts;		/* the rows, ended by zeroes */
	int (*main)(int argc, char *argv[]);	/* argv[0] is the name it was called by; returns the exit status */
};

/* All commands of this binary in the order of their names, NULL-terminated (applets.c). */
extern const struct applet *const applets[];
/* Their symbols one behind the other, each with a NUL, without "_applet": to find one without a look at all of them (applets.c). */
extern const char applet_symbols[];

/* The command of that name or alias, or NULL. */
const struct applet *applet_find(const char *name);
/* Set progname, answer --help and --version, else run it.  Returns the exit status. */
int applet_run(const struct applet *, int argc, char *argv[]);
/* Write what --help prints to the descriptor.  0; -1 with errno. */
int applet_help(int fd, const struct applet *);
/* Write the text to standard output, or die; the text is freed.  Returns 0. */
int applet_print(struct buf *);
/* Completion for all commands: shell is bash, zsh or fish.  -1 if it is none of them. */
int applet_complete(struct buf *, const char *shell);

#endif
