#include "applet.h"

#include <string.h>

#include "base/die.h"
#include "base/out.h"
#include "base/str.h"
#include "cold.h"
#include "os/fd.h"

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

/* is that what the name is as a symbol? */
static bool
is_symbol(const char *symbol, const char *name)
{
	for (; *name; name++, symbol++)
		if (*symbol != (*name == '-' || *name == '.' ? '_' : *name))
			return false;
	return *symbol == '\0';
}

const struct applet *
applet_find(const char *name)
{
	const char *symbol = applet_symbols;

	for (const struct applet *const *a = applets; *a; a++, symbol += strlen(symbol) + 1)
		if (is_symbol(symbol, name)) {
			if (cold_holds(*a))
				cold_open();
			if (called(*a, name))
				return *a;
		}
	/* another name of a command, or none */
	for (const struct applet *const *a = applets; *a; a++)
		if (!cold_holds(*a) && called(*a, name))
			return *a;
	cold_open();
	for (const struct applet *const *a = applets; *a; a++)
		if (called(*a, name))
			return *a;
	return NULL;
}

int
applet_print(struct buf *b)
{
	if (b->len && fd_write_all(STDOUT_FILENO, b->s, b->len) != 0)
		die_errno(1, "unable to write standard output");
	buf_free(b);
	return 0;
}

int
applet_help(int fd, const struct applet *a)
{
	struct buf b = BUF_INIT;
	const char *s = a->synopsis;
	int r;

	for (const char *lead = "Usage:"; *s; lead = "      ") {
		size_t n = strcspn(s, "\n");

		buf_fmt(&b, "%s %s %.*s\n", lead, a->name, (int)n, s);
		s += n + (s[n] == '\n');
	}
	buf_fmt(&b, "%s\n\n", a->summary);
	opt_help(&b, a->opts);
	buf_str(&b, "      --help                   print this help\n      --version                print the version\n");
	r = fd_write_all(fd, b.s, b.len);
	buf_free(&b);
	return r;
}

static int
print_version(const struct applet *a)
{
	struct buf b = BUF_INIT;

	buf_fmt(&b, "%s (initwright) %s\n", a->name, VERSION);
	return applet_print(&b);
}

int
applet_run(const struct applet *a, int argc, char *argv[])
{
	int r;

	progname = str_base(argv[0]);
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return print_version(a);
	if (argc != 2 || strcmp(argv[1], "--help") != 0) {
		r = a->main(argc, argv);
		if (out_flush() != 0 && r == 0)
			die_errno(1, "unable to write standard output");
		return r;
	}
	if (applet_help(STDOUT_FILENO, a) != 0)
		die_errno(1, "unable to write standard output");
	return 0;
}

/* the text, with a backslash before each of these; an apostrophe among them ends the quotes it is in, and begins them again */
static void
quote(struct buf *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			buf_str(out, *text == '\'' ? "'\\'" : "\\");
		buf_add(out, text, 1);
	}
}

static void
complete_bash(struct buf *out, const struct applet *a, const char *name)
{
	buf_fmt(out, "complete -o default -W '");
	for (const struct opt *o = a->opts; o->id; o++) {
		if (o->id < OPT_LONG)
			buf_fmt(out, "-%c ", o->id);
		if (o->name)
			buf_fmt(out, "--%s ", o->name);
	}
	buf_fmt(out, "--help --version' %s\n", name);
}

static void
complete_fish(struct buf *out, const struct applet *a, const char *name)
{
	for (const struct opt *o = a->opts; o->id; o++) {
		buf_fmt(out, "complete -c %s", name);
		if (o->id < OPT_LONG)
			buf_fmt(out, " -s %c", o->id);
		if (o->name)
			buf_fmt(out, " -l %s", o->name);
		buf_fmt(out, "%s -d \"", o->arg && o->arg[0] != '[' ? " -r" : "");
		quote(out, o->help, "\\\"$");
		buf_str(out, "\"\n");
	}
	buf_fmt(out, "complete -c %s -l help\ncomplete -c %s -l version\n", name, name);
}

static void
complete_zsh(struct buf *out, const struct applet *a, const char *name)
{
	buf_fmt(out, "compdef '_arguments");
	for (const struct opt *o = a->opts; o->id; o++)
		for (int is_long = 0; is_long < 2; is_long++) {
			if (is_long ? !o->name : o->id >= OPT_LONG)
				continue;
			if (is_long)
				buf_fmt(out, " \"--%s%s[", o->name, o->arg ? "=" : "");
			else
				buf_fmt(out, " \"-%c[", o->id);
			quote(out, o->help, "'\\\"$`[]:");
			buf_fmt(out, "]%s\"", o->arg ? ":argument:_files" : "");
		}
	buf_fmt(out, " --help --version \"*:file:_files\"' %s\n", name);
}

int
applet_complete(struct buf *out, const char *shell)
{
	static const struct {
		const char *shell;
		void (*print)(struct buf *, const struct applet *, const char *name);
	} shells[] = { { "bash", complete_bash }, { "fish", complete_fish }, { "zsh", complete_zsh } };

	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		if (strcmp(shells[i].shell, shell) == 0) {
			for (const struct applet *const *a = applets; *a; a++) {
				shells[i].print(out, *a, (*a)->name);
				for (const char *const *n = (*a)->aliases; n && *n; n++)
					shells[i].print(out, *a, *n);
			}
			return 0;
		}
	return -1;
}
