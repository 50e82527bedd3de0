#include "applet.h"

#include <string.h>

#include "base/die.h"
#include "base/str.h"
#include "cold.h"

static const struct opt own_opts[] = {
	{ OPT_LONG, "list", NULL, "list the commands, one name a line" },
	{ OPT_LONG + 1, "options", "COMMAND", "list a command's options, tab-separated" },
	{ OPT_LONG + 2, "completion", "SHELL", "print completion for bash, zsh or fish" },
	{ 0 }
};

static int
list_names(void)
{
	struct buf b = BUF_INIT;

	for (const struct applet *const *a = applets; *a; a++) {
		buf_fmt(&b, "%s\n", (*a)->name);
		for (const char *const *n = (*a)->aliases; n && *n; n++)
			buf_fmt(&b, "%s\n", *n);
	}
	return applet_print(&b);
}

static int
list_options(const char *name)
{
	const struct applet *a = applet_find(name);
	struct buf b = BUF_INIT;

	if (!a)
		die(2, "unable to list the options of %s: no such command", name);
	opt_list(&b, a->opts);
	return applet_print(&b);
}

static int
print_completion(const char *shell)
{
	struct buf b = BUF_INIT;

	if (applet_complete(&b, shell) != 0)
		die(2, "unable to print completion for %s: not bash, zsh or fish", shell);
	return applet_print(&b);
}

static int
print_commands(void)
{
	struct buf b = BUF_INIT;

	buf_str(&b, "usage: initwright COMMAND [ARGUMENT...]\n\ncommands:\n");
	for (const struct applet *const *a = applets; *a; a++)
		buf_fmt(&b, "  %-20s %s\n", (*a)->name, (*a)->summary);
	return applet_print(&b);
}

static int
run_self(int argc, char *argv[])
{
	struct optscan s;
	int c;

	cold_open();
	opt_begin(&s, own_opts, OPT_STOP);
	while ((c = opt_next(&s, argc, argv)) != -1)
		switch (c) {
		case OPT_LONG:
			return list_names();
		case OPT_LONG + 1:
			return list_options(optarg);
		case OPT_LONG + 2:
			return print_completion(optarg);
		default:
			return 2;
		}
	if (optind < argc)
		usage_die(2, "unable to run %s: no such command", argv[optind]);
	return print_commands();
}

static const struct applet initwright_applet = {
	.name = "initwright",
	.synopsis = "COMMAND [ARGUMENT...]\n[--list | --options COMMAND | --completion SHELL]",
	.summary = "service toolkit for SysV init and busybox systems",
	.opts = own_opts,
	.main = run_self,
};

int
main(int argc, char *argv[])
{
	const struct applet *a = NULL;

	if (argc < 1)
		return 127;
	if (strcmp(str_base(argv[0]), initwright_applet.name) != 0)
		a = applet_find(str_base(argv[0]));
	if (!a && argc > 1 && (a = applet_find(argv[1]))) {
		argc--;
		argv++;
	}
	return applet_run(a ? a : &initwright_applet, argc, argv);
}
