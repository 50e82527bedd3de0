#ifndef SVC_MATCH_H
#define SVC_MATCH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "os/proc.h"
/*
 * Which processes are meant.  A match is a set of rules that must all hold; match_pid() says whether they hold for one
 * process, match_scan() finds all that there are.  What it says may be untrue a moment later: before a signal, take hold
 * by os/procref.h and ask match_pid() again.
 */

enum match_rule {
	MATCH_PARENT,		/* its parent is ppid */
	MATCH_USER,		/* its effective user is uid */
	MATCH_EXEC,		/* it runs exec, or the script exec */
	MATCH_NAME,		/* its name is name */
	MATCH_ALIVE,		/* it is no zombie */
	MATCH_START,		/* it began at `start` */
	MATCH_NAMESPACE,	/* it lives in our pid namespace */
	MATCH_OTHER,		/* it is neither this process nor, unless the pid was given, one of its ancestors */
	MATCH_RULES
};

enum match_answer { MATCH_NO, MATCH_YES, MATCH_UNKNOWN };	/* unknown: the kernel denies us the look (EACCES) */

struct match {
	pid_t pid;		/* only this one; 0: any */
	pid_t ppid;		/* 0: any */
	bool by_user;
	uid_t uid;
	const char *exec;	/* absolute path or NULL; call match_prepare() after setting it */
	const char *name;	/* longer than the kernel's 15 characters is fine; NULL: any */
	uint64_t start;		/* start time as os/proc.h has it; 0: any */
	bool any_namespace;	/* other pid namespaces too */
	bool zombies;		/* zombies too */
	bool named_exec;	/* MATCH_EXEC also by name: the last part of exec is comm (killproc's -x) */
	bool literal;		/* MATCH_EXEC by path text and argv[0] alone, not by inode (busybox) */
	const pid_t *sessions;	/* processes of these sessions are left out; n_sessions of them */
	size_t n_sessions;

	/* filled by match_prepare() and match_scan() */
	bool exec_there;	/* the file exists; else processes are known by the path's text */
	dev_t dev;		/* of the file, or of a script's interpreter */
	ino_t ino;
	char *real;		/* owned; exec without symbolic links */
	bool script;		/* exec begins with #! */
	char interpreter[64];	/* its interpreter is env(1): the name of what that looks up; else "" */
	dev_t script_dev;
	ino_t script_ino;
	bool unknown;		/* match_scan() met a process that may be one of them, but was not shown to us */
};

/*
 * Pids, in the order of their finding.  Start with MATCH_PIDS_INIT; v is owned and freed by match_pids_free().  Or start with v and cap of an array of
 * the caller's, and borrowed true: the heap is then not touched for a few pids.
 */
struct match_pids {
	pid_t *v;
	size_t n, cap;
	bool borrowed;
};
#define MATCH_PIDS_INIT { NULL, 0, 0, false }

/* Look at the files that the rules name.  0; -1 with errno when exec is there and cannot be looked at.  A missing one is fine. */
int match_prepare(struct match *);
void match_free(struct match *);
/* Do all rules hold for the process? */
enum match_answer match_pid(const struct match *, pid_t pid);
/* Does one rule hold?  For explanations: match_pid() is faster. */
enum match_answer match_rule(const struct match *, pid_t pid, enum match_rule rule);
/* Was the rule asked for? */
bool match_wants(const struct match *, enum match_rule rule);
/* "executable", "user", ...: what the rule is about. */
const char *match_rule_text(enum match_rule);
/*
 * Add all processes for which the rules hold, at most max of them: the search ends there.  0; -1 with errno: ENOENT when there is
 * nothing in /proc.
 */
int match_scan(struct match *, struct match_pids *, size_t max);
/*
 * Add what began since the mark was taken and was not there then, and move the mark to now.  Cheap when few processes began; the
 * pids may not have come round once since the mark: call it every proc_mark_span() (os/proc.h) or earlier.  0; -1 with errno.
 */
int match_since(struct match *, struct proc_mark *, struct match_pids *);
void match_pids_free(struct match_pids *);

#endif
