#include <errno.h>

#include "applet.h"
#include "base/die.h"
#include "base/mem.h"
#include "svc/drop.h"

enum { FAILED = 111, USAGE = 100 };

static const struct opt opts[] = { { 0 } };

static int
setuidgid_main(int argc, char *argv[])
{
	struct child_error e;
	struct optscan s;
	struct drop d;
	char *bad;

	opt_begin(&s, opts, OPT_STOP);
	if (opt_next(&s, argc, argv) != -1)
		return USAGE;
	if (argc - optind < 2)
		usage_die(USAGE, "an account and a program are needed");
	drop_init(&d);
	d.keep_rights = d.keep_env = d.keep_fds = d.exact_groups = true;
	bad = drop_to(&d, argv + optind, true, &e);
	if (bad)
		die(FAILED, "%s", bad);
	errno = e.err;
	die_errno(FAILED, "unable to %s", e.step == CHILD_EXEC ? mem_fmt("execute %s", argv[optind + 1]) : child_step_text(e.step));
}

const struct applet setuidgid_applet = {
	.name = "setuidgid",
	.synopsis = "ACCOUNT PROGRAM [argument ...]",
	.summary = "run a program as another user",
	.opts = opts,
	.main = setuidgid_main,
};
