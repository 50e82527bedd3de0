#include "applet.h"

#include <string.h>

#include "base/die.h"
#include "base/str.h"

static bool
called(const struct applet *a, const char *name)
{
	if (strcmp(a->name, name) == 0)
		return true;
	for (const char *const *n = a->aliases; n && *n; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

const struct applet *
applet_find(const char *name)
{
	for (const struct applet *const *a = applets; *a; a++)
		if (called(*a, name))
			return *a;
	return NULL;
}

void
applet_help(FILE *out, const struct applet *a)
{
	const char *s = a->synopsis;

	for (const char *lead = "Usage:"; *s; lead = "      ") {
		size_t n = strcspn(s, "\n");

		fprintf(out, "%s %s %.*s\n", lead, a->name, (int)n, s);
		s += n + (s[n] == '\n');
	}
	fprintf(out, "%s\n\n", a->summary);
	opt_help(out, a->opts);
	fprintf(out, "      --help                   print this help\n      --version                print the version\n");
}

int
applet_run(const struct applet *a, int argc, char *argv[])
{
	progname = str_base(argv[0]);
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		applet_help(stdout, a);
	else if (argc == 2 && strcmp(argv[1], "--version") == 0)
		printf("%s (initwright) %s\n", a->name, VERSION);
	else
		return a->main(argc, argv);
	if (fflush(stdout) != 0)
		die_errno(1, "unable to write standard output");
	return 0;
}

static void
complete_bash(FILE *out, const struct applet *a)
{
	fprintf(out, "complete -o default -W '");
	for (const struct opt *o = a->opts; o->id; o++) {
		if (o->id < OPT_LONG)
			fprintf(out, "-%c ", o->id);
		if (o->name)
			fprintf(out, "--%s ", o->name);
	}
	fprintf(out, "--help --version' %s\n", a->name);
}

static void
complete_fish(FILE *out, const struct applet *a)
{
	for (const struct opt *o = a->opts; o->id; o++) {
		fprintf(out, "complete -c %s", a->name);
		if (o->id < OPT_LONG)
			fprintf(out, " -s %c", o->id);
		if (o->name)
			fprintf(out, " -l %s", o->name);
		fprintf(out, "%s -d \"%s\"\n", o->arg && o->arg[0] != '[' ? " -r" : "", o->help);
	}
}

static void
complete_zsh(FILE *out, const struct applet *a)
{
	fprintf(out, "compdef '_arguments");
	for (const struct opt *o = a->opts; o->id; o++) {
		const char *tail = o->arg ? ":argument:_files" : "";

		if (o->id < OPT_LONG)
			fprintf(out, " \"-%c[%s]%s\"", o->id, o->help, tail);
		if (o->name)
			fprintf(out, " \"--%s%s[%s]%s\"", o->name, o->arg ? "=" : "", o->help, tail);
	}
	fprintf(out, " \"*:file:_files\"' %s\n", a->name);
}

int
applet_complete(FILE *out, const char *shell)
{
	static const struct {
		const char *shell;
		void (*print)(FILE *, const struct applet *);
	} shells[] = { { "bash", complete_bash }, { "fish", complete_fish }, { "zsh", complete_zsh } };

	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		if (strcmp(shells[i].shell, shell) == 0) {
			for (const struct applet *const *a = applets; *a; a++)
				shells[i].print(out, *a);
			return 0;
		}
	return -1;
}
