#ifndef BASE_OPT_H
#define BASE_OPT_H
#include <getopt.h>
#include <stdio.h>
/*
 * One row per option of a command.  The rows are the one source for parsing, --help, shell completion and the
 * test that the man page names each option and no other.  A table ends with a row of zeroes.
 */
enum { OPT_MAX = 112, OPT_LONG = 256 };

struct opt {
	int id;			/* a letter, or OPT_LONG + n for an option with a long name only */
	const char *name;	/* long name, or NULL */
	const char *arg;	/* what its argument is called, "[X]" if it may be left out, NULL if there is none */
	const char *help;	/* one line, lower case, no full stop */
};

struct optscan {
	const struct opt *rows;
	struct option lng[OPT_MAX + 1];
	char shrt[3 * OPT_MAX + 3];
};

/* How operands and options may mix: OPT_STOP ends options at the first operand (POSIX); OPT_MIX lets them follow. */
enum opt_order { OPT_STOP, OPT_MIX };

/* Start reading options.  The table must outlive the scan. */
void opt_begin(struct optscan *, const struct opt *rows, enum opt_order order);
/*
 * The id of the next option, with its argument in optarg; -1 when only operands are left, from optind on; '?' after a
 * message for an option that is unknown, ambiguous, or lacks or has an argument against its row.
 */
int opt_next(struct optscan *, int argc, char *argv[]);
/* The rows as --help prints them. */
void opt_help(FILE *, const struct opt *rows);
/* The rows as "letter<TAB>name<TAB>argument<TAB>help", "-" for what is not there: for completion and tests. */
void opt_list(FILE *, const struct opt *rows);

#endif
