#ifndef BASE_OPT_H
#define BASE_OPT_H
#include <stdbool.h>
#include <unistd.h>

#include "base/buf.h"
/*
 * One row per option of a command.  The rows are the one source for parsing, --help, shell completion and the
 * test that the man page names each option and no other.  A table ends with a row of zeroes.
 */
enum { OPT_LONG = 256 };

struct opt {
	int id;			/* a letter, or OPT_LONG + n for an option with a long name only */
	const char *name;	/* long name, or NULL */
	const char *arg;	/* what its argument is called, "[X]" if it may be left out, NULL if there is none */
	const char *help;	/* one line, lower case, no full stop */
};

struct optscan {
	const struct opt *rows;
	const char *rest;	/* letters of a word that are not read yet */
	int at;			/* the next word to look at */
	bool mix;
};

/* How operands and options may mix: OPT_STOP ends options at the first operand (POSIX); OPT_MIX lets them follow. */
enum opt_order { OPT_STOP, OPT_MIX };

/* Start reading options.  The table must outlive the scan. */
void opt_begin(struct optscan *, const struct opt *rows, enum opt_order order);
/*
 * The id of the next option, with its argument in optarg; -1 when only operands are left, from optind on; '?' after a
 * message for an option that is unknown, ambiguous, or lacks or has an argument against its row.
 *
 * It reads words as getopt_long(3) does, long names cut short and operands moved behind the options included.  getopt itself is not used: its
 * words and its ways differ between C libraries.  Its variables, optarg and optind of <unistd.h>, are defined here in its place.
 */
int opt_next(struct optscan *, int argc, char *argv[]);
/* Add the rows as --help prints them. */
void opt_help(struct buf *, const struct opt *rows);
/* Add the rows as "letter<TAB>name<TAB>argument<TAB>help", "-" for what is not there: for completion and tests. */
void opt_list(struct buf *, const struct opt *rows);

#endif
