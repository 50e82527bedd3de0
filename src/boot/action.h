#ifndef BOOT_ACTION_H
#define BOOT_ACTION_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"
/*
 * Running an init script with an action, as service(8) and invoke-rc.d(8) do.  A native script is run by our own svrun, which
 * knows of another root; any other script can only be run in the root that it was written for.
 */
struct action {
	const char *root;	/* NULL: "/" */
	char *path;		/* the script, root included; owned */
	bool native;		/* its first line calls svrun */
	bool executable;
	bool more;		/* a native script's status is to tell all that is known */
	bool keep;		/* daemons that it leaves behind may go on printing where its output was caught */
};
#define ACTION_INIT { NULL, NULL, false, false, false, false }

/*
 * Find the script of a service.  0; -1 with errno: ENOENT when there is none of that name, EINVAL for a name that would lead
 * out of the directory.
 */
int action_find(struct action *, const char *root, const char *name);
void action_free(struct action *);
/* Can it be run at all: its root is "/", or it is native? */
bool action_can_run(const struct action *);
/* What service(8) leaves of our environment: language, PATH and TERM. */
void action_env(struct vec *out);
/*
 * Become the script, in directory "/", with args (NULL-terminated, the action first) and the given environment.  Returns only on
 * failure, with errno.
 */
void action_exec(const struct action *, char *const args[], char *const envp[]);
/*
 * Run it and wait.  With out not NULL, what it prints is caught, up to 64 KiB, until the deadline (os/clock.h), when it is
 * killed.  The exit status (128 + signal when killed); -1 with errno, ETIMEDOUT at the deadline.
 */
int action_run(const struct action *, char *const args[], char *const envp[], uint64_t deadline, struct buf *out);

#endif
