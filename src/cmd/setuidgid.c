#include <errno.h>

#include "applet.h"
#include "base/die.h"
#include "svc/drop.h"

enum { FAILED = 111, USAGE = 100 };

static const struct opt opts[] = { { 0 } };

static int
setuidgid_main(int argc, char *argv[])
{
	struct drop d;
	struct child_error e;
	struct optscan s;
	char *bad;
	int code;

	opt_begin(&s, opts, OPT_STOP);
	if (opt_next(&s, argc, argv) != -1)
		return USAGE;
	if (argc - optind < 2)
		usage_die(USAGE, "an account and a program are needed");
	drop_init(&d);
	d.keep_rights = d.keep_env = d.keep_fds = d.exact_groups = true;
	d.user = argv[optind];
	bad = drop_plan(&d, argv + optind + 1, &code);
	if (!bad) {
		drop_exec(&d, &e, &bad);
		errno = e.err;
	}
	if (bad)
		die(FAILED, "%s", bad);
	if (e.step == CHILD_EXEC)
		die_errno(FAILED, "unable to execute %s", argv[optind + 1]);
	die_errno(FAILED, "unable to %s", child_step_text(e.step));
}

const struct applet setuidgid_applet = {
	.name = "setuidgid",
	.synopsis = "ACCOUNT PROGRAM [argument ...]",
	.summary = "run a program as another user",
	.opts = opts,
	.main = setuidgid_main,
};
