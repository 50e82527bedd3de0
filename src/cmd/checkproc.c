#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/str.h"
#include "os/fd.h"
#include "svc/lsb.h"

static const struct opt opts[] = {
	{ 'v', NULL, NULL, "print the pids" },
	{ 'q', NULL, NULL, "print nothing" },
	{ 'k', NULL, NULL, "exit as killproc does: 7 if it does not run" },
	{ 'L', NULL, NULL, "follow a symbolic link to the program (always done)" },
	{ 'N', NULL, NULL, "know the program by its path alone, do not look at the file" },
	{ 'x', NULL, NULL, "match by process name too" },
	{ 'n', NULL, NULL, "match by process name alone, kernel threads too" },
	{ 'z', NULL, NULL, "count zombies as running" },
	{ 'p', NULL, "FILE", "use this pidfile (default /var/run/NAME.pid)" },
	{ 'i', NULL, "FILE", "leave out the session of the process in that pidfile" },
	{ 'c', NULL, "DIR", "program and pidfile are below this directory" },
	{ 0 }
};

struct check {
	struct lsb target;
	bool print, quiet, as_killproc;
};

static int
read_options(struct check *k, int argc, char *argv[])
{
	struct optscan scan;
	int c;

	opt_begin(&scan, opts, OPT_MIX);
	while ((c = opt_next(&scan, argc, argv)) != -1)
		switch (c) {
		case 'v':
			k->print = true;
			break;
		case 'q':
			k->quiet = true;
			break;
		case 'k':
			k->as_killproc = true;
			break;
		case 'L':
			break;
		case 'N':
			k->target.by_text = true;
			break;
		case 'x':
			k->target.by_name = true;
			break;
		case 'n':
			k->target.name_only = true;
			break;
		case 'z':
			k->target.zombies = true;
			break;
		case 'p':
			k->target.pidfile = optarg;
			break;
		case 'i':
			vec_add(&k->target.ignore, optarg);
			break;
		case 'c':
			k->target.root = optarg;
			break;
		default:
			return -1;
		}
	k->target.path = argv[optind];
	return optind == argc - 1 ? 0 : -1;
}

static int
check(struct check *k)
{
	struct launch l = { .pid = 0 };
	struct launch_found found;
	char *text;

	text = lsb_launch(&k->target, &l);
	if (text)
		die(LSB_UNKNOWN, "%s", text);
	launch_find(&l, &found, k->print ? SIZE_MAX : 1);
	if (found.state == LAUNCH_RUNNING && k->print && !k->quiet) {
		text = lsb_pids(&found.pids);
		if (fd_write_all(STDOUT_FILENO, text, strlen(text)) != 0)
			die_errno(LSB_UNKNOWN, "unable to write standard output");
		free(text);
	}
	if (found.state == LAUNCH_REFUSED && !k->quiet)
		warn("unable to believe %s: others than root may write it", l.pidfile);
	if (found.state == LAUNCH_DEAD && !lsb_installed(&l))
		return k->as_killproc ? LSB_NOT_INSTALLED : LSB_UNKNOWN;
	if (k->as_killproc)
		return found.state == LAUNCH_RUNNING ? LSB_OK : LSB_NOT_RUNNING;
	return lsb_status(found.state);
}

static int
checkproc_main(int argc, char *argv[])
{
	struct check k = { .print = strcmp(str_base(argv[0]), "pidofproc") == 0 };

	if (read_options(&k, argc, argv) != 0)
		usage_die(LSB_USAGE, "one program is needed");
	return check(&k);
}

static const char *const aliases[] = { "pidofproc", NULL };

const struct applet checkproc_applet = {
	.name = "checkproc", .aliases = aliases, .synopsis = "[OPTION...] PROGRAM", .summary = "tell by the exit status whether a daemon runs",
	.opts = opts, .main = checkproc_main,
};
