#include <errno.h>
#include <stddef.h>

#include "applet.h"
#include "base/die.h"
#include "svc/drop.h"

enum { FAILED = 1, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

static const struct opt opts[] = { { 0 } };

static int
su_exec_main(int argc, char *argv[])
{
	struct drop d;
	struct optscan s;
	struct child_error e;
	char *bad;

	opt_begin(&s, opts, OPT_STOP);
	if (opt_next(&s, argc, argv) != -1)
		return FAILED;
	if (argc - optind < 2)
		usage_die(FAILED, "a user and a command are needed");
	drop_init(&d);
	d.keep_rights = d.keep_env = d.keep_fds = d.user_env = true;
	bad = drop_to(&d, argv + optind, false, &e);
	if (bad)
		die(FAILED, "%s", bad);
	errno = e.err;
	if (e.step == CHILD_EXEC)
		die_errno(e.err == ENOENT ? NOT_FOUND : NOT_EXECUTABLE, "unable to execute %s", argv[optind + 1]);
	die_errno(FAILED, "unable to %s", child_step_text(e.step));
}

static const char *const aliases[] = { "gosu", NULL };

const struct applet su_exec_applet = {
	.name = "su-exec",
	.aliases = aliases,
	.synopsis = "USER[:GROUP] COMMAND [argument ...]",
	.summary = "run a command as another user, as su-exec and gosu do",
	.opts = opts,
	.main = su_exec_main,
};
