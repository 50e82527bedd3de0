#ifndef SVC_DROP_H
#define SVC_DROP_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/vec.h"
#include "svc/child.h"
#include "svc/context.h"
#include "svc/service.h"
/*
 * Running one command with fewer rights: the plan of the privilege droppers.  What is asked for becomes directives of a unit, alone or behind those
 * of a unit file; from there on it is the way that every service takes.
 *
 * 1. drop_init()   2. fields and drop_line()   3. drop_plan()   4. drop_explain() or drop_open(), drop_exec()   5. drop_free()
 */
struct drop {
	const char *unit;	/* a unit to begin with, a path or a name, with its drop-ins; NULL: nothing but the user is changed, and all rights go */
	const char *user;	/* name or number; NULL: stay who we are */
	const char *group;	/* NULL: the user's */
	struct vec groups;	/* with exact_groups: these and no others */
	bool exact_groups;
	bool keep_groups;	/* the ones that we have */
	bool keep_rights;	/* capability bounding set, ability to gain privileges, terminal: as they are */
	bool keep_env;		/* the caller's environment, and not a clean one */
	bool user_env;		/* ... with HOME set to the user's */
	bool keep_fds;
	struct vec unset, env;	/* names to remove, NAME=VALUE to add, in the end */
	bool new_session, new_group;
	bool pid_namespace, cgroup_namespace;
	bool any_inheritable;	/* the inheritable set is `inheritable`, and not what stays */
	uint64_t inheritable;
	int nice_by;		/* added to our own */
	int death_signal;
	const char *argv0, *cgroup;
	int pass[64];		/* descriptors to be kept open, see drop_pass() */
	size_t n_pass;
	struct buf lines;	/* directives of [Service] */
	/* made by drop_plan() */
	struct service svc;
	struct context ctx;
	struct child_spec spec;
	struct cgroup group_dir;
	struct service_command command;
	struct vec environment;
	struct vec remarks;
	char *cwd;
	bool opened;
};

void drop_init(struct drop *);
void drop_free(struct drop *);
/* Ask for a directive.  0, or -1 with errno EINVAL for a key that is no word, or a value that no line can hold. */
int drop_line(struct drop *, const char *key, const char *value);
/* The same for a directive that has a list of words: the value is one of them, blanks and quotes included. */
int drop_word(struct drop *, const char *key, const char *value);
/* Set a variable, whatever else is said about it.  0, or -1 with errno EINVAL: it is no NAME=VALUE. */
int drop_setenv(struct drop *, const char *assignment);
/* A root directory, or a working directory; relative ones start from where we are.  0, or -1 with errno. */
int drop_chroot(struct drop *, const char *dir);
int drop_chdir(struct drop *, const char *dir);
/* Keep a descriptor open.  0, or -1 with errno EMFILE. */
int drop_pass(struct drop *, int fd);
/* Take a lock on the file, made if it is not there, that the command holds.  0, or -1 with errno (EAGAIN: somebody else has it). */
int drop_lock(struct drop *, const char *path, bool wait);
/* Take "USER[:GROUP[:GROUP...]]": a second group and more mean exact_groups.  The text is cut up and kept.  0, or -1 with errno EINVAL. */
int drop_account(struct drop *, char *text);
/* Each file of a directory is a variable: its first line, blanks at its end cut off, NUL for newline; an empty file removes it.  0, or -1 with errno. */
int drop_envdir(struct drop *, const char *dir);
/*
 * Resolve all, changing nothing.  NULL, or what is wrong, which the caller frees; *code is then 4 or 6 as for services, or 1.  argv is borrowed.
 * A unit with a protection that we do not have is wrong; a directive with an empty value takes that line of the unit back.
 */
char *drop_plan(struct drop *, char **argv, int *code);
/* The plan, step by step, a line each. */
void drop_explain(const struct drop *, struct buf *out);
/* Make what the command needs: directories, namespaces, control groups.  NULL, or what is wrong, which the caller frees. */
char *drop_open(struct drop *);
/* What was understood in part, or is done without because this host lacks it: complete after drop_open(). */
const struct vec *drop_remarks(const struct drop *);
/*
 * Do it, in this process, with drop_open() where the caller has not.  Returns only on failure (*error says which step), or with a pid namespace: then
 * the exit status of the command, 128 + signal when it was killed.  A reason to be freed instead of *error when things could not be made ready.
 */
int drop_exec(struct drop *, struct child_error *error, char **reason);
/*
 * The way of the peers: ACCOUNT COMMAND [ARGUMENT...], the first as drop_account() takes it when `whole` is not set, else a user's name as it is.
 * Standard streams that are closed are opened on /dev/null first.  Returns on failure only: what is wrong, which the caller frees, or NULL and *error.
 */
char *drop_to(struct drop *, char **argv, bool whole, struct child_error *error);

#endif
