#ifndef SVC_MATCH_RULES_H
#define SVC_MATCH_RULES_H
#include "os/proc.h"
#include "svc/match.h"
/* What each rule of a match asks of a process; svc/match.c goes over processes and rules. */

/* one process while it is looked at */
struct match_rules_view {
	int proc;			/* descriptor of /proc, or AT_FDCWD where no rule needs it */
	unsigned wanted;		/* a bit for each rule that it has to keep */
	pid_t pid;
	char name[PROC_DIGITS];		/* the digits of the pid */
	unsigned len;			/* how many */
	bool have_stat;			/* false at first: the rules read it, once */
	int stat_result;
	struct proc_stat stat;
};

struct match_rules_row {
	bool (*wants)(const struct match *);	/* does the match have this rule? */
	enum match_answer (*holds)(const struct match *, struct match_rules_view *);
	const char *text;			/* as match_rule_text() */
};
/* in the order in which they are to be asked */
extern const struct match_rules_row match_rules[MATCH_RULES];

#endif
